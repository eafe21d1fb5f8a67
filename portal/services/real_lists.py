"""The published black lists of 2017-2018 as received reference lists: whom a row means is decided by a code alone.

A row with a valid unified code, organisation code or old registration number is entered; its subject is registered
under what the list says of it when nobody holds that code yet. A wrong code, or only a name, is explained and left.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from accounts.selectors import department_by_code
from collection.selectors import source_ids
from kernel.actor import Actor
from kernel.identifiers import is_missing_code, normalise_code, org_code_valid, reg_no_valid, uscc_problem
from kernel.law import Rank
from measures.services import Article, ItemContent, publish_item
from portal.rules.real_sample import Asked
from redblack.rules.evidence import Papers
from redblack.rules.lists import LegalStatus, Origin
from redblack.services import ReceivedRow, receive, register_list_type
from screening.rules.question import Role
from screening.services.lists import register_matter
from subjects.rules.kinds import kind_of_code
from subjects.services import register_organisation

CREDIT_OFFICE = "11339900009910019X"
MATTER = "REAL"
PUBLISHED_ON = date(2018, 10, 1)
LISTS = {
    "R-ECOM": ("电子商务领域失信主体公示名单（2018年公开数据）", "blacklist_ecommerce.csv"),
    "R-TRANS": ("道路运输领域失信主体公示名单（2018年公开数据）", "blacklist_transport.csv"),
    "R-FIN": ("涉金融领域失信主体公示名单（2018年公开数据，文字识别）", "blacklist_finance_ocr.csv"),
    "R-SAFE": ("安全生产失信主体公示名单（2017年公开数据）", "blacklist_safety_2017.csv"),
}


@dataclass(frozen=True, slots=True)
class Published:
    """One row of a published list, with the codes as they stand there."""

    line: int
    name: str
    uscc: str
    org_code: str
    reg_no: str
    document_no: str
    ground: str

    @property
    def code(self) -> str:
        """What somebody who copies the row would type."""
        return next((c for c in (self.uscc, self.org_code, self.reg_no) if c.strip()), "")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A row that names nobody for certain, and why."""

    list_code: str
    line: int
    name: str
    code: str
    reason: str


@dataclass(slots=True, kw_only=True)
class ListsLoaded:
    rows: Counter[str]
    entered: Counter[str]
    unresolved: list[Unresolved]
    asked: list[Asked]


def load_lists(*, folder: Path, actor: Actor, now: datetime) -> ListsLoaded:
    """Register the four reference lists, receive what resolves, and let one matter consult them."""
    result = ListsLoaded(rows=Counter(), entered=Counter(), unresolved=[], asked=[])
    for code, (title, file) in LISTS.items():
        _register(code, title, actor=actor, now=now)
        received: dict[int, ReceivedRow] = {}
        for row in read_list(folder / file):
            result.rows[code] += 1
            result.asked.append(Asked(f"黑名单：{title}", row.name, row.code))
            subject_id = _subject_of(row, actor=actor, now=now)
            if subject_id is None:
                result.unresolved.append(Unresolved(code, row.line, row.name, row.code, reason_of(row)))
            else:
                received.setdefault(subject_id, ReceivedRow(subject_id=subject_id, papers=_papers(row, code)))
        result.entered[code] = len(received)
        receive(
            list_code=code,
            version=f"公开数据 {PUBLISHED_ON:%Y-%m}",
            rows=list(received.values()),
            loaded_at=now,
            actor=actor,
            now=now,
        )
    _consult(actor=actor, now=now)
    return result


def read_list(path: Path) -> Iterator[Published]:
    """The rows of one published file. Different files name their columns differently."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            yield Published(
                line=line,
                name=row.get("name") or row.get("name_ocr") or "",
                uscc=row.get("uscc") or row.get("code_ocr") or "",
                org_code=row.get("org_code") or "",
                reg_no=row.get("reg_no") or "",
                document_no=row.get("case_no") or f"{path.stem} 第{line}行",
                ground=row.get("list_kinds") or row.get("crime") or row.get("reason_kind") or "公示名单所列事由",
            )


def valid_codes(row: Published) -> dict[str, str]:
    """The codes of a row that pass their check digit, by kind; a code may stand in another code's column."""
    found: dict[str, str] = {}
    for text in (row.uscc, row.org_code, row.reg_no):
        code = normalise_code(text)
        if uscc_problem(code) is None:
            found.setdefault("uscc", code)
        elif org_code_valid(code.replace("-", "")):
            found.setdefault("org_code", code.replace("-", ""))
        elif reg_no_valid(code):
            found.setdefault("reg_no", code)
    return found


def reason_of(row: Published) -> str:
    """Why a row names nobody for certain."""
    codes = [normalise_code(t) for t in (row.uscc, row.org_code, row.reg_no) if not is_missing_code(t)]
    if not codes:
        return "没有任何代码，仅凭名称不能确定主体"
    problems = [uscc_problem(code) or "" for code in codes]
    return "代码校验不通过：" + "；".join(f"{c} {p}".strip() for c, p in zip(codes, problems, strict=True))


def _subject_of(row: Published, *, actor: Actor, now: datetime) -> int | None:
    codes = valid_codes(row)
    if not codes:
        return None
    uscc = codes.get("uscc", "")
    return register_organisation(
        kind=str(kind_of_code(uscc)) if uscc else "legal_person",
        name=row.name,
        uscc=uscc,
        org_code="" if uscc else codes.get("org_code", ""),
        reg_no=codes.get("reg_no", ""),
        registered_on=None,
        division_code=uscc[2:8],
        source="公示名单（名称未经登记核对）",
        actor=actor,
        now=now,
    )


def _papers(row: Published, code: str) -> Papers:
    return Papers(
        document_no=row.document_no[:120],
        authority="名单公布机关（见原始名单）",
        ground=row.ground,
        legal_basis="",
        decided_on=None,
        effective_from=PUBLISHED_ON,
        effective_until=None,
        exit_route="",
    )


def _register(code: str, title: str, *, actor: Actor, now: datetime) -> None:
    register_list_type(
        code=code,
        title=title,
        number=None,
        kind="serious",
        origin=Origin.NATION,
        legal_status=LegalStatus.CURRENT,
        initiator="名单公布机关",
        initiator_department_id=None,
        memorandum="",
        legal_basis="《国办发〔2020〕49号》",
        basis_rank=Rank.CENTRAL_POLICY,
        term_rule="以公布机关的公告为准",
        exit_rule="以公布机关的公告为准",
        publicity="不予共享",
        freshness_days=3650,
        confidence={"title": "P"},
        actor=actor,
        now=now,
    )


def _consult(*, actor: Actor, now: datetime) -> None:
    """One matter that asks the reference lists, and one measure that says what a hit means: compare, nothing more."""
    sources, office = source_ids(), department_by_code(CREDIT_OFFICE)
    register_matter(
        code=MATTER,
        name="公开名单比对（仅供参考）",
        implementing_department_id=office.id,
        handled_by_id=None,
        stages=["before"],
        roles=[Role(code="applicant", label="比对对象", persons=False, required=True)],
        consults=[sources[code] for code in LISTS],
        actor=actor,
        now=now,
    )
    publish_item(
        content=ItemContent(
            code="R1",
            department_id=office.id,
            department_text="",
            matter_code=MATTER,
            matter_name="公开名单比对（仅供参考）",
            responsible_office="信用科",
            basis_text="国办发〔2020〕49号",
            target_text="2017、2018 年公示名单所列主体",
            content="历史公示名单，仅供比对，不得据此采取措施",
            stages=["before"],
            organisation="信用科",
            means="推荐应用",
            reward=False,
            kind=3,
            wording="供参考，自主决定",
            term_text="以公布机关的公告为准",
            extends_to_responsible=False,
        ),
        articles=[Article(document_code="state-council-2020-49", article="")],
        triggers=[sources[code] for code in LISTS],
        unless_bad=[],
        actor=actor,
        now=now,
    )

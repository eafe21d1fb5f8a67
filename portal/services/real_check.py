"""Checking real names and codes against the real published lists, and explaining each that was not resolved."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import connection

from collection.rules.sheets import SheetRow
from kernel.actor import Actor
from kernel.errors import Malformed
from kernel.identifiers import read_all
from portal.rules.real_sample import Asked, Stock, draw
from portal.services.real_lists import LISTS, MATTER, Unresolved
from screening.services.batch import RowAnswer, check_rows

REGISTER = "companies_100k.csv.gz"
NOT_LOADED = "companies_new_2019H2.csv.gz"
WRONG = "codes_invalid_or_legacy.csv"
LOOKALIKES = "near_duplicate_names.csv.gz"
FILES = (REGISTER, NOT_LOADED, WRONG, LOOKALIKES, *(file for _, file in LISTS.values()))
NAME, CODE = "名称", "统一社会信用代码"
EVERY = 1_000
WHY = {
    "identify": "只有名称，须核实身份",
    "invalid_code": "代码不正确",
    "missing_code": "值表示“无代码”",
    "legacy_number_unknown": "旧代码在登记库中没有对应主体",
    "gap": "应查的名单不可用",
    "": "",
}
NOT_REGISTERED = "代码有效，登记库中没有该主体（未命中成立）"


class FolderIncomplete(Malformed):
    code = "portal.folder_incomplete"
    message = "真实数据目录不完整。"


@dataclass(slots=True, kw_only=True)
class Checked:
    """What became of the sample: counts, the reasons of what was not resolved, and whether SQL counts the same."""

    answers: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    by_sql: dict[str, int] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return {k: self.answers[k] for k in self.by_sql} == self.by_sql


def demand_files(folder: Path) -> None:
    """Raises FolderIncomplete, naming each file that is missing."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FolderIncomplete(f"{folder} 中缺少：{'、'.join(missing)}。请用 REAL_DATA_DIR 指定真实数据目录。")


def sample_of(folder: Path, listed: Sequence[Asked], count: int) -> list[Asked]:
    """The seeded sample of what is asked; the black lists' rows all of them."""
    return draw(
        Stock(
            loaded=_pairs(folder / REGISTER, "name", "uscc"),
            not_loaded=_pairs(folder / NOT_LOADED, "name", "uscc"),
            wrong_codes=_pairs(folder / WRONG, "name", "code"),
            lookalikes=[name for name, _ in _pairs(folder / LOOKALIKES, "name_1", "uscc_1")],
            listed=listed,
        ),
        count,
    )


def check_sample(
    *,
    sample: Sequence[Asked],
    unresolved: Sequence[Unresolved],
    report: Path,
    as_of: date,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None],
) -> Checked:
    """Check every row with its receipt, as a spreadsheet would be, and write `report` (csv) of what was not resolved.

    Each run is a run of its own, with its own receipts. The counts are then made again by SQL alone.
    """
    result = Checked()
    report.parent.mkdir(parents=True, exist_ok=True)
    rows = (SheetRow(n, {NAME: one.name, CODE: one.code}) for n, one in enumerate(sample, start=2))
    answers = check_rows(
        rows=rows,
        code_column=CODE,
        name_column=NAME,
        matter_code=MATTER,
        stage="before",
        run=f"real:{now:%Y%m%d%H%M%S%f}",
        actor=actor,
        now=now,
    )
    with report.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("来源", "名称", "代码", "结论", "原因", "说明", "回执编号"))
        for row in unresolved:
            writer.writerow(
                (f"名单 {row.list_code} 第{row.line}行", row.name, row.code, "未列入", "", row.reason, "")
            )
        for done, (one, answer) in enumerate(zip(sample, answers, strict=True), start=1):
            result.answers[answer.answer] += 1
            reason, said = _explained(answer)
            if reason:
                result.reasons[reason] += 1
                number = answer.checked.number if answer.checked else ""
                writer.writerow((one.origin, one.name, one.code, answer.answer, reason, said, number))
            if done % EVERY == 0:
                progress(done)
    result.by_sql = counted_by_sql(sample, as_of=as_of)
    return result


def counted_by_sql(sample: Sequence[Asked], *, as_of: date) -> dict[str, int]:
    """The three counts without the check: codes joined with subjects and bindings. What has no code names nobody."""
    codes = [(n, found.kind, found.value) for n, one in enumerate(sample) if (found := _found(one, as_of))]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH asked AS (SELECT * FROM unnest(%(n)s::int[], %(kind)s::text[], %(code)s::text[]) a (n, kind, code)),
            who AS (
              SELECT DISTINCT ON (a.n) a.n, a.kind, s.id FROM asked a LEFT JOIN subjects_pub_subject s
              ON (a.kind = 'uscc' AND s.uscc = a.code)
              OR (a.kind = 'uscc' AND s.uscc IS NULL AND s.org_code = substr(a.code, 9, 9))
              OR (a.kind = 'reg_no' AND s.reg_no = a.code) OR (a.kind = 'org_code' AND s.org_code = a.code)
              ORDER BY a.n, s.uscc NULLS LAST),
            listed AS (
              SELECT DISTINCT b.subject_id
              FROM redblack_pub_binding b JOIN collection_pub_source c ON c.id = b.source_id
              WHERE c.code = ANY(%(lists)s) AND b.rev_to IS NULL
                AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s))
            SELECT count(*) FILTER (WHERE l.subject_id IS NOT NULL),
              count(*) FILTER (WHERE l.subject_id IS NULL AND (w.kind = 'uscc' OR w.id IS NOT NULL))
            FROM who w LEFT JOIN listed l ON l.subject_id = w.id
            """,
            {
                "n": [n for n, _, _ in codes],
                "kind": [kind for _, kind, _ in codes],
                "code": [code for _, _, code in codes],
                "lists": list(LISTS),
                "day": as_of,
            },
        )
        hit, clear = cursor.fetchone()
    return {"hit": hit, "clear": clear, "could_not_check": len(sample) - hit - clear}


@dataclass(frozen=True, slots=True)
class _Code:
    kind: str
    value: str


def _found(one: Asked, today: date) -> _Code | None:
    """The code that a row's text holds, read as the check reads a row of a spreadsheet: beside its name."""
    text = f"{one.code}\n名称：{one.name}" if one.code and one.name else one.code
    codes = [found for found in read_all(text, today=today) if found.kind in ("uscc", "reg_no", "org_code")]
    return _Code(codes[0].kind, codes[0].value) if codes else None


def _explained(answer: RowAnswer) -> tuple[str, str]:
    """Why a row was not resolved, in a few words and in full; empty for one that was."""
    if answer.checked is None:
        return "没有可核查的内容", answer.problem
    [subject] = answer.checked.content["subjects"]
    if subject["answer"] == "could_not_check":
        likely = "；".join(f"{c['name']} {c['code']}（{'、'.join(c['why'])}）" for c in subject["candidates"][:3])
        reason = WHY[subject["why"]]
        if subject["why"] == "identify":
            reason += "：有相近主体" if likely else "：登记库中没有相近主体"
        return reason, "；".join(part for part in (subject["verdict"], likely) if part)
    if subject["id"] is None:
        return NOT_REGISTERED, subject["verdict"]
    return "", ""


def _pairs(path: Path, name: str, code: str) -> list[tuple[str, str]]:
    with _opened(path) as rows:
        return [(row[name], row[code]) for row in islice(rows, 150_000)]


class _opened:  # noqa: N801  # reads like open()
    def __init__(self, path: Path) -> None:
        opener = gzip.open if path.suffix == ".gz" else open
        self.file = opener(path, "rt", encoding="utf-8-sig", newline="")

    def __enter__(self) -> Iterator[dict[str, str]]:
        return iter(csv.DictReader(self.file))

    def __exit__(self, *what: object) -> None:
        self.file.close()

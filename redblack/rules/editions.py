"""What one wording of a list type says, as one value: drafted by one person, published by another. Pure.

Facts are the parts of a wording that carry a mark of how sure we are; the credit office confirms them one by one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from kernel.law import Rank, Reason, Verdict
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.sources import DECISION_STATES, LIST_MANAGEMENT, PERSONS_NOT_PUBLISHED
from subjects.rules.kinds import Kind

KIND_LABELS = {"serious": "严重失信主体名单", "abnormal": "异常、关注名单", "reward": "守信激励对象名单"}
LEVELS = ("国家", "省", "市", "县")
LOCAL_LEVELS = ("省", "市", "县")
SCOPES = ("社会公开", "政务共享", "授权查询", "不予共享")
PUBLIC = SCOPES[0]
NATIONAL_RANKS = frozenset(rank for rank in Rank if rank <= Rank.MINISTRY_RULE)
LOCAL_RANKS = frozenset(rank for rank in Rank if rank <= Rank.LOCAL_REGULATION)
RELIABLE = frozenset({"L", "S", "C"})  # the others wait for the credit office
OUR_OWN = frozenset({"fuse"})  # settings of the platform: no law says them, so there is nothing to confirm

# fact -> what it is called, and the parts of the content that say it
FACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": ("名单名称", ("title",)),
    "nature": ("名单性质", ("kind",)),
    "legal_status": ("法律状态", ("legal_status", "merged_into")),
    "level": ("设定层级", ("level",)),
    "origin": ("来源", ("origin",)),
    "authority": ("发起（认定）部门", ("initiator", "department")),
    "memorandum": ("对应备忘录", ("memorandum",)),
    "legal_basis": ("法律依据", ("legal_basis",)),
    "conduct": ("列入情形", ("conduct",)),
    "term": ("期限", ("term_rule", "term_months")),
    "exit": ("移出条件和程序", ("exit_rule",)),
    "publicity": ("公开范围", ("publicity", "publicity_scopes")),
    "freshness_days": ("时效上限", ("freshness_days",)),
    "fuse": ("接收熔断阈值", ("fuse_percent", "fuse_rows")),
}
WORDS = {
    "title": "名单名称",
    "number": "篇十三序号",
    "kind": "名单性质",
    "legal_status": "法律状态",
    "merged_into": "并入的名单",
    "level": "设定层级",
    "origin": "来源",
    "initiator": "发起（认定）部门",
    "department": "部门代码",
    "memorandum": "对应备忘录",
    "legal_basis": "法律依据",
    "conduct": "列入情形",
    "term_rule": "期限",
    "term_months": "期限（月）",
    "exit_rule": "移出条件和程序",
    "publicity": "公开范围",
    "publicity_scopes": "各类主体的公开范围",
    "freshness_days": "时效上限（天）",
    "fuse_percent": "熔断比例（%）",
    "fuse_rows": "熔断行数",
}
UNITS = {"term_months": "个月", "freshness_days": "天", "fuse_percent": "%", "fuse_rows": "行"}


class NotAnEdition(ValueError):
    """A mapping that is no content of a list type; the message says which part, in Chinese."""


@dataclass(frozen=True, kw_only=True)
class TypeContent:
    """What a wording says. `department`, `merged_into`: codes, "" for none; `term_months` None: by the decision."""

    title: str
    kind: str
    origin: str
    legal_status: str
    initiator: str
    number: int | None = None
    department: str = ""
    level: str = ""
    memorandum: str = ""
    legal_basis: str = ""
    conduct: str = ""
    term_rule: str = ""
    term_months: int | None = None
    exit_rule: str = ""
    publicity: str = ""
    publicity_scopes: Mapping[str, str] | None = None
    freshness_days: int | None = None
    fuse_percent: int = 20
    fuse_rows: int = 10
    merged_into: str = ""

    @cached_property
    def seen(self) -> str:
        """A short text that changes whenever the content does: what an editor or a reviewer had before him."""
        said = json.dumps(written(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:20]


KEYS = tuple(TypeContent.__dataclass_fields__)


def written(content: TypeContent) -> dict[str, Any]:
    """As a plain mapping, for the database."""
    said = asdict(replace(content, publicity_scopes=None))
    return said | {"publicity_scopes": dict(content.publicity_scopes or {})}


def read(said: Mapping[str, Any]) -> TypeContent:
    """The content that a mapping says. Raises NotAnEdition."""
    if strange := set(said) - set(KEYS):
        raise NotAnEdition(f"名单类型中没有这样的内容：{'、'.join(sorted(map(str, strange)))}。")
    known = {
        "kind": tuple(KIND_LABELS),
        "origin": tuple(o.value for o in Origin),
        "legal_status": tuple(s.value for s in LegalStatus),
        "level": ("", *LEVELS),
    }
    for key, values in known.items():
        if said.get(key, "") not in values:
            raise NotAnEdition(f"{WORDS[key]}“{said.get(key, '')}”不对。请改为：{'、'.join(filter(None, values))}。")
    scopes = dict(said.get("publicity_scopes") or {})
    if set(scopes) - {k.value for k in Kind} or set(scopes.values()) - set(SCOPES):
        raise NotAnEdition(f"公开范围不对。请按主体类型填写：{'、'.join(SCOPES)}。")
    return TypeContent(**{**said, "publicity_scopes": scopes})


def may_publish(
    content: TypeContent, *, ranks: Sequence[Rank], circle: Sequence[str], standing_from: str = ""
) -> Verdict:
    """Whether a wording may be published. `ranks`: of the registered documents that the basis cites, in force that
    day; `circle`: codes of the lists that would be merged into each other in a circle; `standing_from`: the list's
    origin so far, where somebody stands on it: what the place decided and what it receives never share a list, for a
    version that is received would end the place's own decisions.

    国办发〔2020〕49号 严重失信主体名单认定标准和程序: by law, regulation or central policy, failing that by ministry
    rule; a list of the place itself by local regulation; the standard states exit and procedure.
    国办发〔2020〕49号 列入决定书应载明的内容: exit conditions.
    山东省社会信用条例 第二十条: information on natural persons is not made public.
    """
    against = []
    if not content.title or not content.initiator:
        against.append(Reason("no_title", LIST_MANAGEMENT, "请填写名单名称和发起（认定）部门。"))
    if (content.publicity_scopes or {}).get(Kind.NATURAL_PERSON.value) == PUBLIC:
        message = "自然人信用信息不得向社会公开。请把自然人的公开范围改为政务共享或授权查询。"
        against.append(Reason("persons_public", PERSONS_NOT_PUBLISHED, message))
    if content.legal_status == LegalStatus.MERGED and not content.merged_into:
        against.append(Reason("merged_nowhere", LIST_MANAGEMENT, "法律状态为“已并入”的，请选择并入了哪个名单。"))
    if content.legal_status != LegalStatus.MERGED and content.merged_into:
        message = f"法律状态为“{content.legal_status}”的名单不得写明并入的名单。请清空，或把法律状态改为“已并入”。"
        against.append(Reason("merged_but_not", LIST_MANAGEMENT, message))
    if circle:
        message = f"名单之间循环并入：{' → '.join(circle)}。请改正并入的名单。"
        against.append(Reason("circle", LIST_MANAGEMENT, message))
    if standing_from and Origin(standing_from).decided_here != Origin(content.origin).decided_here:
        message = (
            f"该名单按“{standing_from}”列入的主体尚未全部移出，来源不能改为“{content.origin}”。"
            "请先办结在列主体，或另立名单类型。"
        )
        against.append(Reason("origin_moved", LIST_MANAGEMENT, message))
    if content.legal_status == LegalStatus.CURRENT:
        against += _of_current(content, ranks)
    return Verdict(tuple(against))


def _of_current(content: TypeContent, ranks: Sequence[Rank]) -> list[Reason]:
    against = []
    if not content.legal_basis:
        against.append(
            Reason("no_basis", LIST_MANAGEMENT, "现行名单须写明法律依据。没有依据的，请保持“待法制审核”。")
        )
    elif not ranks:
        message = "法律依据中没有引用已登记且有效的文件。请按《简称》条款的写法引用，文件没有登记的先登记。"
        against.append(Reason("basis_unknown", LIST_MANAGEMENT, message))
    elif content.kind == "serious":
        local = content.level in LOCAL_LEVELS
        if not (LOCAL_RANKS if local else NATIONAL_RANKS).intersection(ranks):
            wanted = "地方性法规以上" if local else "法律、行政法规、中央政策文件或者部门规章"
            message = f"严重失信主体名单（{content.level or '国家'}层级设定）的依据应为{wanted}，所引依据的层级不够。"
            against.append(Reason("rank_too_low", LIST_MANAGEMENT, message))
    if content.kind == "serious" and not content.conduct:
        against.append(Reason("no_conduct", LIST_MANAGEMENT, "请写明列入情形（哪些行为列入该名单）。"))
    if not content.exit_rule:
        against.append(Reason("no_exit", DECISION_STATES, "请写明移出条件和程序。"))
    if not content.level:
        against.append(Reason("no_level", LIST_MANAGEMENT, "请写明名单由国家、省、市还是县设定。"))
    if Origin(content.origin).decided_here != (content.freshness_days is None):
        message = (
            "本级认定、县级登记的名单在平台登记，不设时效上限，请清空。"
            if Origin(content.origin).decided_here
            else "接收的名单须写明时效上限（天），超过的核查时答复“未能核查”。"
        )
        against.append(Reason("freshness", LIST_MANAGEMENT, message))
    return against


def circle(code: str, into: str, links: Mapping[str, str]) -> list[str]:
    """The codes that would be merged into each other if `code` went into `into`; empty: none. `links`: what is
    merged into what already.
    """
    way, here = [code], into
    while here:
        way.append(here)
        if here == code:
            return way
        if here in way[:-1]:
            return []  # a circle that this list is no part of
        here = links.get(here, "")
    return []


@dataclass(frozen=True, slots=True)
class Changed:
    """One part that differs between two wordings, as text."""

    label: str
    before: str
    after: str


def differences(before: TypeContent, after: TypeContent) -> list[Changed]:
    """What differs, in the order of the page and in its words."""
    one, two = said_of(before), said_of(after)
    return [Changed(WORDS[key], one[key], two[key]) for key in WORDS if one[key] != two[key]]


def said_of(content: TypeContent) -> dict[str, str]:
    """Every part as the page says it."""
    said = {key: "" if value is None else str(value) for key, value in written(content).items()}
    said["kind"] = KIND_LABELS[content.kind]
    said["publicity_scopes"] = scopes_text(content.publicity_scopes or {})
    return said


def line_of(part: str, text: str, parts: Sequence[str]) -> str:
    """One part of a fact as a line of the page, with its unit; the first goes without its name, unless it is a number
    among others.
    """
    unit = UNITS.get(part, "")
    named = part != parts[0] or (unit and len(parts) > 1)
    word = WORDS[part].partition("（")[0]
    return f"{word}：{text} {unit}".rstrip() if named else f"{text} {unit}".rstrip()


def scopes_text(scopes: Mapping[str, str]) -> str:
    return "；".join(f"{kind.label}：{scopes[kind.value]}" for kind in Kind if kind.value in scopes)


def changed_facts(before: TypeContent | None, after: TypeContent) -> set[str]:
    """Facts that the new wording says otherwise: their confirmation lapses, for it was of other words."""
    old = said_of(before) if before else {}
    new = said_of(after)
    return {fact for fact, (_, parts) in FACTS.items() if any(old.get(p, "") != new[p] for p in parts)}


def fact_token(content: TypeContent, fact: str) -> str:
    """Changes whenever what the fact says does: nobody confirms what he did not read."""
    said = said_of(content)
    return hashlib.sha256("\0".join(said[part] for part in FACTS[fact][1]).encode()).hexdigest()[:12]


def mark_of(confidence: Mapping[str, str], fact: str) -> str:
    """The mark of a fact; of a basis that cites several documents the weakest. "": nothing is known of it."""
    if fact in confidence:
        return confidence[fact]
    marks = [mark for key, mark in confidence.items() if key.startswith(f"{fact}:")]
    return next((mark for mark in marks if mark not in RELIABLE), marks[0] if marks else "")


def unconfirmed(content: TypeContent, confidence: Mapping[str, str], confirmed: Iterable[str]) -> list[str]:
    """Facts that say something and wait for the credit office."""
    said, known = said_of(content), set(confirmed)
    return [
        fact
        for fact, (_, parts) in FACTS.items()
        if fact not in known | OUR_OWN and said[parts[0]] and mark_of(confidence, fact) not in RELIABLE
    ]

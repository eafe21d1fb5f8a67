"""How long each step may take, by the rule of the area. Each figure with its source and how sure we are of it. Pure.

Confidence: L read in the law's text, S in a source document. A set is chosen by OBJECTION_RULES and the day of
filing; an objection keeps the set that it was filed under.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kernel.law import Source
from objections.rules import sources


class What(StrEnum):
    """Which deadline."""

    MARK = "mark"
    FORWARD = "forward"
    OWN = "own"
    PROVIDER = "provider"
    WHOLE = "whole"
    REPLY = "reply"

    @property
    def label(self) -> str:
        return WHATS[self]


WHATS = {
    What.MARK: "受理并标注",
    What.FORWARD: "转办提供单位",
    What.OWN: "核查处理",
    What.PROVIDER: "提供单位核查",
    What.WHOLE: "全部办结",
    What.REPLY: "核查后答复",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days; working days unless `natural`. `more`: by how many it may be extended."""

    days: int
    natural: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The deadlines of one area. `since`: first day it applies; None: its document states none."""

    code: str
    name: str
    source: Source
    confidence: str
    limits: dict[What, Limit] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    all_rest: bool = False
    reviewed_by: str = "上一级主管部门或者本级信用办"
    note: str = ""


RULE_SETS = (
    RuleSet(
        code="henan",
        name="河南",
        source=sources.HENAN,
        confidence="L",
        since=date(2020, 5, 1),
        limits={What.OWN: Limit(3), What.WHOLE: Limit(7), What.PROVIDER: Limit(3)},
        note="检验、检测、鉴定、专家评审的时间不计入期限。",
    ),
    RuleSet(
        code="shanghai",
        name="上海",
        source=sources.SHANGHAI,
        confidence="L",
        since=date(2017, 10, 1),
        limits={What.MARK: Limit(1), What.OWN: Limit(5), What.FORWARD: Limit(2), What.PROVIDER: Limit(5)},
    ),
    RuleSet(
        code="shandong",
        name="山东",
        source=sources.SHANDONG,
        confidence="L",
        since=date(2020, 10, 1),
        limits={What.OWN: Limit(3), What.WHOLE: Limit(7)},
    ),
    RuleSet(
        code="zhejiang",
        name="浙江",
        source=sources.ZHEJIANG,
        confidence="L",
        since=date(2018, 1, 1),
        limits={What.OWN: Limit(5, more=15), What.WHOLE: Limit(5, more=15)},
        reviewed_by="省发展改革部门",
        note="延长后总共不超过 20 个工作日。",
    ),
    RuleSet(
        code="shenzhen",
        name="深圳",
        source=sources.SHENZHEN,
        confidence="L",
        since=date(2023, 1, 1),
        limits={What.OWN: Limit(1), What.PROVIDER: Limit(2, more=3)},
    ),
    RuleSet(
        code="credit_agency",
        name="征信机构",
        source=sources.CREDIT_AGENCIES,
        confidence="L",
        since=date(2013, 3, 15),
        limits={What.OWN: Limit(20, natural=True), What.WHOLE: Limit(20, natural=True)},
        note="核查后仍不能确认的，记载异议和异议内容。",
    ),
    RuleSet(
        code="county_plan",
        name="县级实施方案（二十一）",
        source=sources.COUNTY_PLAN,
        confidence="S",
        limits={What.OWN: Limit(15), What.WHOLE: Limit(15)},
        all_rest=True,
    ),
    RuleSet(
        code="hunan_plan",
        name="湖南实施方案",
        source=sources.HUNAN_PLAN,
        confidence="S",
        limits={What.OWN: Limit(20, natural=True), What.PROVIDER: Limit(20, natural=True)},
        all_rest=True,
    ),
    RuleSet(
        code="xinzhou",
        name="忻州（篇十六）",
        source=sources.XINZHOU,
        confidence="S",
        limits={What.OWN: Limit(15), What.PROVIDER: Limit(15), What.REPLY: Limit(2)},
    ),
    RuleSet(
        code="ningjin",
        name="宁津",
        source=sources.NINGJIN,
        confidence="S",
        all_rest=True,
        note="原文为“尽快”，没有天数。",
    ),
)
BY_CODE = {one.code: one for one in RULE_SETS}


def chosen(setting: str, *, area: str, on: date) -> RuleSet | None:
    """The set for an objection that is filed in `area` on that day; None where none that is chosen applies yet.

    `setting`: "henan", or with areas "3301=zhejiang;henan": the longest prefix of the division code wins.
    河南省社会信用条例 第四十一条 is what ships as the default.
    """
    ranked = []
    for part in filter(None, (one.strip() for one in setting.split(";"))):
        prefix, _, code = part.rpartition("=")
        if area.startswith(prefix) and code in BY_CODE:
            ranked.append((len(prefix), BY_CODE[code]))
    for _, one in sorted(ranked, key=lambda pair: -pair[0]):
        if (one.since is None or one.since <= on) and (one.until is None or on <= one.until):
            return one
    return None


def unknown_codes(setting: str) -> list[str]:
    """What the setting names that is no rule set, for the system check."""
    codes = [part.strip().rpartition("=")[2] for part in setting.split(";") if part.strip()]
    return [code for code in codes if code not in BY_CODE]

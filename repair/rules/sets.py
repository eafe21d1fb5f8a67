"""The rule sets of repair by their time, and the local ones that narrow them. Pure.

`NATIONAL` holds the three generations; the one in force on the day of the application is kept on the application and
governs it to its end. A value marked P or G is not read in the law itself: the city may set it (REPAIR_VALUES), and
the page 修复规则 shows each with its source and mark.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from kernel.law import Source
from repair.rules import sources

MINOR, GENERAL, SERIOUS = "轻微", "一般", "严重"


@dataclass(frozen=True, slots=True)
class Span:
    """Shortest and longest publicity of a grade, in months from the day of the finding."""

    shortest: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Days are working days. `whole_days` from the application, `handle_days` from acceptance, `accept_days` from
    receipt by the department. `effect_days`: within them a grant ends publicity and use; here it is at once.
    `special`: words of fields with the longer `special_months`. `list_bars_penalties`: who is on a serious list
    leaves that first. `by_right`: the grades that are repaired by right; others at discretion.
    """

    code: str
    title: str
    source: Source
    begins: date
    ends: date | None
    minor: Span
    general: Span
    serious: Span
    accept_days: int = 3
    handle_days: int = 7
    whole_days: int = 10
    extension_days: int = 10
    effect_days: int = 0
    special: tuple[str, ...] = ()
    special_months: int = 0
    list_bars_penalties: bool = False
    by_right: tuple[str, ...] = (MINOR, GENERAL, SERIOUS)
    local: str = ""
    marks: tuple[tuple[str, str, str], ...] = ()  # (field, confidence, source as text)

    def span(self, grade: str) -> Span:
        return {MINOR: self.minor, GENERAL: self.general}.get(grade, self.serious)

    def shortest(self, grade: str, field: str) -> int:
        """Months before one may apply; of several kinds the longest counts."""
        months = self.span(grade).shortest
        return max(months, self.special_months) if any(word in field for word in self.special) else months

    def mark(self, field: str) -> tuple[str, str]:
        """(confidence, source) of a value."""
        return next(((mark, said) for name, mark, said in self.marks if name == field), ("P", str(self.source)))


ORDER_36_CODE = "order36"
NATIONAL = (
    RuleSet(
        code="notice527",
        title="发改办财金〔2019〕527号",
        source=sources.NOTICE_527,
        begins=date(2019, 7, 1),
        ends=date(2023, 4, 30),
        minor=Span(3, 12),
        general=Span(3, 12),
        serious=Span(6, 36),
        marks=(
            ("accept_days", "G", "未查到原文，沿用现行规定"),
            ("handle_days", "G", "未查到原文，沿用现行规定"),
            ("whole_days", "G", "未查到原文，沿用现行规定"),
            ("extension_days", "G", "未查到原文"),
        ),
    ),
    RuleSet(
        code="order58",
        title="失信行为纠正后的信用信息修复管理办法（试行）",
        source=sources.ORDER_58,
        begins=date(2023, 5, 1),
        ends=date(2026, 3, 31),
        minor=Span(3, 36),
        general=Span(3, 36),
        serious=Span(3, 36),
        special=("特种设备", "安全生产", "消防", "食品", "药品"),
        special_months=12,
        effect_days=3,
        marks=(
            ("special_months", "P", "特种设备、安全生产、消防一年；食品、药品待核（G）"),
            ("accept_days", "G", "未查到原文，沿用现行规定"),
            ("handle_days", "G", "未查到原文，沿用现行规定"),
            ("whole_days", "G", "未查到原文，沿用现行规定"),
            ("extension_days", "G", "未查到原文"),
            ("effect_days", "P", "名单移出后“信用中国”网站 3 个工作日内停止公示"),
        ),
    ),
    RuleSet(
        code=ORDER_36_CODE,
        title="信用修复管理办法",
        source=sources.GRADES,
        begins=date(2026, 4, 1),
        ends=None,
        minor=Span(0, 3),
        general=Span(3, 12),
        serious=Span(12, 36),
        marks=(
            ("accept_days", "P", str(sources.DEADLINES)),
            ("handle_days", "G", "由 10 个工作日减 3 个推得；市场监管总局令第107号亦为 7 个"),
            ("whole_days", "P", str(sources.DEADLINES)),
            ("extension_days", "G", "可以延长，长度未查到原文"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Local:
    """What a local regulation adds to the national set, with where it says so."""

    title: str
    source: Source
    values: tuple[tuple[str, Any], ...]


LOCAL: dict[str, Local] = {
    "henan": Local("河南", sources.HENAN_43, (("effect_days", 1),)),
    "shanghai": Local("上海", sources.SHANGHAI_38, (("effect_days", 3),)),
    "shenzhen": Local("深圳", sources.SHENZHEN_81, (("accept_days", 0), ("handle_days", 3), ("extension_days", 3))),
    "zhejiang": Local("浙江", sources.ZHEJIANG_32, (("list_bars_penalties", True),)),
    "xinzhou": Local(
        "忻州（篇十六）",
        sources.XINZHOU,
        (("handle_days", 15), ("whole_days", 18), ("effect_days", 5), ("by_right", (MINOR, GENERAL))),
    ),
}
SETTABLE = ("accept_days", "handle_days", "whole_days", "extension_days", "effect_days")


def in_force(on: date, *, local: str = "", values: Mapping[str, int] | None = None) -> RuleSet:
    """The set that governs an application of that day: the national one of its time, what the city has set of its
    P and G values, then the local regulation. Before 2019-07-01 the earliest set.

    信用修复管理办法 (from 2026-04-01) replaces Order 58, which replaced 527号.
    """
    known = next((one for one in reversed(NATIONAL) if one.begins <= on), NATIONAL[0])
    if known.ends is None and values:
        said = {name: int(value) for name, value in values.items() if name in SETTABLE}
        marks = tuple((name, "设", "本市设定（REPAIR_VALUES）") for name in sorted(said))
        known = replace(known, **said, marks=marks + known.marks)  # type: ignore[arg-type]  # whole numbers, by SETTABLE
    if local in LOCAL:
        rule = LOCAL[local]
        marks = tuple((name, "L" if local != "xinzhou" else "S", str(rule.source)) for name, _ in rule.values)
        known = replace(known, **dict(rule.values), local=local, marks=marks + known.marks)
    return known


def to_json(rules: RuleSet) -> dict[str, Any]:
    """As an application keeps it."""
    said = asdict(rules)
    return said | {"begins": rules.begins.isoformat(), "ends": rules.ends.isoformat() if rules.ends else None}


def from_json(said: Mapping[str, Any]) -> RuleSet:
    """The set that an application was filed under."""
    read = dict(said)
    read["begins"] = date.fromisoformat(read["begins"])
    read["ends"] = date.fromisoformat(read["ends"]) if read["ends"] else None
    read["source"] = Source(**read["source"])
    for name in ("minor", "general", "serious"):
        read[name] = Span(**read[name])
    for name in ("special", "by_right"):
        read[name] = tuple(read[name])
    read["marks"] = tuple((a, b, c) for a, b, c in read["marks"])
    return RuleSet(**read)


def local_of(division: str, areas: Mapping[str, str]) -> str:
    """The local set of a division, by the longest prefix that the city has named (REPAIR_LOCAL_RULES)."""
    fitting = [prefix for prefix in areas if division.startswith(prefix)]
    return areas[max(fitting, key=len)] if fitting else ""

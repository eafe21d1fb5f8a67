"""Two scales of grades that are never mixed, and the escalation of the city's own. Pure.

RepairGrade belongs to one record or entry: how long it is published and when it may be repaired (信用修复管理办法).
CityGrade belongs to an organisation: how closely it is supervised (忻政办发〔2015〕153号, 篇十六). 一般 and 严重
stand in both and mean different things; comparing one scale with the other is an error, not a no.
The city grade feeds graded supervision only: it is no list, puts nobody on one, and is never made of persons.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Self

from kernel.law import Source
from kernel.terms import last_day_of_years
from redblack.rules.sources import CITY_GENERAL, CITY_HEAVIER, CITY_SERIOUS


class _Scale(Enum):
    """A scale whose members are ordered among themselves and compare with nothing else."""

    @property
    def place(self) -> int:
        return list(type(self)).index(self)

    def _same(self, other: object) -> Self:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} and {type(other).__name__} are two scales")
        return other

    def __eq__(self, other: object) -> bool:
        return self is self._same(other)

    def __lt__(self, other: object) -> bool:
        return self.place < self._same(other).place

    def __le__(self, other: object) -> bool:
        return self.place <= self._same(other).place

    def __gt__(self, other: object) -> bool:
        return self.place > self._same(other).place

    def __ge__(self, other: object) -> bool:
        return self.place >= self._same(other).place

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.name))


class RepairGrade(_Scale):
    """轻微 / 一般 / 严重: of a record or entry, set by the department that decided (信用修复管理办法 第四条)."""

    MINOR = "轻微"
    GENERAL = "一般"
    SERIOUS = "严重"

    @property
    def label(self) -> str:
        return f"{self.value}失信信息"


class CityGrade(_Scale):
    """一般 / 较重 / 严重: of an organisation, by the city's own rule (忻政办发〔2015〕153号 第十条)."""

    GENERAL = "一般"
    HEAVIER = "较重"
    SERIOUS = "严重"

    @property
    def label(self) -> str:
        return f"{self.value}失信行为"


SOURCES: dict[CityGrade, Source] = {
    CityGrade.GENERAL: CITY_GENERAL,
    CityGrade.HEAVIER: CITY_HEAVIER,
    CityGrade.SERIOUS: CITY_SERIOUS,
}
SERIOUS_WORDS = ("吊销", "撤销许可", "撤销资质", "责令停产停业", "停产停业", "责令关闭", "限制从业")
HEAVIER_WORDS = ("没收", "暂扣", "降低资质")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which fine on (元) a fine is larger, or huge. The rule itself only says "compared with the size of the
    enterprise"; these are the house's own defaults, to be set by the credit office.
    """

    larger: Decimal = Decimal(100_000)
    huge: Decimal = Decimal(1_000_000)


DEFAULT = Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """A penalty or a judgment list entry that was collected. `kind`: 违法行为类型, "" for not told; `penalty`:
    处罚类别; `fine` in 元; `judgment`: the subject is a judgment debtor in default.
    """

    key: str
    document_no: str
    authority: str
    decided_on: date
    kind: str = ""
    penalty: str = ""
    fine: Decimal | None = None
    judgment: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """A conduct with its grade and why; `of`: the conducts that led there, one for a single one."""

    grade: CityGrade
    source: Source
    why: str
    day: date
    kind: str
    of: tuple[Conduct, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands. `grade` None: no conduct that counts. `because`: what makes the grade, the newest
    first; `all`: every conduct with its own grade, and every escalation.
    """

    grade: CityGrade | None
    because: tuple[Graded, ...]
    all: tuple[Graded, ...]


def graded(conduct: Conduct, thresholds: Thresholds = DEFAULT) -> Graded:
    """The grade of one conduct by itself.

    忻政办发〔2015〕153号 第十一条: a warning or a smaller fine. 第十二条: a larger fine, or what was gained or
    used is confiscated. 第十三条: a permit is taken away, production is stopped, a huge fine; a judgment debtor in
    default.
    """
    grade, why = _own(conduct, thresholds)
    return Graded(grade, SOURCES[grade], why, conduct.decided_on, conduct.kind.strip(), (conduct,))


def _own(conduct: Conduct, thresholds: Thresholds) -> tuple[CityGrade, str]:
    if conduct.judgment:
        return CityGrade.SERIOUS, "人民法院认定的失信被执行人"
    if word := next((w for w in SERIOUS_WORDS if w in conduct.penalty), ""):
        return CityGrade.SERIOUS, f"处罚含“{word}”"
    fine = conduct.fine or Decimal(0)
    if fine >= thresholds.huge:
        return CityGrade.SERIOUS, f"罚款 {_wan(fine)} 万元，达到特大数额（{_wan(thresholds.huge)} 万元）"
    if word := next((w for w in HEAVIER_WORDS if w in conduct.penalty), ""):
        return CityGrade.HEAVIER, f"处罚含“{word}”"
    if fine >= thresholds.larger:
        return CityGrade.HEAVIER, f"罚款 {_wan(fine)} 万元，达到较大数额（{_wan(thresholds.larger)} 万元）"
    return CityGrade.GENERAL, "警告、通报批评或者较少数额罚款"


def standing(conducts: Iterable[Conduct], thresholds: Thresholds = DEFAULT) -> Standing:
    """The city grade of an organisation, by its conducts that count, with what led there.

    忻政办发〔2015〕153号 第十一条, 第十二条, 第十三条: two of one kind, or three of any, of 一般 within a year are
    one of 较重; two of one kind, or three of any, of 较重 within a year are one of 严重. A 较重 that came of several
    一般 counts on the day of the last of them, and once: so that no conduct carries two steps. More conduct never
    makes it better.
    """
    own = sorted((graded(one, thresholds) for one in conducts), key=_order)
    general = [one for one in own if one.grade == CityGrade.GENERAL]
    heavier = [one for one in own if one.grade == CityGrade.HEAVIER]
    risen = [*_groups(general, 2, CityGrade.HEAVIER), *_groups(general, 3, CityGrade.HEAVIER)]
    serious = [
        group
        for size in (2, 3)
        for group in (
            *_groups(heavier, size, CityGrade.SERIOUS),
            *(g for one in risen for g in _groups(sorted([*heavier, one], key=_order), size, CityGrade.SERIOUS)),
        )
    ]
    every = [*own, *_latest(risen), *_latest(serious)]
    if not every:
        return Standing(None, (), ())
    grade = max(one.grade for one in every)
    because = sorted((one for one in every if one.grade == grade), key=_order, reverse=True)
    return Standing(grade, tuple(because), tuple(every))


def _order(one: Graded) -> tuple[date, str]:
    return one.day, one.of[-1].key


def _groups(units: Sequence[Graded], size: int, to: CityGrade) -> Iterator[Graded]:
    """For each unit the newest so many that end with it and stand within a year: two of one kind, three of any.

    `units` in the order of their days.
    """
    for at, last in enumerate(units):
        before = [one for one in units[:at] if last.day <= last_day_of_years(one.day, 1)]
        if size == 2:
            before = [one for one in before if one.kind and one.kind == last.kind]
        if len(before) >= size - 1:
            group = [*before[-(size - 1) :], last]
            kind = last.kind if size == 2 else ""
            how = f"一年以内两次同类{last.grade.label}（{kind}）" if size == 2 else f"一年以内三次{last.grade.label}"
            yield Graded(to, SOURCES[to], how, last.day, kind, tuple(c for one in group for c in one.of))


def _latest(groups: Iterable[Graded]) -> list[Graded]:
    """Of groups of one kind the newest: the page shows what made the grade, not every way to it."""
    newest: dict[tuple[str, str], Graded] = {}
    for group in sorted(groups, key=_order):
        newest[group.why, group.kind] = group
    return list(newest.values())


def _wan(yuan: Decimal) -> str:
    return f"{(yuan / 10_000).normalize():f}"


def repair_grade(text: str) -> RepairGrade | None:
    """The repair grade that a record or an entry states; None: none is stated. Raises ValueError for other words."""
    return RepairGrade(text) if text else None

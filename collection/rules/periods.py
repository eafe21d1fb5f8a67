"""Which periods an update cycle has, and when what fell into one is due. Pure.

The cycle is the catalogue's (更新周期). That a period's data are due some working days after its end is no law but
the city's own setting (COLLECTION_TASK_WORKING_DAYS, [G]); where the item has a reporting clock of its own (双公示:
seven working days, 发改办财金〔2018〕424号), that clock counts instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.terms import month_later

MONTHS_OF = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}
PERIODIC = frozenset({"每日", "每周", *MONTHS_OF})


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive days, and the words for them on a screen."""

    begins: date
    ends: date

    def label(self) -> str:
        if self.begins == self.ends:
            return self.begins.isoformat()
        whole_months = self.begins.day == 1 and (self.ends + timedelta(days=1)).day == 1
        months = (self.ends.year - self.begins.year) * 12 + self.ends.month - self.begins.month + 1
        if whole_months and months == 12 and self.begins.month == 1:
            return f"{self.begins.year}年"
        if whole_months and months == 1:
            return f"{self.begins.year}年{self.begins.month}月"
        if whole_months and months == 3:
            return f"{self.begins.year}年第{self.begins.month // 3 + 1}季度"
        if whole_months and months == 6:
            return f"{self.begins.year}年{'上' if self.begins.month == 1 else '下'}半年"
        return f"{self.begins.isoformat()} 至 {self.ends.isoformat()}"


def period_of(cycle: str, day: date) -> Period:
    """The period of a periodic cycle that a day falls into: weeks from Monday, months and more from January.

    Raises KeyError for a cycle that has no periods (实时, 按产生).
    """
    if cycle == "每日":
        return Period(day, day)
    if cycle == "每周":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    months = MONTHS_OF[cycle]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, month_later(first, months) - timedelta(days=1))


def ended_periods(cycle: str, *, since: date, today: date) -> Iterator[Period]:
    """Every period that began on or after `since` and ended before `today`, the oldest first."""
    period = period_of(cycle, since)
    if period.begins < since:
        period = period_of(cycle, period.ends + timedelta(days=1))
    while period.ends < today:
        yield period
        period = period_of(cycle, period.ends + timedelta(days=1))

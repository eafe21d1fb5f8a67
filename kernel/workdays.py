"""The one place that counts working days. Pure: the calendar is handed in."""

from dataclasses import dataclass
from datetime import date, timedelta

from kernel.law import Source

SATURDAY = 5


class CalendarMissing(Exception):
    """No row of the working calendar covers that year, not even a provisional one."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days that differ from the weekday rule, and which years are known.

    `differing`: date -> is it worked (True: 调休上班, False: holiday). `provisional`: years whose notice of the
    State Council is not out yet and that hold only the statutory days (暂定).
    """

    years: frozenset[int]
    differing: dict[date, bool]
    provisional: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices are open. Raises CalendarMissing outside the known years."""
        if day.year not in self.years:
            raise CalendarMissing(day.isoformat())
        return self.differing.get(day, day.weekday() < SATURDAY)


@dataclass(frozen=True, slots=True)
class Term:
    """A period of time that a law gives, counted in working days."""

    working_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class Due:
    """A last day. `provisional`: it rests on a year whose notice is not out, and will be recomputed."""

    on: date
    provisional: bool


def due_on(start: date, working_days: int, calendar: WorkCalendar) -> Due:
    """The last day of a term of working days. The day of the event itself is not counted.

    行政处罚法 第八十五条, 行政许可法 第八十二条 (working days); 民事诉讼法 第八十五条 (the first day does not count).
    """
    day, left = start, working_days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    touched = {year for year in range(start.year, day.year + 1)}
    return Due(day, provisional=bool(touched & calendar.provisional))


def working_day_on_or_before(day: date, calendar: WorkCalendar) -> date:
    """The last working day on or before `day`."""
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def shift(day: date, working_days: int, calendar: WorkCalendar) -> date:
    """`day` moved by working days, backwards when negative; the start day is not counted."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day

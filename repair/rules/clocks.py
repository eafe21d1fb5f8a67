"""The clocks of an application: working days, the day of the event not counted, days of a stop not counted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.workdays import CalendarMissing, Due, WorkCalendar
from repair.rules.sets import RuleSet

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Stop:
    """A one-time notice of what is missing: the clock rests from the day after `begins` to `until` inclusive, the
    day on which it was handed in. None: it rests still, and no last day can be said beyond what runs.
    """

    begins: date
    until: date | None

    def rests(self, day: date) -> bool:
        return self.begins < day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """Last days. `now`: the one that is to be kept next; None while the clock rests or all is decided."""

    accept: Due | None
    handle: Due | None
    whole: Due
    resting: bool

    @property
    def decide(self) -> Due:
        """By when it is decided: seven days from acceptance and ten from application, whichever is first."""
        return self.whole if self.handle is None else min(self.handle, self.whole, key=lambda one: one.on)


def due(start: date, working_days: int, calendar: WorkCalendar, stops: Iterable[Stop] = ()) -> Due:
    """The last day of a term. A year that the calendar does not know counts by the week and is marked as provisional:
    nobody's filing waits for a notice. A stop that is open counts to no end.

    行政处罚法 第八十五条; 民事诉讼法 第八十五条 (the first day does not count).
    """
    resting = [one for one in stops if one.until is not None]
    day, left, guessed = start, working_days, False
    while left:
        day += timedelta(days=1)
        works, known = _works(day, calendar)
        guessed = guessed or not known
        left -= works and not any(one.rests(day) for one in resting)
    touched = set(range(start.year, day.year + 1))
    return Due(day, provisional=guessed or bool(touched & calendar.provisional))


def dues(
    rules: RuleSet,
    *,
    applied_on: date,
    received_on: date,
    accepted_on: date | None,
    extended_days: int,
    stops: Iterable[Stop],
    calendar: WorkCalendar,
) -> Dues:
    """All last days of an application under the rules that it was filed under.

    国办发〔2025〕22号 信用修复办理期限: three working days from receipt to acceptance, ten in all from application;
    an extension moves the last two.
    """
    held = list(stops)
    accept = due(received_on, rules.accept_days, calendar, held)
    handle = due(accepted_on, rules.handle_days + extended_days, calendar, held) if accepted_on else None
    whole = due(applied_on, rules.whole_days + extended_days, calendar, held)
    return Dues(accept=accept, handle=handle, whole=whole, resting=any(one.until is None for one in held))


def _works(day: date, calendar: WorkCalendar) -> tuple[bool, bool]:
    try:
        return calendar.is_working(day), True
    except CalendarMissing:
        return day.weekday() < SATURDAY, False

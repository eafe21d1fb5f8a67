"""The demo story's days: offsets turned into dates by the working calendar. Pure.

T is the last working day on or before the day of loading; D is the day of loading itself, for how old a version is.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kernel.terms import last_day_of_years
from kernel.workdays import WorkCalendar, shift, working_day_on_or_before

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_HOURS = time(10, 0)
OFFSET = re.compile(r"(?P<base>[TD])(?:-(?P<days>\d+)(?P<working>w?))?(?: (?P<clock>\d\d:\d\d))?")
TERM = re.compile(r"(\d+)y")


class OffsetWrong(ValueError):
    """A date of the cast that is neither a date nor an offset."""


@dataclass(frozen=True, slots=True)
class Story:
    """One telling of the story: its T, the day it was loaded, and the calendar that both rest on."""

    working_day: date
    opened_on: date
    calendar: WorkCalendar

    def day(self, text: str | date) -> date:
        """T-263 (days, rolled back to a working day), T-3w (working days), D-9 (days before loading), or a date."""
        if isinstance(text, date):
            return text
        found = OFFSET.fullmatch(text)
        if found is None:
            raise OffsetWrong(text)
        days = int(found["days"] or 0)
        if found["base"] == "D":
            return self.opened_on - timedelta(days=days)
        if found["working"]:
            return shift(self.working_day, -days, self.calendar)
        return working_day_on_or_before(self.working_day - timedelta(days=days), self.calendar)

    def moment(self, text: str | date) -> datetime:
        """The moment of an offset: its own hour ("D-1 05:40"), else ten in the morning in Shanghai."""
        clock = OFFICE_HOURS
        if isinstance(text, str) and " " in text:
            clock = time.fromisoformat(text.rpartition(" ")[2])
        return datetime.combine(self.day(text), clock, SHANGHAI)


def open_story(today: date, calendar: WorkCalendar) -> Story:
    """The story as it is told on that day."""
    return Story(working_day_on_or_before(today, calendar), today, calendar)


def last_day(start: date, term: str) -> date:
    """The last day of a term of years that begins on `start`: the day before the anniversary, inclusive."""
    found = TERM.fullmatch(term)
    if found is None:
        raise OffsetWrong(term)
    return last_day_of_years(start, int(found[1]))


def document_of(text: str, on: date) -> str:
    """A document number with the year of its own date: 江环罚〔{year}〕47号."""
    return text.replace("{year}", str(on.year))

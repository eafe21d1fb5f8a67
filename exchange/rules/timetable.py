"""When what is waiting for a receiver is sent. Pure.

No law fixes these times: the department says when its system takes rows; where it does not, it is tried again.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)  # a receiver that is off over the longest holiday gets everything afterwards
TELL_AFTER = 3  # tries of one delivery, then the credit office is written to


class Pace(StrEnum):
    """How soon a change is sent."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


PACES = {Pace.AT_ONCE: "随时", Pace.HOURLY: "每小时", Pace.DAILY: "每天"}


@dataclass(frozen=True, slots=True)
class Timetable:
    """`daily_at`: the time of day in Shanghai, for the daily pace alone."""

    pace: Pace
    daily_at: time | None = None

    def __str__(self) -> str:
        return f"每天 {self.daily_at:%H:%M}" if self.pace is Pace.DAILY and self.daily_at else PACES[self.pace]


def last_slot(timetable: Timetable, *, now: datetime) -> datetime:
    """The newest moment, not after now, at which what had been written until then was to be sent."""
    here = now.astimezone(SHANGHAI)
    if timetable.pace is Pace.AT_ONCE:
        return now
    if timetable.pace is Pace.HOURLY:
        return here.replace(minute=0, second=0, microsecond=0)
    at = timetable.daily_at or time()
    slot = here.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return slot if slot <= here else slot - timedelta(days=1)


def next_slot(timetable: Timetable, *, now: datetime) -> datetime:
    """The first moment after now at which rows are sent; with no pace to wait for, now."""
    step = {Pace.AT_ONCE: timedelta(), Pace.HOURLY: timedelta(hours=1), Pace.DAILY: timedelta(days=1)}
    return last_slot(timetable, now=now) + step[timetable.pace]


def is_time(timetable: Timetable, *, last_run: datetime | None, now: datetime) -> bool:
    """Whether a new round of sending may begin: a slot has come since the last one began."""
    if timetable.pace is Pace.AT_ONCE or last_run is None:
        return True
    return last_run < last_slot(timetable, now=now)


def next_try(*, attempts: int, first_tried: datetime, now: datetime) -> datetime | None:
    """When a delivery that has failed `attempts` times is tried again: twice as long each time, an hour at the most.

    None: it has been tried for GIVE_UP_AFTER, and waits for a person (待重发).
    """
    if now - first_tried >= GIVE_UP_AFTER:
        return None
    return now + min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)

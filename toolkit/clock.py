"""The one door to the system clock. Interfaces call it; services and rules are handed the time.

Under DEMO only, an offset kept in the database moves the day for every process, so that a presenter can show what
happens next week. Production never reads it.
"""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_offset: tuple[float, timedelta] = (float("-inf"), timedelta(0))  # read at (monotonic seconds), offset
FRESH_SECONDS = 1.0


def now() -> datetime:
    """The moment, aware, UTC."""
    return timezone.now() + (_demo_offset() if settings.DEMO else timedelta(0))


def wall() -> datetime:
    """The machine's own clock, which no presenter moves: for sessions, signatures and locks, not for business."""
    return timezone.now()


def today() -> date:
    """The day in Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The legal day of a moment: Asia/Shanghai."""
    return timezone.localdate(moment, SHANGHAI)


def start_of(day: date) -> datetime:
    """The first moment of a legal day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _demo_offset() -> timedelta:
    global _offset
    read_at, offset = _offset
    if time.monotonic() - read_at > FRESH_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(shift), interval '0') FROM toolkit_demo_clock")
            offset = cursor.fetchone()[0]
        _offset = (time.monotonic(), offset)
    return offset


def move_demo_clock(shift: timedelta | None) -> timedelta:
    """Move the demo's day for every process by `shift` more; None sets it right again. Returns the whole shift.

    Other processes follow within FRESH_SECONDS. The caller has made sure that this is a demo.
    """
    global _offset
    with connection.cursor() as cursor:
        if shift is None:
            cursor.execute("DELETE FROM toolkit_demo_clock")
        else:
            cursor.execute(
                """INSERT INTO toolkit_demo_clock AS c (shift) VALUES (make_interval(secs => %s))
                ON CONFLICT (id) DO UPDATE SET shift = c.shift + excluded.shift""",
                [shift.total_seconds()],
            )
    _offset = (float("-inf"), timedelta(0))
    return _demo_offset()

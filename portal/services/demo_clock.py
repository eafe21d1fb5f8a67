"""Moving the day of the demo: a fact like any other, so that the log explains its own dates."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.services import record
from kernel.actor import system
from portal.events import DemoClockMoved
from toolkit.clock import move_demo_clock


@transaction.atomic
def move(*, shift: timedelta | None, now: datetime) -> timedelta:
    """Move the demo's clock by `shift` more, or back to the real time. Returns the whole shift."""
    whole = move_demo_clock(shift)
    fact = DemoClockMoved(int(whole.total_seconds()))
    record(fact, about="portal.clock:1", actor=system("demo_clock"), now=now)
    return whole

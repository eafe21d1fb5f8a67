"""What the demo city hands up: the records of its last day, the cases of the months that are over, with receipts.

Records and cases belong to the story; the files are made and sent when the platform above runs.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.selectors import actor_of_user, users
from collection.selectors.handovers import day_of_items
from collection.services.upward import ItemNotHandedUp, NothingToHandUp, make_handover
from feedback.services import sending
from feedback.services.upward import NothingNew, NothingToReport, make_report
from kernel.actor import Actor
from portal.models import DemoStory

Clock = Callable[[], datetime]
OFFICE = "xyb01"
LOOK_BACK = 14  # days in which there surely are records
MONTHS = 3  # that are over, and may have cases


@dataclass(frozen=True, slots=True)
class HandedUp:
    """How many files were made, how many of them the platform above has receipted, how many do not agree."""

    made: int
    receipted: int
    unequal: int


def hand_up(*, clock: Clock) -> HandedUp:
    """Make the files, have them sent, and compare. Again: what was made is not made again, what waits is sent."""
    [user] = [one for one in users(text=OFFICE) if one.username == OFFICE]
    office, now = actor_of_user(user), clock()
    last = DemoStory.objects.get().working_day
    made = [*_daily(last, office, now), *_monthly(last, office, now)]
    for kind, ref_id in made:
        sending.dispatch(kind=kind, ref_id=ref_id, actor=office, now=now)
    return HandedUp(len(made), sending.send_waiting(clock=clock), sending.compare_all(clock=clock))


def _daily(last: date, office: Actor, now: datetime) -> Iterator[tuple[str, int]]:
    """Files of the last day that brought anything."""
    for back in range(LOOK_BACK):
        day = last - timedelta(days=back)
        lines = [line for line in day_of_items(day) if not line.is_empty]
        for line in lines:
            if line.latest is None:
                with suppress(NothingToHandUp, ItemNotHandedUp):
                    ids = make_handover(item_code=line.code, day=day, actor=office, now=now)
                    yield from (("records", one) for one in ids)
        if lines:
            return


def _monthly(last: date, office: Actor, now: datetime) -> Iterator[tuple[str, int]]:
    month = last.replace(day=1)
    for _ in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        with suppress(NothingToReport, NothingNew):
            yield from (("cases", one) for one in make_report(month=month, actor=office, now=now))

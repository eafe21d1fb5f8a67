"""The timetable: which rosters are due, asked for a run, and when they are due next."""

import logging
from datetime import datetime

from django.db import transaction

from kernel.actor import system
from kernel.errors import Refusal
from office.selectors import calendar
from screening.models import Roster, RosterRun
from screening.rules.schedules import next_due, read_schedule
from screening.services.rosters.starting import request_run

log = logging.getLogger(__name__)
ACTOR = system("rosters")
AT_ONCE = 500


def start_due(*, now: datetime) -> int:
    """Every minute: ask for a run of each roster whose moment has come. How many.

    Moments that nobody was there for (the platform stood still) are one run, now; the next is by the timetable again.
    """
    due = Roster.objects.filter(state=Roster.State.ACTIVE, next_run_at__lte=now).order_by("next_run_at", "pk")
    return sum(_try(roster_id, now) for roster_id in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _try(roster_id: int, now: datetime) -> bool:
    try:
        return _start(roster_id, now)
    except Refusal as refusal:  # the others are asked for all the same
        log.warning("roster %s was not asked for a run by its timetable: %s", roster_id, refusal.code)
        return False


@transaction.atomic
def _start(roster_id: int, now: datetime) -> bool:
    """One roster, one transaction: asked for and set forward together, so of two schedulers one does it."""
    due = Roster.objects.filter(pk=roster_id, state=Roster.State.ACTIVE, next_run_at__lte=now)
    roster = due.select_for_update(skip_locked=True).first()
    if roster is None:
        return False
    roster.next_run_at = next_due(read_schedule(roster.schedule), after=now, calendar=calendar())
    roster.save(update_fields=["next_run_at"])
    request_run(roster_id=roster_id, why=RosterRun.Why.SCHEDULED, actor=ACTOR, now=now)
    return True


@transaction.atomic
def set_forward(*, now: datetime) -> int:
    """After working days have changed: the next moment of every roster, worked out again. How many have moved.

    What is due already stays due.
    """
    moved = 0
    rosters = Roster.objects.filter(state=Roster.State.ACTIVE, next_run_at__gt=now).order_by("pk")
    for roster in rosters.select_for_update():
        moment = next_due(read_schedule(roster.schedule), after=now, calendar=calendar())
        if moment != roster.next_run_at:
            roster.next_run_at = moment
            roster.save(update_fields=["next_run_at"])
            moved += 1
    return moved

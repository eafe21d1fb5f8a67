"""Last days, worked out once and stored; what of an application is due next."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kernel.actor import Actor
from office.selectors import calendar
from repair.models import Application
from repair.rules.clocks import Stop, dues
from repair.rules.sets import from_json
from repair.rules.states import OPEN, State
from repair.selectors.applications import stops_of

DUES = ("accept_due_on", "handle_due_on", "whole_due_on", "due_on", "due_provisional")


def set_dues(row: Application, stops: Sequence[Stop]) -> None:
    """Put the last days on a row that is about to be saved (fields DUES)."""
    said = dues(
        from_json(row.rules),
        applied_on=row.applied_on,
        received_on=row.received_on,
        accepted_on=row.accepted_on,
        extended_days=row.extended_days,
        stops=stops,
        calendar=calendar(),
    )
    row.accept_due_on = said.accept.on if said.accept else None
    row.handle_due_on = said.handle.on if said.handle else None
    row.whole_due_on = said.whole.on
    due = said.decide if row.accepted_on else min(said.accept or said.whole, said.whole, key=lambda one: one.on)
    is_open = row.state in OPEN
    row.due_on = due.on if is_open and row.state != State.NOTIFIED else None
    row.due_provisional = is_open and due.provisional


@transaction.atomic
def recompute(*, year: int, actor: Actor, now: datetime) -> int:
    """A calendar was imported: the last days of what is open are worked out again. How many moved.

    行政处罚法 第八十五条: working days are those of the year's notice. Twice has one effect.
    """
    moved = 0
    rows = Application.objects.select_for_update().filter(
        state__in=[s.value for s in OPEN], whole_due_on__year__gte=year - 1
    )
    for row in rows.order_by("pk"):
        before = [getattr(row, name) for name in DUES]
        set_dues(row, stops_of(row))
        if before != [getattr(row, name) for name in DUES]:
            row.save(update_fields=list(DUES))
            moved += 1
    return moved

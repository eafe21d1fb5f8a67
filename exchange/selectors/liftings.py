"""Reading what departments must still undo."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.selectors import all_departments, scope
from exchange import policies
from exchange.models import Lifting
from kernel.actor import Actor
from kernel.errors import NotFound
from toolkit.keyset import Capped, count_of


class LiftingNotFound(NotFound):
    code = "exchange.lifting_not_found"
    message = "没有找到该项解除确认，或不由本部门办理。"


def liftings_of(entry_id: int) -> list[Lifting]:
    """All of an entry, those that wait first."""
    rows = Lifting.objects.select_related("department").filter(entry_id=entry_id)
    return sorted(rows.order_by("due_on", "id"), key=lambda one: one.confirmed_at is not None)


def waiting_liftings(actor: Actor) -> QuerySet[Lifting]:
    """Those of the actor's departments that are not confirmed; the credit office sees all."""
    rows = Lifting.objects.select_related("department").filter(confirmed_at=None)
    departments = scope(actor)
    return rows if departments is None else rows.filter(department_id__in=departments)


def lifting_page(actor: Actor, *, after: tuple[date, int] | None, limit: int) -> list[Lifting]:
    """The most urgent first."""
    rows = waiting_liftings(actor)
    if after is not None:
        day, last = after
        rows = rows.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(pk__gt=last))
    return list(rows.order_by("due_on", "id")[:limit])


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the reader, in a line: how many, how many of them too late, and the first last day.

    `own`: he confirms it himself; otherwise he only sees to it that others do.
    """

    count: Capped
    late: Capped
    first_due: date


def own_liftings(actor: Actor, *, today: date) -> Queue | None:
    """What the reader's own departments have to confirm; None: nothing, or not his to confirm."""
    if not policies.may_lift(actor):
        return None
    rows = Lifting.objects.filter(confirmed_at=None, department_id__in=actor.departments)
    return _queue(rows, rows.filter(due_on__lt=today))


def others_late_liftings(actor: Actor, *, today: date) -> Queue | None:
    """What other departments have not confirmed in time, for the credit office; None: nothing, or not his to see."""
    if not policies.may_open(actor):
        return None
    # those it is of, not those it is not of: the index begins with the department
    others = [one.id for one in all_departments() if one.id not in actor.departments]
    late = Lifting.objects.filter(confirmed_at=None, due_on__lt=today, department_id__in=others)
    return _queue(late, late)


def _queue(rows: QuerySet[Lifting], late: QuerySet[Lifting]) -> Queue | None:
    first = rows.order_by("due_on", "id").values_list("due_on", flat=True).first()
    return Queue(count_of(rows), count_of(late), first) if first else None


def get_waiting(actor: Actor, lifting_id: int) -> Lifting:
    """Locked. Raises LiftingNotFound; one that is confirmed already is still found by its own department."""
    rows = Lifting.objects.select_for_update(of=("self",)).filter(pk=lifting_id)
    row = rows.filter(department_id__in=actor.departments).first()
    if row is None:
        raise LiftingNotFound
    return row


@dataclass(frozen=True, slots=True)
class Stands:
    """How an entry stands now. `rests`: it is disputed, and its measures are not applied meanwhile."""

    list_code: str
    out: bool
    rests: bool


def how_they_stand(entry_ids: Collection[int]) -> dict[int, Stands]:
    """Those of them that there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, list_code, released_on IS NOT NULL, suspended FROM redblack_pub_pushed"
            " WHERE entry_id = ANY (%s)",
            [sorted(entry_ids)],
        )
        return {entry: Stands(*said) for entry, *said in cursor.fetchall()}


def late_liftings(*, today: date) -> QuerySet[Lifting]:
    """Past their day, and nobody was reminded today."""
    rows = Lifting.objects.filter(confirmed_at=None, due_on__lt=today)
    return rows.filter(Q(chased_on=None) | Q(chased_on__lt=today))

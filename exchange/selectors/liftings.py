"""Reading what departments must still undo."""

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.selectors import scope
from exchange.models import Lifting
from kernel.actor import Actor
from kernel.errors import NotFound


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


def get_waiting(actor: Actor, lifting_id: int) -> Lifting:
    """Locked. Raises LiftingNotFound; one that is confirmed already is still found by its own department."""
    rows = Lifting.objects.select_for_update(of=("self",)).filter(pk=lifting_id)
    row = rows.filter(department_id__in=actor.departments).first()
    if row is None:
        raise LiftingNotFound
    return row


def entries_out(entry_ids: list[int]) -> dict[int, str]:
    """Those of them that have left their list, with its code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, list_code FROM redblack_pub_pushed"
            " WHERE entry_id = ANY (%s) AND released_on IS NOT NULL",
            [entry_ids],
        )
        return dict(cursor.fetchall())


def late_liftings(*, today: date) -> QuerySet[Lifting]:
    """Past their day, and nobody was reminded today."""
    rows = Lifting.objects.filter(confirmed_at=None, due_on__lt=today)
    return rows.filter(Q(chased_on=None) | Q(chased_on__lt=today))

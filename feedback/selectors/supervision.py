"""督办: what departments are to be held to account for now, and the ledger of what was done."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.selectors import scope
from feedback import policies
from feedback.models import Due, Supervision
from feedback.rules.supervision import Fault
from feedback.selectors.badly import badly_closed_by_department
from kernel.actor import Actor
from kernel.errors import NotFound
from screening.selectors.finished import missing_by_department
from screening.selectors.responses import overdue_by_department


class SupervisionNotFound(NotFound):
    code = "feedback.supervision_not_found"
    message = "没有找到该督办事项，或您没有查看的权限。"


def figures(fault: Fault, *, today: date, late_since: date) -> dict[int, int]:
    """How many of a fault each department has today. `late_since`: overdue before that day counts."""
    if fault is Fault.OVERDUE:
        late = Due.objects.filter(reported_at=None, owed=True, due_on__lt=late_since)
        rows = late.order_by().values("department_id").annotate(n=Count("id"))
        return {row["department_id"]: row["n"] for row in rows}
    if fault is Fault.NO_RESPONSE:
        return overdue_by_department(late_since)
    if fault is Fault.NOT_CHECKED:
        return missing_by_department((today.replace(day=1) - timedelta(days=1)).replace(day=1))
    return badly_closed_by_department()


def visible_supervisions(actor: Actor) -> QuerySet[Supervision]:
    """The credit office sees all, a department what concerns it."""
    if not policies.may_see(actor):
        return Supervision.objects.none()
    mine = scope(actor)
    return Supervision.objects.all() if mine is None else Supervision.objects.filter(department_id__in=mine)


def supervision_page(
    actor: Actor, *, open_only: bool = False, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Supervision]:
    """The ledger, the newest first; `after`: (opened_at, id) of the last one seen (keyset)."""
    found = visible_supervisions(actor).select_related("department")
    if open_only:
        found = found.filter(closed_at=None)
    if after is not None:
        moment, last = after
        found = found.filter(Q(opened_at__lte=moment) & (Q(opened_at__lt=moment) | Q(id__lt=last)))
    return list(found.order_by("-opened_at", "-id")[:limit])


def get_supervision(actor: Actor, supervision_id: int, *, for_update: bool = False) -> Supervision:
    """One in the actor's scope. Raises SupervisionNotFound."""
    rows = visible_supervisions(actor)
    rows = rows.select_for_update(of=("self",)) if for_update else rows.select_related("department")
    found = rows.filter(pk=supervision_id).first()
    if found is None:
        raise SupervisionNotFound
    return found

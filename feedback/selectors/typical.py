"""Typical cases: the drafts of a department, and those that anybody reads."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.selectors import scope
from feedback import policies
from feedback.models import TypicalCase
from feedback.rules.typical import State
from kernel.actor import Actor
from kernel.errors import NotFound


class TypicalNotFound(NotFound):
    code = "feedback.typical_not_found"
    message = "没有找到该典型案例，或您没有查看的权限。"


def _visible(actor: Actor) -> QuerySet[TypicalCase]:
    if not policies.may_see(actor):
        return TypicalCase.objects.none()
    mine = scope(actor)
    return TypicalCase.objects.all() if mine is None else TypicalCase.objects.filter(department_id__in=mine)


def typical_page(actor: Actor, *, after: int | None = None, limit: int = 50) -> list[TypicalCase]:
    """Those of the actor's departments, the last first; `after`: id of the last one seen (keyset)."""
    found = _visible(actor).select_related("department")
    if after is not None:
        found = found.filter(id__lt=after)
    return list(found.order_by("-id")[:limit])


def get_typical(actor: Actor, typical_id: int, *, for_update: bool = False) -> TypicalCase:
    """One in the actor's scope. Raises TypicalNotFound."""
    rows = _visible(actor).select_related("due", "department")
    found = (rows.select_for_update(of=("self",)) if for_update else rows).filter(pk=typical_id).first()
    if found is None:
        raise TypicalNotFound
    return found


def public_page(*, after: tuple[date, int] | None, limit: int) -> list[TypicalCase]:
    """What anybody reads, the newest first (keyset)."""
    found = TypicalCase.objects.filter(state=State.PUBLISHED).select_related("department")
    if after is not None:
        day, last = after
        found = found.filter(Q(published_on__lte=day) & (Q(published_on__lt=day) | Q(id__lt=last)))
    return list(found.order_by("-published_on", "-id")[:limit])


def get_public(typical_id: int) -> TypicalCase:
    """One that is published. Raises TypicalNotFound."""
    found = TypicalCase.objects.filter(pk=typical_id, state=State.PUBLISHED).select_related("department").first()
    if found is None:
        raise TypicalNotFound
    return found

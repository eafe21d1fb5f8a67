"""Reading what is owed and what was reported, scoped by department."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from feedback.models import Case, Due
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound

CAP = 10_000  # counts stop here: "10 000+"


class DueNotFound(NotFound):
    code = "feedback.due_not_found"
    message = "没有找到该待反馈事项，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[Due]:
    """What the actor's departments owe; the credit office sees all, the window sees nothing of it."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Due.objects.all()
    if actor.kind is not Kind.USER:
        return Due.objects.none()
    return Due.objects.filter(department_id__in=actor.departments)


def get_visible(actor: Actor, due_id: int, *, for_update: bool = False) -> Due:
    """One thing owed, in the actor's scope. Raises DueNotFound."""
    dues = visible_to(actor)
    found = (dues.select_for_update() if for_update else dues).filter(pk=due_id).first()
    if found is None:
        raise DueNotFound
    return found


def open_dues(actor: Actor, *, number: str = "", file_number: str = "") -> QuerySet[Due]:
    """What is still owed, the most urgent first."""
    dues = visible_to(actor).filter(reported_at=None)
    if number:
        dues = dues.filter(number=number)
    if file_number:
        dues = dues.filter(file_number=file_number)
    return dues.order_by("due_on", "id")


def page_of(dues: QuerySet[Due], *, after: tuple[date, int] | None, limit: int) -> list[Due]:
    """Keyset page of an `open_dues` list; `after`: (due_on, id) of the last row seen."""
    if after is not None:
        day, last = after
        dues = dues.filter(Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(id__gt=last)))
    return list(dues[:limit])


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts stop at CAP."""

    open: int
    overdue: int


def counts(actor: Actor, *, today: date) -> Counts:
    """How much is owed and how much of it is overdue; each number stands above the list that it counts."""
    mine = visible_to(actor).filter(reported_at=None)
    return Counts(mine[:CAP].count(), mine.filter(due_on__lt=today)[:CAP].count())


def cases_of(due: Due) -> QuerySet[Case]:
    """All versions of a report, the newest first."""
    return Case.objects.filter(due=due).order_by("-version")


def dues_of_receipt(actor: Actor, number: str) -> QuerySet[Due]:
    """What a receipt has called for, reported or not."""
    return visible_to(actor).filter(number=number).order_by("subject_index", "measure_code")

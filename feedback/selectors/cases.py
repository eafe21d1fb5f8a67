"""Reading what is owed and what was reported, scoped by department."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from feedback import policies
from feedback.models import Case, Due
from feedback.rules.incoming import CASE_NUMBER
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from toolkit.keyset import Capped, count_of


class DueNotFound(NotFound):
    code = "feedback.due_not_found"
    message = "没有找到该待反馈事项，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[Due]:
    """What the actor's departments owe; the credit office sees all, the window sees nothing of it."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Due.objects.all()
    if actor.kind is Kind.CLIENT and policies.READ_SCOPE in actor.scopes:
        return Due.objects.filter(department_id__in=actor.departments)
    if not policies.may_see(actor):  # an administrator of the department is none of its staff
        return Due.objects.none()
    return Due.objects.filter(department_id__in=actor.departments)


def get_visible(actor: Actor, due_id: int, *, for_update: bool = False) -> Due:
    """One thing owed, in the actor's scope. Raises DueNotFound."""
    dues = visible_to(actor)
    found = (dues.select_for_update() if for_update else dues).filter(pk=due_id).first()
    if found is None:
        raise DueNotFound
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty: everything that is still owed."""

    number: str = ""
    file_number: str = ""
    overdue_on: date | None = None
    department_id: int | None = None


def open_dues(
    actor: Actor, *, wanted: Wanted | None = None, after: tuple[date, int] | None = None, limit: int = 50
) -> list[Due]:
    """What is still owed, the most urgent first. `after`: (due_on, id) of the last row seen (keyset).

    Department by department, so that each part is read from its index in order, however many rows wait.
    """
    wanted = wanted or Wanted()
    found: list[Due] = []
    for dues in _by_department(actor):
        dues = dues.filter(reported_at=None, owed=True)
        if wanted.department_id is not None:
            dues = dues.filter(department_id=wanted.department_id)
        if wanted.number:
            dues = dues.filter(number=wanted.number)
        if wanted.file_number:
            dues = dues.filter(file_number=wanted.file_number)
        if wanted.overdue_on:
            dues = dues.filter(due_on__lt=wanted.overdue_on)
        if after is not None:
            day, last = after
            dues = dues.filter(Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(id__gt=last)))
        found += dues.order_by("due_on", "id")[:limit]
    return sorted(found, key=lambda due: (due.due_on or date.max, due.pk))[:limit]


def _by_department(actor: Actor) -> list[QuerySet[Due]]:
    """The actor's dues as one query where he sees all, else one for each of his departments."""
    mine = visible_to(actor)
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return [mine]
    return [mine.filter(department_id=department) for department in sorted(actor.departments)]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is owed, and what of it is overdue."""

    open: Capped
    overdue: Capped


def counts(actor: Actor, *, today: date) -> Counts:
    """How much is owed and how much of it is overdue; each number stands above the list that it counts."""
    mine = visible_to(actor).filter(reported_at=None, owed=True)
    return Counts(count_of(mine), count_of(mine.filter(due_on__lt=today)))


def cases_of(due: Due) -> QuerySet[Case]:
    """All versions of a report, the newest first."""
    return Case.objects.filter(due=due).order_by("-version")


def changed_cases(actor: Actor, *, after: Mapping[int, int], limit: int) -> list[Case]:
    """Cases of the actor's departments by their newest version, in the order of its coming, department by department.

    `after`: the change_seq of each department that was read before. A case that is corrected comes again.
    """
    found: list[Due] = []
    for department in sorted(actor.departments):
        mine = visible_to(actor).filter(department_id=department, change_seq__gt=after.get(department, 0))
        found += mine.order_by("change_seq")[: limit - len(found)]
        if len(found) == limit:
            break
    return _newest(found)


def cases_by_number(actor: Actor, number: str) -> list[Case]:
    """The cases of this number, ours or a department's own, by their newest version."""
    ours = CASE_NUMBER.fullmatch(number)
    dues = visible_to(actor).filter(change_seq__gt=0, department_id__in=actor.departments)
    return _newest(dues.filter(pk=int(ours[1])) if ours else dues.filter(own_number=number).order_by("id"))


def _newest(dues: Iterable[Due]) -> list[Case]:
    """Of each the version that was its newest when it was read, whatever has come since: its number goes with it."""
    by_key = {(due.pk, due.version): due for due in dues}
    versions = Case.objects.filter(due__in=[pk for pk, _ in by_key], version__in={version for _, version in by_key})
    cases = {(case.due_id, case.version): case for case in versions}
    found = []
    for key, due in by_key.items():
        cases[key].due = due
        found.append(cases[key])
    return found


def dues_of_receipt(actor: Actor, number: str) -> QuerySet[Due]:
    """What a receipt has called for, reported or not."""
    return visible_to(actor).filter(number=number).order_by("subject_index", "measure_code")

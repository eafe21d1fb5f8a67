"""Reading what is owed and what was reported, scoped by department."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet

from feedback import policies
from feedback.models import Case, Due, Letter
from feedback.rules.cases import Action
from feedback.rules.incoming import CASE_NUMBER
from feedback.rules.letters import Called, Carried
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from measures.selectors import items_of_matter
from screening.rules.responses import ResponseState
from screening.selectors import receipt as receipt_by_number
from screening.selectors.responses import TriggerMark, articles_of, marked_by, marks_of, triggers_of
from screening.selectors.triggers import same_subject
from subjects.selectors import subjects_of
from toolkit.keyset import Capped, count_of

if TYPE_CHECKING:
    from screening.models import ResponseTask


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


def reported_cases(
    actor: Actor, *, after: tuple[date, int] | None = None, number: str = "", limit: int = 100
) -> list[Case]:
    """Cases of the actor's departments by their newest version, in the order of their first report (keyset, `after`:
    reported_on and due of the last one seen). `number`: only the case of this number, ours or their own.
    """
    found: list[Due] = []
    for dues in _by_department(actor):
        dues = dues.filter(reported_at__isnull=False)
        if number:
            ours = CASE_NUMBER.fullmatch(number)
            dues = dues.filter(pk=int(ours[1])) if ours else dues.filter(own_number=number)
        if after is not None:
            day, last = after
            dues = dues.filter(Q(reported_on__gte=day) & (Q(reported_on__gt=day) | Q(id__gt=last)))
        found += dues.order_by("reported_on", "id")[:limit]
    found = sorted(found, key=lambda due: (due.reported_on or date.max, due.pk))[:limit]
    newest = Case.objects.filter(due__in=found, version=F("due__version")).select_related("due")
    return sorted(newest, key=lambda case: (case.due.reported_on or date.max, case.due_id))


def dues_of_receipt(actor: Actor, number: str) -> QuerySet[Due]:
    """What a receipt has called for, reported or not."""
    return visible_to(actor).filter(number=number).order_by("subject_index", "measure_code")


# --- letters --------------------------------------------------------------------------------------------------------
class LetterNotFound(NotFound):
    code = "feedback.letter_not_found"
    message = "没有找到该告知书，或您没有查看的权限。"


def letters_visible_to(actor: Actor) -> QuerySet[Letter]:
    """The letters of the actor's departments; the credit office sees all."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Letter.objects.all()
    if not policies.may_see(actor):
        return Letter.objects.none()
    return Letter.objects.filter(department_id__in=actor.departments)


def get_letter(actor: Actor, letter_id: int, *, for_update: bool = False) -> Letter:
    """One letter in the actor's scope. Raises LetterNotFound."""
    letters = letters_visible_to(actor)
    letters = letters.select_for_update(of=("self",)) if for_update else letters.select_related("department", "file")
    found = letters.filter(pk=letter_id).first()
    if found is None:
        raise LetterNotFound
    return found


def letter_page(
    actor: Actor, *, unserved: bool = False, after: tuple[date, int] | None = None, limit: int = 50
) -> list[Letter]:
    """Letters, the newest first. `after`: (written_on, id) of the last one seen (keyset)."""
    found = letters_visible_to(actor).select_related("department")
    if unserved:
        found = found.filter(served_on=None)
    if after is not None:
        day, last = after
        found = found.filter(Q(written_on__lte=day) & (Q(written_on__lt=day) | Q(id__lt=last)))
    return list(found.order_by("-written_on", "-id")[:limit])


def letters_of(*, due_id: int | None = None, response_id: int | None = None) -> list[Letter]:
    """The letters that followed one report or one response task, the newest first."""
    found = Letter.objects.filter(response_id=response_id) if due_id is None else Letter.objects.filter(due_id=due_id)
    return list(found.select_related("department").order_by("-id"))


def carried_by_due(due: Due, *, today: date) -> Carried:
    """The measure that a report is about, as its receipt called for it and as its triggers stand today."""
    receipt = receipt_by_number(due.number)
    subject = receipt.content["subjects"][due.subject_index]
    measure: dict[str, Any] = next(m for m in subject["measures"] if m["code"] == due.measure_code)
    plan = items_of_matter(
        matter_code=receipt.matter.code,
        stage=receipt.stage,
        as_of=receipt.as_of,
        revision=receipt.vector["measures"],
    )
    sources = frozenset[int]().union(*(item.triggers for item in plan if item.code == due.measure_code))
    same = same_subject(due.subject_id or 0)
    marks = [
        mark
        for (_, about, source), mark in marks_of(measure["because"], as_of=today).items()
        if about in same and source in sources
    ]
    action = Case.objects.filter(due=due).order_by("-version").values_list("action", flat=True).first()
    return Carried(
        department_id=due.department_id,
        subject_id=due.subject_id or 0,
        name=subject["name"],
        code=subject["code"],
        person=subject["kind"] == "natural_person",
        measure_code=due.measure_code,
        measure=due.measure_text,
        term=measure["term"],
        articles=tuple(measure["articles"]),
        called=_called(marks, today),
        reward=due.reward,
        done=action in (Action.DONE, Action.PARTLY),
        suspended=_suspended(marks, today),
        ended=not any(m.stands(today) for m in marks),
    )


def carried_by_response(task: "ResponseTask", *, today: date) -> Carried:
    """The measure of a response task, as its trigger stands today."""
    mark = triggers_of([task], as_of=today).get(marked_by(task))
    marks = [mark] if mark else []
    subject = subjects_of({task.subject_id}).get(task.subject_id)
    return Carried(
        department_id=task.department_id,
        subject_id=task.subject_id,
        name=subject.name if subject else "",
        code=subject.uscc if subject else "",
        person=subject is not None and subject.kind == "natural_person",
        measure_code=task.item_code,
        measure=task.item.content,
        term=task.item.term_text,
        articles=tuple(articles_of(task, as_of=today)),
        called=_called(marks, today),
        reward=task.item.reward,
        done=task.state == ResponseState.RESPONDED,
        suspended=_suspended(marks, today),
        ended=task.state == ResponseState.ENDED or not any(m.stands(today) for m in marks),
    )


def _called(marks: Iterable[TriggerMark], today: date) -> tuple[Called, ...]:
    """Those that stand; a measure may be called for by several, once each."""
    return tuple(
        dict.fromkeys(
            Called(
                source=m.source,
                document_no=m.document_no,
                authority=m.authority,
                ground=m.ground,
                since=m.since,
                until=m.until,
                own_term=m.own_term,
            )
            for m in marks
            if m.stands(today)
        )
    )


def _suspended(marks: Iterable[TriggerMark], today: date) -> bool:
    standing = [m for m in marks if m.stands(today)]
    return bool(standing) and all(m.suspended for m in standing)

"""Reading letters, and the measures that they are about, scoped by department."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from feedback import policies
from feedback.models import Case, Due, Letter
from feedback.rules.cases import Action
from feedback.rules.letters import Called, Carried
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from measures.selectors import items_of_matter
from screening.rules.responses import ResponseState
from screening.selectors import receipt as receipt_by_number
from screening.selectors.responses import TriggerMark, articles_of, marked_by, marks_of, triggers_of
from screening.selectors.triggers import same_subject
from subjects.selectors import subjects_of

if TYPE_CHECKING:
    from screening.models import ResponseTask


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

"""典型案例: retold by one person, reviewed and published by another, withdrawn with a reason."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from feedback import policies, selectors
from feedback.events import TypicalChanged
from feedback.models import Due, TypicalCase
from feedback.rules.typical import SOME_PERSON, TYPICAL_LIFE, State, may_tell
from feedback.selectors.typical import get_typical
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from subjects.selectors import subjects_of, without_persons
from toolkit.clock import day_of
from toolkit.db import refusing

LONGEST_NOTE = 500
PERSONS = ("natural_person", "sole_trader")


class CannotTell(NotPermitted):
    code = "feedback.cannot_tell_typical"
    message = "典型案例由实施部门或信用办编写。"


class CannotReview(NotPermitted):
    code = "feedback.cannot_review_typical"
    message = "典型案例由信用办另一人审核发布。"


class NotReported(RuleBroken):
    code = "feedback.typical_not_reported"
    message = "该事项还没有反馈，不能编为典型案例。"


class ToldAlready(RuleBroken):
    code = "feedback.typical_told_already"
    message = "该案例已编为典型案例，请打开原稿修改，或先撤下原稿。"


class TextRefused(RuleBroken):
    code = "feedback.typical_text_refused"
    message = "内容不能公开。"


class ReasonMissing(Malformed):
    code = "feedback.typical_reason_missing"
    message = f"请说明理由，不超过 {LONGEST_NOTE} 字。"


@transaction.atomic
def draft(*, due_id: int, title: str, text: str, subject_shown: str, actor: Actor, now: datetime) -> int:
    """Retell a case that was reported. Raises DueNotFound, CannotTell, NotReported, TextRefused, ToldAlready."""
    due = selectors.get_visible(actor, due_id)
    if not policies.may_tell(actor, department_id=due.department_id):
        raise CannotTell
    if due.reported_at is None:
        raise NotReported
    _demand(due, title, text, subject_shown)
    with refusing("feedback_typical_one_live", ToldAlready):
        row = TypicalCase.objects.create(
            due=due,
            department_id=due.department_id,
            title=title.strip(),
            text=text.strip(),
            subject_shown=subject_shown.strip(),
            reward=due.reward,
            state=State.DRAFTED,
            drafted_by=actor.key,
            drafted_at=now,
        )
    _record(row, "draft", actor, now)
    return row.pk


@transaction.atomic
def change(*, typical_id: int, title: str, text: str, subject_shown: str, actor: Actor, now: datetime) -> None:
    """Write a draft anew; who writes it is its author now. Raises TypicalNotFound, CannotTell, TextRefused."""
    row = get_typical(actor, typical_id, for_update=True)
    if not policies.may_tell(actor, department_id=row.department_id):
        raise CannotTell
    if row.state != State.DRAFTED:
        raise TextRefused("已提交审核的稿件不能修改。请由审核人退回后另写一稿。")
    _demand(row.due, title, text, subject_shown)
    row.title, row.text, row.subject_shown = title.strip(), text.strip(), subject_shown.strip()
    row.drafted_by, row.drafted_at = actor.key, now
    row.save(update_fields=["title", "text", "subject_shown", "drafted_by", "drafted_at"])
    _record(row, "change", actor, now)


def _demand(due: Due, title: str, text: str, subject_shown: str) -> None:
    said = [title.strip(), text.strip()]
    if subject_shown.strip() != proposed_subject(due):  # a firm may be called as its founder
        said.append(subject_shown.strip())
    verdict = may_tell(title=title, text=text, subject_shown=subject_shown, named=without_persons(said) != said)
    if not verdict:
        raise TextRefused("".join(r.message for r in verdict.against), reasons=verdict.against)


@transaction.atomic
def submit(*, typical_id: int, actor: Actor, now: datetime) -> None:
    """Hand a draft to the reviewer. Raises TypicalNotFound, CannotTell, kernel.machine.TransitionRefused."""
    row = get_typical(actor, typical_id, for_update=True)
    if not policies.may_tell(actor, department_id=row.department_id):
        raise CannotTell
    row.state = TYPICAL_LIFE.after("submit", State(row.state))
    row.save(update_fields=["state"])
    _record(row, "submit", actor, now)


@transaction.atomic
def review(*, typical_id: int, publish: bool, note: str, actor: Actor, now: datetime) -> None:
    """Publish it or refuse it, by another than who wrote it. The text is judged again.

    Raises TypicalNotFound, CannotReview, ReasonMissing, TextRefused, kernel.machine.TransitionRefused.
    """
    row = get_typical(actor, typical_id, for_update=True)
    if not policies.may_review_typical(actor) or row.drafted_by == actor.key:
        raise CannotReview
    if (not publish and not note.strip()) or len(note) > LONGEST_NOTE:
        raise ReasonMissing
    if publish:
        _demand(row.due, row.title, row.text, row.subject_shown)
    row.state = TYPICAL_LIFE.after("publish" if publish else "refuse", State(row.state))
    row.reviewed_by, row.reviewed_at, row.review_note = actor.key, now, note.strip()
    row.published_on = day_of(now) if publish else None
    row.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_note", "published_on"])
    _record(row, row.state, actor, now)


@transaction.atomic
def withdraw(*, typical_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Take a published case off the public page at once.

    Raises TypicalNotFound, CannotReview, ReasonMissing, kernel.machine.TransitionRefused.
    """
    row = get_typical(actor, typical_id, for_update=True)
    if not policies.may_review_typical(actor):
        raise CannotReview
    if not reason.strip() or len(reason) > LONGEST_NOTE:
        raise ReasonMissing
    row.state = TYPICAL_LIFE.after("withdraw", State(row.state))
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = actor.key, now, reason.strip()
    row.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    _record(row, "withdraw", actor, now)


def proposed_subject(due: Due) -> str:
    """How the subject may be called: an organisation by its name, everybody else by words that name nobody."""
    subject = subjects_of({due.subject_id}).get(due.subject_id) if due.subject_id is not None else None
    if subject is None or subject.kind in PERSONS:
        return SOME_PERSON if subject is None or subject.kind == "natural_person" else "某个体工商户"
    return subject.name


def _record(row: TypicalCase, what: str, actor: Actor, now: datetime) -> None:
    record(
        TypicalChanged(row.pk, str(what), str(row.state)),
        about=f"feedback.typicalcase:{row.pk}",
        actor=actor,
        now=now,
    )

"""督办: opened by the nightly look or by the credit office, noted step by step by a person."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from feedback import policies
from feedback.events import SupervisionNoted, SupervisionOpened
from feedback.models import Supervision, SupervisionStep
from feedback.rules.supervision import SUPERVISION_LIFE, Fault, State, Verb, may_note
from feedback.selectors.supervision import figures, get_supervision
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import send_message
from toolkit.clock import day_of

BY_ITSELF = (Fault.OVERDUE, Fault.NO_RESPONSE)


class CannotSupervise(NotPermitted):
    code = "feedback.cannot_supervise"
    message = "督办由信用办办理。"


class NothingToSupervise(RuleBroken):
    code = "feedback.nothing_to_supervise"
    message = "该部门目前没有这类问题，或本月已有同类督办。请刷新查看。"


class StepRefused(RuleBroken):
    code = "feedback.supervision_step_refused"
    message = "不能登记。"


class StepTellsAPerson(Malformed):
    code = "feedback.supervision_tells_a_person"
    message = "内容中含有公民身份号码，请删去后重新提交。"


@transaction.atomic
def escalate(*, today: date, actor: Actor, now: datetime) -> int:
    """Open a 督办 for every department that is late by FEEDBACK_ESCALATE_DAYS, once a month; how many were opened.

    One that stands is given today's figure.
    """
    opened = 0
    for fault in BY_ITSELF:
        for department, figure in sorted(_figures(fault, today).items()):
            opened += _open(department, fault, figure, today, actor=actor, now=now) is not None
    return opened


@transaction.atomic
def open_supervision(*, department_id: int, fault: Fault, actor: Actor, now: datetime) -> int:
    """Open one by hand, with today's figure. Raises CannotSupervise, NothingToSupervise."""
    if not policies.may_supervise(actor):
        raise CannotSupervise
    today = day_of(now)
    figure = _figures(fault, today).get(department_id, 0)
    made = _open(department_id, fault, figure, today, actor=actor, now=now) if figure else None
    if made is None:
        raise NothingToSupervise
    return made


def _figures(fault: Fault, today: date) -> dict[int, int]:
    return figures(fault, today=today, late_since=today - timedelta(days=settings.FEEDBACK_ESCALATE_DAYS))


def _open(department: int, fault: Fault, figure: int, today: date, *, actor: Actor, now: datetime) -> int | None:
    """The new one; None where one of this month is there, or an earlier one is not closed."""
    standing = Supervision.objects.select_for_update().filter(department_id=department, fault=fault)
    if standing.filter(closed_at=None).update(figure=figure):
        return None
    row, new = Supervision.objects.get_or_create(
        department_id=department,
        fault=fault,
        month=today.replace(day=1),
        defaults={"figure": figure, "state": State.OPENED, "opened_by": actor.key, "opened_at": now},
    )
    if not new:
        return None
    fact = SupervisionOpened(row.pk, department, fault.value, figure)
    record(fact, about=f"feedback.supervision:{row.pk}", actor=actor, now=now)
    return row.pk


@transaction.atomic
def note(
    *,
    supervision_id: int,
    verb: Verb,
    text: str,
    document_no: str,
    correct_by: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Note a step that a person has taken. A notice is mailed to the department.

    Raises CannotSupervise, SupervisionNotFound, StepTellsAPerson, StepRefused.
    """
    if not policies.may_supervise(actor):
        raise CannotSupervise
    row = get_supervision(actor, supervision_id, for_update=True)
    if holds_citizen_id(f"{text}|{document_no}"):
        raise StepTellsAPerson
    verdict = may_note(verb, state=State(row.state), text=text, document_no=document_no)
    if not verdict:
        raise StepRefused("".join(r.message for r in verdict.against), reasons=verdict.against)
    row.state = SUPERVISION_LIFE.after(verb.value, State(row.state))
    row.correct_by = correct_by or row.correct_by
    if row.state in (State.CORRECTED, State.DROPPED):
        row.closed_at = now
    row.save(update_fields=["state", "correct_by", "closed_at"])
    SupervisionStep.objects.create(
        supervision=row,
        verb=verb.value,
        text=text.strip(),
        document_no=document_no.strip(),
        figure=row.figure,
        noted_by=actor.key,
        noted_at=now,
    )
    if verb is Verb.NOTICE:
        _mail(row, text.strip(), document_no.strip(), actor=actor, now=now)
    fact = SupervisionNoted(row.pk, verb.value, row.state)
    record(fact, about=f"feedback.supervision:{row.pk}", actor=actor, now=now)


def _mail(row: Supervision, text: str, document_no: str, *, actor: Actor, now: datetime) -> None:
    department = departments_by_id({row.department_id}).get(row.department_id)
    if department is None or not department.email:
        return
    until = f"\n\n请于 {row.correct_by.isoformat()} 前整改。" if row.correct_by else ""
    send_message(
        to=department.email,
        subject=f"督办通知（{document_no}）：{Fault(row.fault).label} {row.figure} 项",
        body=f"{department.name}：\n\n{text}{until}\n\n详见“响应与反馈”中的“督办台账”。",
        about=f"feedback.supervision:{row.pk}",
        actor=actor,
        now=now,
    )

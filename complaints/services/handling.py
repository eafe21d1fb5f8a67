"""Accepting, forwarding without the informant, answering; opening an identity, which is recorded first."""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.selectors import staff_of
from audit.services import record
from complaints import policies, selectors
from complaints.events import ComplaintMoved, HandlerNamed, IdentityOpened, PaperOpened
from complaints.models import Complaint, Handler, Paper
from complaints.rules.states import LIFE, State
from complaints.rules.telling import SHORTEST_REASON, SHORTEST_TEXT, may_be_passed_on
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from office.services import open_file
from toolkit.clock import day_of


class CannotHandle(NotPermitted):
    code = "complaints.cannot_handle"
    message = "投诉举报由信用办受理、转办和答复；部门只回复转交本部门的事项。"


class NotAHandler(NotPermitted):
    code = "complaints.not_a_handler"
    message = "举报人信息只由指定的经办人查看。如履职需要，请由信用办审核人员指定。"


class WordsMissing(Malformed):
    code = "complaints.words_missing"
    message = f"请写明内容，不少于 {SHORTEST_TEXT} 字，且不含公民身份号码。"


class ReasonMissing(Malformed):
    code = "complaints.reason_missing"
    message = f"请写明查看举报人信息的事由，不少于 {SHORTEST_REASON} 字；本次查看将被记录。"


class TellsTheInformant(RuleBroken):
    code = "complaints.tells_the_informant"
    message = "转办内容不能提交。"


class DepartmentUnknown(Malformed):
    code = "complaints.department_unknown"
    message = "请选择承办部门。"


class NobodyNamesHimself(NotPermitted):
    code = "complaints.nobody_names_himself"
    message = "指定经办人由信用办审核人员办理，且不能指定本人。"


@transaction.atomic
def accept(*, complaint_id: int, actor: Actor, now: datetime) -> None:
    """Raises ComplaintNotFound, CannotHandle, TransitionRefused."""
    _move(_own(complaint_id, actor), "accept", actor, now)


@transaction.atomic
def decline(*, complaint_id: int, words: str, actor: Actor, now: datetime) -> None:
    """Not taken, with the reason that the informant reads. Raises as accept, and WordsMissing."""
    _move(_own(complaint_id, actor), "decline", actor, now, answer=_said(words))


@transaction.atomic
def forward(
    *, complaint_id: int, department_id: int, summary: str, papers: Collection[int], actor: Actor, now: datetime
) -> None:
    """To a department, in the office's words and with the papers that were ticked: never who told it.

    Raises as accept, DepartmentUnknown, TellsTheInformant with its articles.
    """
    complaint = _own(complaint_id, actor)
    if department_id not in {one.id for one in selectors.may_be_forwarded_to()}:
        raise DepartmentUnknown
    verdict = may_be_passed_on(summary, informant=selectors.informant_of(complaint).values())
    if not verdict:
        raise TellsTheInformant("".join(r.message for r in verdict.against), reasons=verdict.against)
    Paper.objects.filter(complaint=complaint).update(passed_on=False)
    Paper.objects.filter(complaint=complaint, pk__in=papers).update(passed_on=True)
    _move(complaint, "forward", actor, now, department_id=department_id, summary=summary.strip())


@transaction.atomic
def report(*, complaint_id: int, words: str, actor: Actor, now: datetime) -> None:
    """What the department found, for the office. Raises ComplaintNotFound, CannotHandle, WordsMissing."""
    complaint = selectors.get_complaint(actor, complaint_id, for_update=True)
    if not policies.may_see(actor) or complaint.department_id not in actor.departments:
        raise CannotHandle
    _move(complaint, "report", actor, now, report=_said(words))


@transaction.atomic
def answer(*, complaint_id: int, words: str, actor: Actor, now: datetime) -> None:
    """What the informant reads with number and code. Raises as accept, and WordsMissing."""
    _move(_own(complaint_id, actor), "answer", actor, now, answer=_said(words))


@transaction.atomic
def open_identity(*, complaint_id: int, reason: str, actor: Actor, now: datetime) -> dict[str, str]:
    """Who told it: name, phone, mail; empty where nobody said. Recorded with its reason before it is returned.

    Raises ComplaintNotFound, NotAHandler, ReasonMissing.
    """
    complaint = selectors.get_complaint(actor, complaint_id)
    if not selectors.is_handler(actor):
        raise NotAHandler
    if len(reason.strip()) < SHORTEST_REASON or holds_citizen_id(reason):
        raise ReasonMissing
    fact = IdentityOpened(complaint.pk, complaint.number, reason.strip()[:200])
    record(fact, about=f"complaints.complaint:{complaint.pk}", actor=actor, now=now)
    return selectors.informant_of(complaint)


@transaction.atomic
def open_paper(*, complaint_id: int, paper_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """A paper's name and clear bytes; the reading is recorded. Raises ComplaintNotFound, PaperNotFound, FileGone."""
    paper = selectors.get_paper(actor, complaint_id=complaint_id, paper_id=paper_id)
    stream = open_file(file_id=paper.file_id)
    fact = PaperOpened(complaint_id, paper_id)
    record(fact, about=f"complaints.complaint:{complaint_id}", actor=actor, now=now)
    return paper.file.name, stream


@transaction.atomic
def name_handler(*, username: str, active: bool, actor: Actor, now: datetime) -> None:
    """Say who may open identities, or may no longer. Raises NobodyNamesHimself."""
    if not policies.may_name_handlers(actor) or username == actor.name:
        raise NobodyNamesHimself
    if username not in {one.username for one in staff_of(actor.departments)}:
        raise NobodyNamesHimself
    Handler.objects.update_or_create(
        username=username, defaults={"active": active, "named_by": actor.key, "named_at": now}
    )
    record(HandlerNamed(username, active), about=f"accounts.user:{username}", actor=actor, now=now)


def _own(complaint_id: int, actor: Actor) -> Complaint:
    complaint = selectors.get_complaint(actor, complaint_id, for_update=True)
    if not policies.may_handle(actor):
        raise CannotHandle
    return complaint


def _said(words: str) -> str:
    if len(words.strip()) < SHORTEST_TEXT or holds_citizen_id(words):
        raise WordsMissing
    return words.strip()


def _move(complaint: Complaint, verb: str, actor: Actor, now: datetime, **fields: object) -> None:
    complaint.state = LIFE.after(verb, State(complaint.state))
    if verb == "accept":
        complaint.due_on = due_on(day_of(now), settings.COMPLAINT_ANSWER_WORKING_DAYS, calendar()).on
    for name, value in fields.items():
        setattr(complaint, name, value)
    complaint.moved_at, complaint.moved_by = now, actor.key
    complaint.save(update_fields=["state", "due_on", "moved_at", "moved_by", *fields])
    department = complaint.department_id if verb == "forward" else None
    fact = ComplaintMoved(complaint.pk, complaint.number, complaint.state, department)
    record(fact, about=f"complaints.complaint:{complaint.pk}", actor=actor, now=now)

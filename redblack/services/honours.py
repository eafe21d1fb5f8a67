"""Onto a red list: compared with every bad record, publicised, objections answered, decided by a second person."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from accounts.selectors import departments_by_id
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason, Verdict
from kernel.terms import last_day_of_months
from kernel.workdays import Due, due_on
from office.selectors import calendar
from redblack import policies, selectors
from redblack.events import HonourAdvanced
from redblack.models import ListType, Proceeding, Statement
from redblack.rules.evidence import Papers, may_take_entries
from redblack.rules.exit_letters import honour_decision
from redblack.rules.honours import may_be_publicised, may_honour, may_recognise
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.places import statement_place
from redblack.rules.sources import LIST_MANAGEMENT
from redblack.rules.states import LIVES, ProceedingState, Track
from redblack.selectors.honours import compared, get_honour, seen_of
from redblack.services.entries import UnknownSubject, enter
from redblack.services.exit_papers import attach
from redblack.services.proceedings import note_handler
from subjects.selectors import subjects_of
from toolkit import crypto
from toolkit.clock import day_of
from toolkit.db import refusing

LIFE = LIVES[Track.HONOUR]
VERBS = {"publicise": "公示", "submit": "提交认定", "send_back": "退回", "decide": "认定", "drop": "不予认定"}


class CannotPrepare(NotPermitted):
    code = "redblack.cannot_prepare_honour"
    message = "守信激励对象由认定部门的经办人员提名和办理。"


class CannotRecognise(NotPermitted):
    code = "redblack.cannot_recognise"
    message = "谁认定、谁负责：守信激励对象由认定部门的审核人员认定。"


class RecognisedByAnother(NotPermitted):
    code = "redblack.recognised_by_another"
    message = "经办人不能认定自己提名或者提交的对象。请由认定部门的另一名审核人员认定。"


class NotARedList(RuleBroken):
    code = "redblack.not_a_red_list"
    message = "只有在本平台认定的守信激励名单可以提名。"


class CandidateOpen(RuleBroken):
    code = "redblack.candidate_open"
    message = "该主体在本名单上已有一件正在办理的认定。请在那一件上办理。"


class HonourRefused(RuleBroken):
    code = "redblack.honour_refused"
    message = "不符合守信激励对象的认定条件。"


class HonourWrongState(RuleBroken):
    code = "redblack.honour_wrong_state"
    message = "这件认定当前的状态不能进行该操作。请刷新后再看。"


class HonourMoved(RuleBroken):
    code = "redblack.honour_moved"
    message = "这件认定的内容或者比对结果在您查看之后有变化。请核对刷新后的页面，再认定。"


class HonourIncomplete(Malformed):
    code = "redblack.honour_incomplete"
    message = "请填写完整，且不得写入公民身份号码。"


class ObjectionNotFound(NotFound):
    code = "redblack.objection_not_found"
    message = "没有这件异议，或者已经答复。"


def shortest_publicity(*, begins: date) -> Due:
    """The last day of the shortest publicity that begins on a day (HONOUR_PUBLICITY_WORKING_DAYS)."""
    return due_on(begins, settings.HONOUR_PUBLICITY_WORKING_DAYS, calendar())


@transaction.atomic
def draft_honour(*, list_code: str, subject_id: int, ground: str, facts: str, actor: Actor, now: datetime) -> int:
    """Name a candidate for a red list that is decided here, for the actor's own department. The proceeding's id.

    Raises UnknownList, CannotPrepare, NotARedList, HonourRefused (a list that is not 现行), UnknownSubject,
    CandidateOpen, HonourIncomplete.
    """
    list_type = selectors.list_type(list_code)
    department_id = actor.department_id
    if not policies.may_prepare_honour(actor, department_id=department_id) or department_id is None:
        raise CannotPrepare
    if list_type.kind != "reward" or not Origin(list_type.origin).decided_here:
        raise NotARedList
    _require(may_take_entries(LegalStatus(list_type.legal_status)))
    if not selectors.recognises(list_type, authority_department_id=department_id):
        raise CannotPrepare(f"“{list_type.title}”由{list_type.initiator}认定，其他部门不能提名。")
    if subject_id not in subjects_of({subject_id}):
        raise UnknownSubject
    _clean(ground, facts)
    if len(ground.strip()) < 2:
        raise HonourIncomplete("请写明提名事由。")
    with refusing("redblack_proceeding_one_open", CandidateOpen):
        made = Proceeding.objects.create(
            track=Track.HONOUR,
            state=LIFE.initial,
            list_type=list_type,
            department_id=department_id,
            subject_id=subject_id,
            ground=ground.strip(),
            facts=facts.strip(),
            legal_basis=list_type.legal_basis,
            exit_route=list_type.exit_rule,
            authority=_name_of(department_id),
            drafted_by=actor.key,
            drafted_at=now,
        )
    _said(made, list_type, "drafted", actor, now)
    return made.pk


@transaction.atomic
def publicise(*, proceeding_id: int, begins: date, ends: date, note: str, actor: Actor, now: datetime) -> Proceeding:
    """Compare the candidate with every bad record and, if there is none, set the span of its publicity.

    `note`: how the sources that could not be asked were checked otherwise. Raises HonourNotFound, CannotPrepare,
    HonourWrongState, HonourRefused (each bad record, each gap, a span too short).
    """
    one = _prepared(proceeding_id, actor)
    target = _after("publicise", one)
    _clean(note)
    comparison = compared(one.subject_id, on=day_of(now))
    shortest = shortest_publicity(begins=begins)
    span = may_be_publicised(begins=begins, ends=ends, earliest_end=shortest.on, on=day_of(now))
    _require(Verdict(may_honour(comparison, note=note).against + span.against))
    one.comparison, one.state = comparison.kept(note.strip()), target
    one.publicised_from, one.publicised_until = begins, ends
    one.due_provisional = shortest.provisional
    one.save()
    _said(one, one.list_type, "publicised", actor, now)
    return one


@transaction.atomic
def record_objection(
    *, proceeding_id: int, received_on: date, way: str, text: str, actor: Actor, now: datetime
) -> int:
    """Take down an objection of anybody while the candidate is publicised. Sealed: it may name people. Its id.

    Raises HonourNotFound, CannotPrepare, HonourWrongState, HonourIncomplete.
    """
    one = _prepared(proceeding_id, actor)
    if one.state != ProceedingState.PUBLICISED:
        raise HonourWrongState("只有公示中的对象可以登记异议。")
    begun = one.publicised_from is not None and one.publicised_from <= received_on <= day_of(now)
    if len(text.strip()) < 2 or not begun:
        raise HonourIncomplete("请写明异议的内容；收到日期不早于公示起始日期，也不晚于今天。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('redblack_statement', 'id'))")
        statement_id = int(cursor.fetchone()[0])
    Statement.objects.create(
        pk=statement_id,
        proceeding=one,
        received_on=received_on,
        way=way,
        text_ct=crypto.encrypt(text.strip(), aad=statement_place(statement_id)),
        by=actor.key,
        at=now,
    )
    _said(one, one.list_type, "objected", actor, now)
    return statement_id


@transaction.atomic
def answer_objection(
    *, proceeding_id: int, statement_id: int, accepted: bool, answer: str, actor: Actor, now: datetime
) -> None:
    """Answer an objection after looking into it; `accepted`: it holds, so the candidate cannot be recognised.

    Raises HonourNotFound, CannotPrepare, ObjectionNotFound, HonourIncomplete.
    """
    one = _prepared(proceeding_id, actor)
    rows = Statement.objects.select_for_update().filter(pk=statement_id, proceeding=one, accepted=None)
    objection = rows.first()
    if objection is None:
        raise ObjectionNotFound
    if len(answer.strip()) < 2 or holds_citizen_id(answer):
        raise HonourIncomplete("请写明答复，且不得写入公民身份号码。")
    objection.accepted, objection.answer, objection.answered_on = accepted, answer.strip(), day_of(now)
    objection.save(update_fields=["accepted", "answer", "answered_on"])
    _said(one, one.list_type, "answered", actor, now)


@transaction.atomic
def submit_honour(
    *, proceeding_id: int, decision_no: str, effective_until: date | None, actor: Actor, now: datetime
) -> None:
    """Hand a candidate whose publicity is over to the reviewer, with the number of the decision to come.

    `effective_until` None: the term of the list type from the decision on. Raises HonourNotFound, CannotPrepare,
    HonourWrongState, HonourRefused, HonourIncomplete.
    """
    one = _prepared(proceeding_id, actor)
    target = _after("submit", one)
    if not decision_no.strip() or holds_citizen_id(decision_no):
        raise HonourIncomplete("请填写认定决定的文号。")
    _require(_ripe(one, day_of(now)))
    one.state, one.decision_no, one.effective_until = target, decision_no.strip(), effective_until
    one.submitted_by, one.submitted_at, one.outcome_reason = actor.key, now, ""
    one.save()
    _said(one, one.list_type, "submitted", actor, now)


@transaction.atomic
def send_back_honour(*, proceeding_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The reviewer gives it back with a reason. Raises HonourNotFound, CannotRecognise, HonourWrongState,
    HonourIncomplete.
    """
    one = get_honour(actor, proceeding_id, for_update=True)
    if not policies.may_decide_honour(actor, department_id=one.department_id):
        raise CannotRecognise
    one.state = _after("send_back", one)
    one.outcome_reason = _reason(reason)
    one.save()
    _said(one, one.list_type, "sent_back", actor, now)


@transaction.atomic
def decide_honour(*, proceeding_id: int, seen: str, note: str = "", actor: Actor, now: datetime) -> int:
    """Recognise what another person prepared: compared once more, then it binds. The entry's id.

    `seen`: seen_of of what he has read. `note`: how sources were checked that could not be asked now and that the
    note of the publicity does not speak of. Raises HonourNotFound, CannotRecognise, RecognisedByAnother,
    HonourWrongState, HonourRefused, HonourMoved, HonourIncomplete, and what `entries.enter` and a letter raise.
    """
    one = get_honour(actor, proceeding_id, for_update=True)
    if not policies.may_decide_honour(actor, department_id=one.department_id):
        raise CannotRecognise
    if actor.key in (one.drafted_by, one.submitted_by, *one.handled_by):
        reason = Reason("second_person", LIST_MANAGEMENT, "提名、公示、处理异议和提交的经办人不能认定本件。")
        raise RecognisedByAnother(reasons=(reason,))
    target, today = _after("decide", one), day_of(now)
    comparison = compared(one.subject_id, on=today)
    _clean(note)
    noted = None if note.strip() else one.comparison.get("gaps", [])
    note = "；".join(filter(None, [str(one.comparison.get("note", "")), note.strip()]))
    _require(Verdict(may_honour(comparison, note=note, noted=noted).against + _ripe(one, today).against))
    if seen_of(one, comparison) != seen:
        raise HonourMoved
    months = one.list_type.term_months
    until = one.effective_until or (last_day_of_months(today, months) if months else None)
    papers = Papers(
        document_no=one.decision_no,
        authority=one.authority,
        ground=one.ground,
        legal_basis=one.legal_basis,
        decided_on=today,
        effective_from=today,
        effective_until=until,
        exit_route=one.exit_route,
        publicised_from=one.publicised_from,
        publicised_until=one.publicised_until,
    )
    one.entry_id = enter(
        list_code=one.list_type.code,
        subject_id=one.subject_id,
        papers=papers,
        authority_department_id=one.department_id,
        actor=actor,
        now=now,
    )
    one.state, one.decided_by, one.decided_at = target, actor.key, now
    one.decided_on, one.effective_from, one.effective_until = today, today, until
    one.comparison = comparison.kept(note)
    one.save()
    subject = subjects_of({one.subject_id})[one.subject_id]
    letter = honour_decision(
        papers, name=subject.name, code=subject.uscc, list_name=one.list_type.title, agency=one.authority
    )
    entry = selectors.get_visible(actor, one.entry_id)
    attach(entry=entry, kind="列入决定书", data=letter, actor=actor, now=now)
    _said(one, one.list_type, "decided", actor, now)
    return one.entry_id


@transaction.atomic
def drop_honour(*, proceeding_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """不予认定, by the reviewer; or the drafter takes back what is not yet submitted.

    Raises HonourNotFound, CannotRecognise, HonourWrongState, HonourIncomplete.
    """
    one = get_honour(actor, proceeding_id, for_update=True)
    own = one.state != ProceedingState.SUBMITTED and policies.may_prepare_honour(
        actor, department_id=one.department_id
    )
    if not own and not policies.may_decide_honour(actor, department_id=one.department_id):
        raise CannotRecognise
    one.state, one.outcome_reason = _after("drop", one), _reason(reason)
    one.decided_by, one.decided_at = actor.key, now
    one.save()
    _said(one, one.list_type, "dropped", actor, now)


def _prepared(proceeding_id: int, actor: Actor) -> Proceeding:
    one = get_honour(actor, proceeding_id, for_update=True)
    if not policies.may_prepare_honour(actor, department_id=one.department_id):
        raise CannotPrepare
    note_handler(row=one, actor=actor)
    return one


def _after(verb: str, one: Proceeding) -> ProceedingState:
    state = ProceedingState(one.state)
    if verb not in LIFE.open_to(state):
        raise HonourWrongState(f"这件认定为“{state.label}”，不能{VERBS[verb]}。请刷新后再看。")
    return LIFE.after(verb, state)


def _ripe(one: Proceeding, today: date) -> Verdict:
    answers = list(Statement.objects.filter(proceeding=one).order_by("id").values_list("accepted", flat=True))
    return may_recognise(
        publicised_until=one.publicised_until,
        unanswered=answers.count(None),
        upheld=answers.count(True),
        decided_on=today,
    )


def _require(verdict: Verdict) -> None:
    if not verdict:
        raise HonourRefused("".join(r.message for r in verdict.against), reasons=verdict.against)


def _clean(*texts: str) -> None:
    if any(holds_citizen_id(text) for text in texts):
        raise HonourIncomplete


def _reason(text: str) -> str:
    _clean(text)
    if len(text.strip()) < 2:
        raise HonourIncomplete("请写明理由。")
    return text.strip()


def _name_of(department_id: int) -> str:
    return departments_by_id([department_id])[department_id].name


def _said(one: Proceeding, list_type: ListType, step: str, actor: Actor, now: datetime) -> None:
    fact = HonourAdvanced(one.pk, list_type.code, one.subject_id, step, str(one.state))
    record(fact, about=f"redblack.proceeding:{one.pk}", actor=actor, now=now)

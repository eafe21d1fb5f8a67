"""Telling the party and hearing it: the prior notice, its service, statements and answers, the period."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Verdict
from kernel.workdays import Due
from office.selectors import calendar
from office.services import render_letter
from redblack.events import NoticeMade, NoticeServed, PeriodChanged, StatementAnswered, StatementReceived
from redblack.models import PeriodChange, Proceeding, Statement
from redblack.models.proceedings import SERVED_WAYS
from redblack.rules.letters import Matter, notice_letter, term_said
from redblack.rules.places import statement_place
from redblack.rules.procedure import (
    NOTICE,
    OTHER,
    RECEIPT,
    may_notify,
    may_serve,
    statement_due,
    statement_term,
)
from redblack.rules.states import ProceedingState
from redblack.selectors import proceedings as reading
from redblack.services.proceedings import (
    ContentWrong,
    Upload,
    WrongStep,
    about,
    after,
    attach_paper,
    demanded,
    held,
    keep_paper,
    letter_file,
)
from subjects.rules.kinds import Kind
from subjects.selectors import subject_of
from toolkit import crypto
from toolkit.clock import day_of

WAYS_OF_SPEAKING = ("书面", "口头", "听证")
LONGEST_EXTENSION = 60  # working days


class NotYetAllowed(RuleBroken):
    code = "redblack.not_yet_allowed"
    message = "这一步现在还不能办理："


class PeriodWrong(Malformed):
    code = "redblack.period_wrong"
    message = "期限变更填写有误，请核对日期和工作日数。"


class NothingStopped(RuleBroken):
    code = "redblack.nothing_stopped"
    message = "陈述、申辩期限没有中止，不需要恢复。"


class AlreadyStopped(RuleBroken):
    code = "redblack.already_stopped"
    message = "陈述、申辩期限已经中止，请先恢复。"


class AnsweredAlready(RuleBroken):
    code = "redblack.answered_already"
    message = "这份陈述、申辩已经答复。"


def demand(verdict: Verdict) -> None:
    """Raises NotYetAllowed with every reason against the step and its article."""
    if not verdict:
        raise NotYetAllowed(reasons=verdict.against)


@transaction.atomic
def make_notice(*, proceeding_id: int, notice_no: str, actor: Actor, now: datetime) -> int:
    """Write the prior notice, dated today, as a PDF into the file. The paper's id. What it tells stays as told.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, NotYetAllowed, ContentWrong, LetterNotWritten.
    """
    row = held(proceeding_id=proceeding_id, actor=actor)
    state = after("notify", row)
    if holds_citizen_id(notice_no):
        raise ContentWrong("文号中含有公民身份号码，请核对。")
    row.notice_no, row.notice_made_on, row.state = notice_no.strip(), day_of(now), state.value
    demand(may_notify(reading.case_of(row)))
    row.save(update_fields=["notice_no", "notice_made_on", "state"])
    pdf = render_letter(name="letter", data=notice_of(row, on=day_of(now)))
    upload = letter_file(pdf, f"{NOTICE} {row.notice_no}.pdf")
    paper_id = keep_paper(row=row, kind=NOTICE, upload=upload, actor=actor, now=now)
    record(NoticeMade(row.pk, row.notice_no, paper_id), about=about(row.pk), actor=actor, now=now)
    return paper_id


@transaction.atomic
def record_service(
    *, proceeding_id: int, served_on: date, way: str, receipt: Upload | None, actor: Actor, now: datetime
) -> Due:
    """Note that the party has the notice. Returns the last day of statement and defence.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, NotYetAllowed, ContentWrong, PaperWrong.
    """
    row = held(proceeding_id=proceeding_id, actor=actor)
    state = after("serve", row, on=day_of(now))
    if way not in SERVED_WAYS:
        raise ContentWrong("送达方式应为直接、邮寄、留置、电子或者公告。")
    demand(may_serve(reading.case_of(row), served_on=served_on, on=day_of(now)))
    if receipt is not None:
        attach_paper(proceeding_id=row.pk, kind=RECEIPT, upload=receipt, actor=actor, now=now)
    row.notice_served_on, row.served_way, row.state = served_on, way, state.value
    due = _reckon(row)
    row.save(update_fields=["notice_served_on", "served_way", "state", "statement_due_on", "due_provisional"])
    fact = NoticeServed(row.pk, served_on.isoformat(), way, due.on.isoformat())
    record(fact, about=about(row.pk), actor=actor, now=now)
    return due


@transaction.atomic
def record_statement(
    *,
    proceeding_id: int,
    received_on: date,
    way: str,
    text: str,
    upload: Upload | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep what the party said, sealed; a late one too. The statement's id.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, ContentWrong, PaperWrong.
    """
    row = _hearing(proceeding_id, "登记陈述、申辩", actor=actor)
    assert row.notice_served_on is not None  # a CHECK: served
    if way not in WAYS_OF_SPEAKING or not text.strip():
        raise ContentWrong("请写明陈述、申辩的方式和内容。")
    if not row.notice_served_on <= received_on <= day_of(now):
        raise ContentWrong("收到日期应在告知书送达日期与今天之间。")
    if upload is not None:
        attach_paper(proceeding_id=row.pk, kind=OTHER, upload=upload, actor=actor, now=now)
    made = Statement.objects.create(
        proceeding=row, received_on=received_on, way=way, text_ct="", by=actor.key, at=now
    )
    made.text_ct = crypto.encrypt(text.strip(), aad=statement_place(made.pk))
    made.save(update_fields=["text_ct"])
    fact = StatementReceived(made.pk, row.pk, received_on.isoformat(), way)
    record(fact, about=about(row.pk), actor=actor, now=now)
    return made.pk


@transaction.atomic
def answer_statement(*, statement_id: int, accepted: bool, answer: str, actor: Actor, now: datetime) -> None:
    """Say whether a statement was accepted and why; nothing is decided before that.

    Raises StatementNotFound, CannotPrepare, WrongStep, AnsweredAlready, ReasonMissing, ContentWrong.
    """
    statement = reading.get_statement(actor, statement_id)
    row = _hearing(statement.proceeding_id, "答复陈述、申辩", actor=actor)
    statement.refresh_from_db()  # under the lock of its proceeding
    if statement.accepted is not None:
        raise AnsweredAlready
    statement.accepted, statement.answer, statement.answered_on = accepted, demanded(answer), day_of(now)
    statement.save(update_fields=["accepted", "answer", "answered_on"])
    record(StatementAnswered(statement.pk, row.pk, accepted), about=about(row.pk), actor=actor, now=now)


@transaction.atomic
def stop_period(*, proceeding_id: int, from_day: date, reason: str, actor: Actor, now: datetime) -> None:
    """Let the statement period rest from that day on (中止), with the reason.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, AlreadyStopped, PeriodWrong, ReasonMissing.
    """
    row = _hearing(proceeding_id, "中止期限", actor=actor)
    assert row.notice_served_on is not None and row.statement_due_on is not None  # a CHECK: served
    if any(stop.until is None for stop in reading.stops_of(row)):
        raise AlreadyStopped
    last = min(day_of(now), row.statement_due_on)
    if not row.notice_served_on <= from_day <= last:
        raise PeriodWrong(f"中止的起始日应在送达日期与 {last.isoformat()} 之间。期限届满以后不能中止。")
    _note(row, what="stop", from_day=from_day, reason=reason, actor=actor, now=now)
    _changed(row, "中止", actor=actor, now=now)


@transaction.atomic
def resume_period(*, proceeding_id: int, last_day: date, actor: Actor, now: datetime) -> Due:
    """End the rest of the period; `last_day` is the last one that did not count. Returns the new last day.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, NothingStopped, PeriodWrong.
    """
    row = _hearing(proceeding_id, "恢复期限", actor=actor)
    change = row.period_changes.filter(what="stop", until_day=None).first()
    if change is None:
        raise NothingStopped
    if not change.from_day <= last_day <= day_of(now):
        raise PeriodWrong("中止的最后一日应在中止起始日与今天之间。")
    change.until_day = last_day
    change.save(update_fields=["until_day"])
    return _changed(row, "恢复", actor=actor, now=now)


@transaction.atomic
def extend_period(*, proceeding_id: int, days: int, reason: str, actor: Actor, now: datetime) -> Due:
    """Give the party so many more working days (延长). Returns the new last day.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, PeriodWrong, ReasonMissing.
    """
    row = _hearing(proceeding_id, "延长期限", actor=actor)
    if not 1 <= days <= LONGEST_EXTENSION:
        raise PeriodWrong(f"延长应为 1 至 {LONGEST_EXTENSION} 个工作日。")
    _note(row, what="extend", from_day=day_of(now), days=days, reason=reason, actor=actor, now=now)
    return _changed(row, "延长", actor=actor, now=now)


@transaction.atomic
def recompute_periods(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every running period that touches a year whose calendar was just imported. How many moved."""
    touched = Proceeding.objects.select_for_update().filter(
        state=ProceedingState.SERVED, statement_due_on__year__gte=year, notice_served_on__year__lte=year
    )
    moved = 0
    for row in touched.order_by("id"):
        before = (row.statement_due_on, row.due_provisional)
        _reckon(row)
        if before != (row.statement_due_on, row.due_provisional):
            _changed(row, "按新的工作日重新计算", actor=actor, now=now)
            moved += 1
    return moved


# --- what a letter is made from -------------------------------------------------------------------------------------


def matter_of(row: Proceeding) -> Matter:
    """The proceeding as its letters tell it; of a natural person the masked name."""
    subject = subject_of(row.subject_id)
    assert subject is not None  # demanded when it was drafted
    named = {one.person_id: f"{one.post} {one.person.name}" for one in reading.persons_to_name(row.subject_id)}
    return Matter(
        agency=row.department.name,
        list_title=row.list_type.title,
        subject=subject.name,
        code=subject.uscc or subject.reg_no,
        person=subject.kind == Kind.NATURAL_PERSON,
        ground=row.ground,
        facts=row.facts,
        legal_basis=row.legal_basis,
        measures=row.measures_told,
        exit_route=row.exit_route,
        remedies=row.remedies,
        grade=row.grade,
        amount=row.amount,
        persons=[named[person] for person in row.responsible_persons if person in named],
    )


def notice_of(row: Proceeding, *, on: date, draft: bool = False) -> dict[str, Any]:
    """What the prior notice says, as data for the template and for the page."""
    return notice_letter(
        matter_of(row),
        number=row.notice_no,
        on=on,
        term=term_said(until=row.effective_until, months=row.list_type.term_months),
        statement_days=settings.STATEMENT_WORKING_DAYS,
        draft=draft,
    )


def _hearing(proceeding_id: int, what: str, *, actor: Actor) -> Proceeding:
    row = held(proceeding_id=proceeding_id, actor=actor)
    if row.state != ProceedingState.SERVED:
        raise WrongStep(f"本件为“{ProceedingState(row.state).label}”，不能{what}。请刷新后再看。")
    return row


def _note(row: Proceeding, *, reason: str, actor: Actor, now: datetime, **said: Any) -> None:
    PeriodChange.objects.create(proceeding=row, reason=demanded(reason)[:500], by=actor.key, at=now, **said)


def _changed(row: Proceeding, what: str, *, actor: Actor, now: datetime) -> Due:
    due = _reckon(row)
    row.save(update_fields=["statement_due_on", "due_provisional"])
    record(PeriodChanged(row.pk, what, due.on.isoformat()), about=about(row.pk), actor=actor, now=now)
    return due


def _reckon(row: Proceeding) -> Due:
    """Set the last day of statement and defence from the service, the days that did not count and those added."""
    assert row.notice_served_on is not None
    changes = reading.changes_of(row)
    added = sum(change.days or 0 for change in changes if change.what == "extend")
    term = statement_term(settings.STATEMENT_WORKING_DAYS + added)
    due = statement_due(row.notice_served_on, term, calendar(), reading.stops_of(row))
    row.statement_due_on, row.due_provisional = due.on, due.provisional
    return due

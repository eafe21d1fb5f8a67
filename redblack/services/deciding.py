"""Asking for the decision, and the second person's: sent back, decided. Ends in redblack.services.enter."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import RuleBroken
from kernel.terms import last_day_of_months
from office.services import render_letter
from redblack import policies
from redblack.events import EntryDecided, ProceedingSentBack, ProceedingSubmitted
from redblack.models import Proceeding
from redblack.rules.evidence import Papers, may_bind
from redblack.rules.letters import Heard, decision_letter
from redblack.rules.lists import Origin
from redblack.rules.procedure import DECISION, may_decide, may_submit, second_person
from redblack.rules.states import Track
from redblack.selectors import proceedings as reading
from redblack.services.entries import CannotBind, CannotDecide, enter
from redblack.services.hearing import demand, matter_of
from redblack.services.proceedings import (
    ProceedingMoved,
    about,
    after,
    demanded,
    held,
    keep_paper,
    letter_file,
)
from toolkit.clock import day_of


class DecidedByProposer(RuleBroken):
    code = "redblack.decided_by_proposer"
    message = "您是本件的提出人或经办人，不能由您作出决定。请由本部门的另一名审核人员决定。"


@transaction.atomic
def submit(*, proceeding_id: int, actor: Actor, now: datetime) -> None:
    """Ask the second person for the decision.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, NotYetAllowed, CannotBind (papers or dates of a decision
    that was made elsewhere).
    """
    row = held(proceeding_id=proceeding_id, actor=actor)
    state = after("submit", row, on=day_of(now))
    demand(may_submit(reading.case_of(row), on=day_of(now)))
    if row.track == Track.REGISTERED:
        _demand_papers(row, on=day_of(now))
    row.state, row.submitted_by, row.submitted_at = state.value, actor.key, now
    row.outcome_reason = ""
    row.save(update_fields=["state", "submitted_by", "submitted_at", "outcome_reason"])
    record(ProceedingSubmitted(row.pk, row.decision_no), about=about(row.pk), actor=actor, now=now)


@transaction.atomic
def send_back(*, proceeding_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Give it back to whoever prepared it; that one may also take it back himself.

    Raises ProceedingNotFound, WrongStep, CannotDecide, ReasonMissing.
    """
    row = reading.get_proceeding(actor, proceeding_id, for_update=True)
    own = actor.key in (row.drafted_by, row.submitted_by)
    if not own and not policies.may_enter(actor, authority_department_id=row.department_id):
        raise CannotDecide
    state = after("send_back", row)
    row.state, row.outcome_reason = state.value, demanded(reason)
    row.save(update_fields=["state", "outcome_reason"])
    record(ProceedingSentBack(row.pk), about=about(row.pk), actor=actor, now=now)


@transaction.atomic
def decide(*, proceeding_id: int, seen: str, actor: Actor, now: datetime) -> int:
    """The second person lists the subject. Returns the entry's id; from its first day on every check shows it.

    `seen`: Content.seen of what he has read; what was read is what is decided.

    Where the steps were taken here, the decision is dated today, binds from today, and its text goes into the file.
    Raises ProceedingNotFound, WrongStep, DecidedByProposer, CannotDecide, ProceedingMoved, NotYetAllowed, CannotBind,
    AlreadyEntered, TermsOverlap, LetterNotWritten.
    """
    row = reading.get_proceeding(actor, proceeding_id, for_update=True)
    case, today = reading.case_of(row), day_of(now)
    proposed = second_person(case, by=actor.key)
    if not proposed:
        raise DecidedByProposer(reasons=proposed.against)
    if not policies.may_enter(actor, authority_department_id=row.department_id):
        raise CannotDecide
    state = after("decide", row, on=today)
    if reading.content_of(row).seen != seen:
        raise ProceedingMoved("本件在您阅读之后又有修改，没有决定。请核对现在的内容后再决定。")
    demand(may_decide(case, by=actor.key, on=today))
    if row.track == Track.LISTING:
        row.decided_on = row.effective_from = today
        row.effective_until = until_of(row, begins=today)
    papers = papers_stated(row)
    entry_id = enter(
        list_code=row.list_type.code,
        subject_id=row.subject_id,
        papers=papers,
        authority_department_id=row.department_id,
        responsible_persons=row.responsible_persons,
        grade=row.grade,
        amount=row.amount,
        actor=actor,
        now=now,
    )
    row.state, row.entry_id, row.authority = state.value, entry_id, papers.authority
    row.decided_by, row.decided_at = actor.key, now
    row.effective_from = papers.effective_from
    row.save()
    if row.track == Track.LISTING:
        pdf = render_letter(name="letter", data=decision_of(row, on=today))
        upload = letter_file(pdf, f"{DECISION} {row.decision_no}.pdf")
        keep_paper(row=row, kind=DECISION, upload=upload, actor=actor, now=now)
    fact = EntryDecided(row.pk, entry_id, row.list_type.code, row.decision_no)
    record(fact, about=about(row.pk), actor=actor, now=now)
    return entry_id


def until_of(row: Proceeding, *, begins: date) -> date | None:
    """The last day of the entry: as stated, else by the term of the list; None: it ends by its exit route alone."""
    months = row.list_type.term_months
    return row.effective_until or (last_day_of_months(begins, months) if months else None)


def papers_stated(row: Proceeding) -> Papers:
    """What the proceeding shows as the evidence of its entry."""
    return Papers(
        document_no=row.decision_no,
        authority=row.authority or row.department.name,
        ground=row.ground,
        legal_basis=row.legal_basis,
        decided_on=row.decided_on,
        effective_from=row.effective_from or row.decided_on,
        effective_until=row.effective_until,
        exit_route=row.exit_route,
        notice_served_on=row.notice_served_on,
    )


def decision_of(row: Proceeding, *, on: date, draft: bool = False) -> dict[str, Any]:
    """What the decision says, as data for the template and for the page; before it is made, as of `on`."""
    assert row.notice_served_on is not None  # nothing is submitted before
    answers = [statement.accepted for statement in reading.statements_of(row)]
    heard = Heard(
        notice_no=row.notice_no,
        served_on=row.notice_served_on,
        served_way=row.served_way,
        due_on=row.statement_due_on,
        statements=len(answers),
        accepted=sum(bool(accepted) for accepted in answers),
    )
    begins = row.effective_from or on
    return decision_letter(
        matter_of(row),
        heard,
        number=row.decision_no,
        on=row.decided_on or on,
        begins=begins,
        until=until_of(row, begins=begins),
        draft=draft,
    )


def _demand_papers(row: Proceeding, *, on: date) -> None:
    verdict = may_bind(
        papers_stated(row),
        origin=Origin(row.list_type.origin),
        reward=False,
        type_basis=row.list_type.legal_basis,
        type_exit=row.list_type.exit_rule,
        on=on,
    )
    if not verdict:
        raise CannotBind("".join(reason.message for reason in verdict.against), reasons=verdict.against)

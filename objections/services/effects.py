"""What a conclusion does to what the objection is about: calls down, in the caller's transaction."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from catalog.rules.definition import Masking
from catalog.selectors import definition_of
from collection.selectors.records import get_record
from collection.services import end_record
from collection.services.changes import correct_record, withdraw_record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from objections import selectors
from objections.models import Objection
from objections.rules.kinds import Kind, Outcome, Target, takes_off
from objections.selectors import PLATFORM
from objections.services.filing import unmark
from redblack.rules.evidence import Papers
from redblack.rules.lists import ReleaseKind
from redblack.selectors import get_visible as visible_entry
from redblack.services import correct, release
from redblack.services.exit_papers import write_exit
from redblack.services.recognising import close_removed
from redblack.services.rehabilitation import clear_name
from subjects.selectors import is_person
from subjects.services import clear_subject
from toolkit.clock import day_of

CLEARED_DAYS = 365


class CorrectionRefused(RuleBroken):
    code = "objections.correction_refused"
    message = "更正没有通过校验。"


class DateWrong(Malformed):
    code = "objections.date_wrong"
    message = "期限应写成 2027-01-31 的形式。"


class CorrectElsewhere(RuleBroken):
    code = "objections.correct_elsewhere"
    message = "自然人的记录含有加密信息，请在该记录的“更正”页面更正后，在本件中以“维持”或者“补充”办结。"


def carry_out(*, row: Objection, actor: Actor, now: datetime) -> None:
    """The effects of the outcome. What has left its list meanwhile needs none.

    Raises what the services below refuse.
    """
    about = selectors.about(row, on=day_of(now))
    outcome = Outcome(row.outcome)
    if row.target == Target.CHECK:
        if outcome is Outcome.CORRECT:
            _keep_apart(row, actor, now)
    elif outcome is Outcome.KEEP or not about.standing:
        unmark(row=row, outcome=outcome.value, now=now)
    elif about.received:
        return  # marked until its list's next version: what was decided elsewhere is corrected there
    elif row.target == Target.ENTRY:
        _of_entry(row, outcome, actor, now)
    else:
        _of_record(row, outcome, now)


def _keep_apart(row: Objection, actor: Actor, now: datetime) -> None:
    """ "That is not me": whoever is asked about one is not shown the other again, for a year."""
    clear_subject(
        subject_id=row.subject_id,
        other_id=row.other_subject_id or 0,
        ground=f"异议 {row.number} 核查结论：{row.finding}"[:500],
        until=day_of(now) + timedelta(days=CLEARED_DAYS),
        actor=actor,
        now=now,
    )


def _of_entry(row: Objection, outcome: Outcome, actor: Actor, now: datetime) -> None:
    assert row.entry_id is not None  # a CHECK: target entry
    kind = Kind(row.kind)
    if not takes_off(Target.ENTRY, kind, outcome):
        _correct_entry(row, actor, now)
        unmark(row=row, outcome=outcome.value, now=now)
        return
    if outcome is Outcome.CORRECT:
        how = ReleaseKind.CORRECTED
    else:
        how = ReleaseKind.EARLY if kind is Kind.OVER_TERM else ReleaseKind.REVOKED
    release(
        entry_id=row.entry_id,
        kind=how,
        released_on=day_of(now),
        document_no=row.document_no,
        reason=row.finding,
        actor=actor,
        now=now,
    )
    entry = visible_entry(PLATFORM, row.entry_id)
    write_exit(entry=entry, actor=actor, now=now)
    close_removed(entry_id=row.entry_id, document_no=row.document_no, actor=actor, now=now)
    if row.statement and how is not ReleaseKind.EARLY:
        clear_name(entry_id=row.entry_id, document_no=row.document_no, text=row.statement, actor=actor, now=now)


def _correct_entry(row: Objection, actor: Actor, now: datetime) -> None:
    entry = visible_entry(PLATFORM, row.entry_id or 0)
    papers = Papers(
        document_no=entry.document_no,
        authority=entry.authority,
        ground=entry.ground,
        legal_basis=entry.legal_basis,
        decided_on=entry.decided_on,
        effective_from=entry.effective_from,
        effective_until=entry.effective_until,
        exit_route=entry.exit_route,
        notice_served_on=entry.notice_served_on,
        publicised_from=entry.publicised_from,
        publicised_until=entry.publicised_until,
    )
    said = dict(row.changes)
    performance = said.pop("performance", entry.performance)
    if "effective_until" in said:
        papers = replace(papers, effective_until=_day(said.pop("effective_until")))
    papers = replace(papers, **said)
    correct(entry_id=entry.pk, papers=papers, performance=performance, version=row.number, actor=actor, now=now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DateWrong from error


def _of_record(row: Objection, outcome: Outcome, now: datetime) -> None:
    """The provider's reviewer has decided; the platform carries it out under the objection's number."""
    assert row.record_id is not None  # a CHECK: target record
    reason = f"异议 {row.number} 核查结论：{outcome.value}。{row.finding}"
    if outcome is Outcome.DELETE:
        withdraw_record(record_id=row.record_id, reason=reason, document_no=row.document_no, actor=PLATFORM, now=now)
        return
    if outcome is Outcome.STOP_PUBLICITY:
        state = "期满停止公示" if row.kind == Kind.OVER_TERM else "终止公示"
        end_record(
            record_id=row.record_id,
            ended_on=day_of(now),
            publicity_state=state,
            reason=reason,
            actor=PLATFORM,
            now=now,
        )
    else:
        _correct_record(row, reason, now)
    unmark(row=row, outcome=outcome.value, now=now)


def _correct_record(row: Objection, reason: str, now: datetime) -> None:
    found = get_record(PLATFORM, row.record_id or 0)
    if is_person(found.subject_id):
        raise CorrectElsewhere
    definition = definition_of(found.item_version_id)
    hidden = {one.code for one in definition.fields if one.masking is Masking.SEALED}
    said = {code: text for code, text in found.content.items() if code not in hidden and isinstance(text, str)}
    receipt = correct_record(
        record_id=found.pk,
        cells=said | row.changes,
        reason=reason,
        document_no=row.document_no or row.number,
        confirmed=True,
        call_key=f"objection:{row.pk}",
        actor=PLATFORM,
        now=now,
    )
    if receipt.returned:
        raise CorrectionRefused("".join(one["message"] for one in receipt.returned[0].problems))

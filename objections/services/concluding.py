"""Verifying, proposing a conclusion, and giving it its effect: whatever follows from it, in one transaction."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import NotPermitted, RuleBroken
from objections import policies, selectors
from objections.events import ObjectionConcluded
from objections.models import Objection
from objections.rules.conclusions import Conclusion, may_conclude, may_confirm
from objections.rules.kinds import Kind, Outcome, Target, takes_off
from objections.rules.rulesets import BY_CODE, What
from objections.rules.states import State
from objections.services import work
from objections.services.accepting import MustForward
from objections.services.effects import carry_out
from toolkit.clock import day_of


class DecidedByAnother(NotPermitted):
    code = "objections.decided_by_another"
    message = "提出结论的人不能审定自己的结论。请由本单位另一名审核人员审定。"


class CannotConclude(RuleBroken):
    code = "objections.cannot_conclude"
    message = "该结论不能成立。"


class Moved(RuleBroken):
    code = "objections.moved"
    message = "结论刚刚已由他人改动，请刷新后核对。"


@transaction.atomic
def begin_verification(*, objection_id: int, actor: Actor, now: datetime) -> None:
    """The provider takes it on; where the receiver is the provider, at once.

    Raises ObjectionNotFound, NotTheProvider, MustForward, WrongStep.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    state = work.after("verify", row)
    if row.provider_id is None:
        raise MustForward
    if not policies.may_verify(actor, provider_id=row.provider_id):
        raise work.NotTheProvider
    row.state, row.verified_by = state.value, actor.key
    row.save(update_fields=["state", "verified_by"])
    work.note_moved(row=row, actor=actor, now=now)


@transaction.atomic
def propose(*, objection_id: int, conclusion: Conclusion, actor: Actor, now: datetime) -> bool:
    """Write down finding and outcome, for the reviewer. Whether another person must decide.

    Raises ObjectionNotFound, NotTheProvider, WrongStep, CannotConclude (each reason with its article), TextMissing.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    if not policies.may_verify(actor, provider_id=row.provider_id):
        raise work.NotTheProvider
    row.state = work.after("propose", row).value
    about = selectors.about(row, on=day_of(now))
    target, kind = Target(row.target), Kind(row.kind)
    verdict = may_conclude(conclusion, target=target, kind=kind, received=about.received)
    work.demand(verdict, CannotConclude)
    for text in (conclusion.finding, conclusion.statement, conclusion.basis, *conclusion.changes.values()):
        if text:
            work.demanded(text, least=1)
    row.outcome, row.finding = conclusion.outcome.value, conclusion.finding.strip()
    row.basis, row.document_no = conclusion.basis.strip(), conclusion.document_no.strip()
    row.statement, row.changes = conclusion.statement.strip(), conclusion.changes
    row.two_persons = takes_off(target, kind, conclusion.outcome) or row.review_of_id is not None
    row.proposed_by, row.proposed_at = actor.key, now
    row.save()
    work.note_moved(row=row, actor=actor, now=now)
    return row.two_persons


@transaction.atomic
def send_back(*, objection_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The reviewer does not agree: verified again.

    Raises ObjectionNotFound, NotTheProvider, WrongStep, TextMissing.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    if not policies.may_conclude(actor, provider_id=row.provider_id):
        raise work.NotTheProvider
    row.state = work.after("send_back", row).value
    row.ended_reason = work.demanded(reason)
    row.outcome, row.proposed_by, row.proposed_at, row.two_persons = "", "", None, False
    row.save(update_fields=["state", "ended_reason", "outcome", "proposed_by", "proposed_at", "two_persons"])
    work.note_moved(row=row, actor=actor, now=now)


def seen_of(row: Objection) -> str:
    """What a decider had in front of him."""
    return f"{row.state}~{row.outcome}~{row.proposed_at.isoformat() if row.proposed_at else ''}"


@transaction.atomic
def conclude(*, objection_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Decide what was proposed. Everything that follows happens with it: the mark ends, what was wrong is corrected
    or leaves its list, its papers and the 消除影响声明 are written, or names are kept apart.

    `seen`: seen_of what the decider read. Raises ObjectionNotFound, NotTheProvider, WrongStep, Moved,
    DecidedByAnother, and whatever the apps below refuse, with its article.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    if not policies.may_conclude(actor, provider_id=row.provider_id):
        raise work.NotTheProvider("核查结论由认定（提供）单位的审核人员审定。")
    work.after("conclude", row)
    if row.state != State.PROPOSED:
        raise work.WrongStep("请先提出核查结论。")
    if seen_of(row) != seen:
        raise Moved
    first = selectors.handlers_of(row.review_of) if row.review_of else frozenset()
    verdict = may_confirm(two_persons=row.two_persons, proposed_by=row.proposed_by, by=actor.key, handled_first=first)
    if not verdict:
        raise DecidedByAnother("".join(r.message for r in verdict.against), reasons=verdict.against)
    on = day_of(now)
    carry_out(row=row, actor=actor, now=now)
    row.state, row.concluded_by, row.concluded_at, row.rests = State.CONCLUDED.value, actor.key, now, False
    row.ended_reason = ""
    row.save(update_fields=["state", "concluded_by", "concluded_at", "rests", "ended_reason"])
    work.meet(row=row, whats=[What.PROVIDER], on=on)
    rules = BY_CODE[row.rules]
    if What.REPLY in rules.limits:
        work.begin(row=row, whats=[What.REPLY], on=on)
    fact = ObjectionConcluded(row.pk, row.number, Outcome(row.outcome).value, row.subject_id)
    record(fact, about=work.about(row), actor=actor, now=now)

"""Accepting, which marks everywhere at once; refusing; forwarding to who recognised it; resting by decision."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from collection.services import mark_record, rest_record
from kernel.actor import Actor
from kernel.errors import RuleBroken
from objections import policies, selectors
from objections.events import ObjectionAccepted, ObjectionEnded, RestDecided
from objections.models import Objection
from objections.rules.clocks import at_forwarding
from objections.rules.filing import REFUSALS
from objections.rules.kinds import Kind, Target
from objections.rules.letters import forwarding_letter, refusal_letter
from objections.rules.rulesets import BY_CODE, What
from objections.rules.states import MARKED, State
from objections.rules.suspension import may_rest_by_decision, rests_at_once
from objections.selectors import PLATFORM, About
from objections.services import work
from redblack.services import mark_disputed, rest_measures
from toolkit.clock import day_of


class NothingToForward(RuleBroken):
    code = "objections.nothing_to_forward"
    message = "该信息由本单位认定（提供），无需转办，请直接核查。"


class MustForward(RuleBroken):
    code = "objections.must_forward"
    message = "该信息由其他单位认定（提供），请先转办，由其核查。"


class CannotRest(RuleBroken):
    code = "objections.cannot_rest"
    message = "依法定期限的限制、法院名单只作标注，同一事由再次提出的不再暂停，不能决定暂不执行。"


@transaction.atomic
def accept(*, objection_id: int, actor: Actor, now: datetime) -> bool:
    """Accept an objection: in this transaction what it is about is marked, for everybody. Whether its measures rest.

    Raises ObjectionNotFound, NotYours, WrongStep, redblack's AlreadyReleased and AlreadyDisputed, collection's
    RecordDisputed and RecordPutAside.
    """
    row = _received(objection_id, actor)
    row.state = work.after("accept", row).value
    on = day_of(now)
    about = selectors.about(row, on=on)
    kind, target, rules = Kind(row.kind), Target(row.target), BY_CODE[row.rules]
    row.same_again = row.review_of_id is not None or selectors.same_before(
        target=target, entry_id=row.entry_id, record_id=row.record_id, kind=row.kind
    )
    rests = rests_at_once(
        kind,
        target=target,
        own_term=about.own_term,
        court=about.court,
        same_again=row.same_again,
        by_rule_set=rules.all_rest,
    )
    row.rests = _mark(row, about, rests, now)
    row.accepted_by, row.accepted_at = actor.key, now
    if row.provider_id is None and row.department_id == about.provider_id:
        row.provider_id = row.department_id
    row.save(update_fields=["state", "same_again", "rests", "accepted_by", "accepted_at", "provider"])
    work.meet(row=row, whats=[What.MARK], on=on)
    word = "已受理，各处已标注“存在异议”" if row.marked else "已受理"
    work.tell_party(row=row, word=word, actor=actor, now=now)
    fact = ObjectionAccepted(row.pk, row.number, row.same_again, row.rests, row.marked)
    record(fact, about=work.about(row), actor=actor, now=now)
    return row.rests


def _mark(row: Objection, about: About, rests: bool, now: datetime) -> bool:
    """The mark follows from the acceptance by law, whoever accepted: the platform sets it."""
    on = day_of(now)
    if row.entry_id is not None:
        entry = row.entry_id
        marked = mark_disputed(entry_id=entry, ground=Kind(row.kind).ground, marked_on=on, actor=PLATFORM, now=now)
        return marked if marked == rests else rest_measures(entry_id=entry, rest=rests, actor=PLATFORM, now=now)
    if row.record_id is not None:
        ground = Kind(row.kind).ground.value
        return mark_record(
            record_id=row.record_id, ground=ground, suspend=rests, marked_on=on, actor=PLATFORM, now=now
        )
    return False


@transaction.atomic
def refuse(*, objection_id: int, why: str, reason: str, document_no: str, actor: Actor, now: datetime) -> None:
    """Do not accept it, with the reason, on paper. `why`: of REFUSALS.

    Raises ObjectionNotFound, NotYours, WrongStep, TextMissing, and what a letter raises.
    """
    row = _received(objection_id, actor)
    row.state = work.after("refuse", row).value
    if why not in REFUSALS:
        raise work.TextMissing("请选择不予受理的理由。")
    row.ended_reason = f"{REFUSALS[why]}。{work.demanded(reason)}"
    row.answer_no, row.answered_by, row.answered_at = work.demanded(document_no), actor.key, now
    row.save(update_fields=["state", "ended_reason", "answer_no", "answered_by", "answered_at"])
    on = day_of(now)
    row.clocks.filter(met_on=None).update(met_on=on)
    work.refresh(row=row)
    letter = refusal_letter(work.matter_of(row=row, on=on), number=row.answer_no, on=on, reason=row.ended_reason)
    work.write(row=row, kind="不予受理通知书", data=letter, actor=actor, now=now)
    fact = ObjectionEnded(row.pk, row.number, State.REFUSED.label)
    record(fact, about=work.about(row), actor=actor, now=now)


@transaction.atomic
def forward(*, objection_id: int, actor: Actor, now: datetime) -> None:
    """Send it to who recognised or provided it, with a clock of its own; what was decided elsewhere goes to its
    authority outside (a court's row to the executing court), whose answer the receiver registers.

    Raises ObjectionNotFound, NotYours, WrongStep, NothingToForward, and what a letter raises.
    """
    row = _received(objection_id, actor)
    row.state = work.after("forward", row).value
    on = day_of(now)
    about = selectors.about(row, on=on)
    if row.provider_id is not None:
        raise NothingToForward
    row.forwarded_to = about.authority if about.provider_id is None else ""
    row.provider_id = about.provider_id or row.department_id
    row.forwarded_at = now
    row.save(update_fields=["state", "forwarded_to", "provider", "forwarded_at"])
    whats = at_forwarding(BY_CODE[row.rules])
    if whats:
        work.meet(row=row, whats=[What.OWN, What.FORWARD], on=on)
    work.begin(row=row, whats=[one for one in whats if one is What.PROVIDER], on=on)
    work.begin(row=row, whats=[one for one in whats if one is What.WHOLE], on=row.filed_on)
    to = row.forwarded_to or next(iter(departments_by_id([row.provider_id]).values())).name
    letter = forwarding_letter(
        work.matter_of(row=row, on=on),
        on=on,
        to=to,
        due_on=row.due_on.isoformat() if row.due_on else "规定期限",
        outside=bool(row.forwarded_to),
    )
    work.write(row=row, kind="异议核查转办函", data=letter, actor=actor, now=now)
    work.note_moved(row=row, actor=actor, now=now)


@transaction.atomic
def decide_rest(*, objection_id: int, rest: bool, reason: str, actor: Actor, now: datetime) -> bool:
    """The recognising department lets the measures rest while facts are disputed, or lifts that again.

    Raises ObjectionNotFound, NotTheProvider, WrongStep, CannotRest, TextMissing.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    about = selectors.about(row, on=day_of(now))
    if not policies.may_conclude(actor, provider_id=about.provider_id):
        raise work.NotTheProvider("是否暂不执行由认定（提供）单位的审核人员决定。")
    if State(row.state) not in MARKED:
        raise work.WrongStep
    if rest and not may_rest_by_decision(own_term=about.own_term, court=about.court, same_again=row.same_again):
        raise CannotRest
    row.rests_reason = work.demanded(reason)
    if row.entry_id is not None:
        row.rests = rest_measures(entry_id=row.entry_id, rest=rest, actor=PLATFORM, now=now)
    elif row.record_id is not None:
        row.rests = rest_record(record_id=row.record_id, suspend=rest, actor=PLATFORM, now=now)
    row.save(update_fields=["rests", "rests_reason"])
    record(RestDecided(row.pk, row.number, row.rests), about=work.about(row), actor=actor, now=now)
    return row.rests


def _received(objection_id: int, actor: Actor) -> Objection:
    row = selectors.get_visible(actor, objection_id, for_update=True)
    if not policies.may_receive(actor, department_id=row.department_id):
        raise work.NotYours
    return row

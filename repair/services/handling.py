"""What the recognising department does before the decision: accept, notify once, decline, verify, extend."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason
from repair import policies
from repair.events import Extended, Refused
from repair.models import Application, ClockStop
from repair.rules.eligibility import Case, may_apply
from repair.rules.letters import ACCEPTANCE, DECLINE, NOTICE, acceptance, decision, notice
from repair.rules.sets import RuleSet, from_json
from repair.rules.sources import CONDITIONS, DEADLINES
from repair.rules.states import Channel, Outgoing, State, Target
from repair.selectors import applications as reading
from repair.selectors.standing import held
from repair.services.clockwork import DUES, set_dues
from repair.services.filing import about, after, tell
from repair.services.papers import about_of, write_paper
from repair.services.upward import tell_upward
from toolkit.clock import day_of

LONGEST_EXTENSION = 60  # working days, whatever the set says


class CannotHandle(NotPermitted):
    code = "repair.cannot_handle"
    message = "谁认定、谁修复：由认定部门的经办、审核人员办理。"


class NotifiedAlready(RuleBroken):
    code = "repair.notified_already"
    message = "补正只告知一次，本件已经告知过。请受理，或者作出不予受理决定。"


class CannotAccept(RuleBroken):
    code = "repair.cannot_accept"
    message = "不符合受理条件，请作出不予受理决定，或者一次性告知补正。"


class ReasonMissing(Malformed):
    code = "repair.reason_missing"
    message = "请写明理由（至少四个字）和依据，且不得写入公民身份号码。"


class ExtensionWrong(RuleBroken):
    code = "repair.extension_wrong"
    message = "不能延长。"


@transaction.atomic
def accept(*, application_id: int, actor: Actor, now: datetime) -> None:
    """受理: what the law asks before an application is there. 受理通知书; the seven days begin.

    Judged by the rule set that the application was filed under, on the day of application. Raises
    ApplicationNotFound, CannotHandle, WrongStep, CannotAccept (each reason with its article).
    """
    row = taken(application_id=application_id, actor=actor)
    state = after("accept", row)
    against = standing_against(row)
    if not row.committed:
        text = "没有作出信用承诺。请一次性告知补正。"
        against = (*against, Reason("no_commitment", CONDITIONS, text))
    if against:
        raise CannotAccept("".join(one.message for one in against), reasons=against)
    row.state, row.accepted_on = state, day_of(now)
    handled(row=row, actor=actor)
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "accepted_on", "handled_by", *DUES])
    due = row.due_on or row.whole_due_on
    data = acceptance(about_of(row), on=day_of(now), due=due)
    write_paper(row=row, kind=ACCEPTANCE, data=data, actor=actor, now=now)
    tell(row=row, step="accept", actor=actor, now=now)
    _upward(row, Outgoing.ACCEPTED, {}, now)


@transaction.atomic
def notify(*, application_id: int, missing: str, actor: Actor, now: datetime) -> None:
    """一次性告知补正: once; the clock rests until the party has handed it in.

    Raises ApplicationNotFound, CannotHandle, WrongStep, NotifiedAlready, ReasonMissing.
    """
    row = taken(application_id=application_id, actor=actor)
    if row.notified_at is not None:
        raise NotifiedAlready(reasons=(Reason("notified_already", DEADLINES, NotifiedAlready.message),))
    row.state = after("notify", row)
    row.notified_at, row.notice = now, demanded(missing)
    handled(row=row, actor=actor)
    ClockStop.objects.create(application=row, begins=day_of(now))
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "notified_at", "notice", "handled_by", *DUES])
    data = notice(about_of(row), on=day_of(now), missing=row.notice)
    write_paper(row=row, kind=NOTICE, data=data, actor=actor, now=now)
    tell(row=row, step="notify", actor=actor, now=now)
    _upward(row, Outgoing.NOTICE, {"missing": row.notice}, now)


@transaction.atomic
def decline(
    *, application_id: int, decision_no: str, reasons: Sequence[tuple[str, str]], actor: Actor, now: datetime
) -> None:
    """不予受理, with each reason and its article, and the remedies.

    Raises ApplicationNotFound, CannotHandle, WrongStep, ReasonMissing.
    """
    row = taken(application_id=application_id, actor=actor)
    row.state = after("decline", row)
    said = demanded_reasons(reasons)
    today = day_of(now)
    row.decision_no, row.reasons, row.decided_by, row.decided_at = number_of(decision_no), said, actor.key, now
    row.stops.filter(until=None).update(until=today)
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "decision_no", "reasons", "decided_by", "decided_at", *DUES])
    data = decision(
        about_of(row),
        title=DECLINE,
        decision_no=row.decision_no,
        on=today,
        reasons=[(text, law) for text, law in said],
        effect="本次申请不予受理。条件具备后可以重新申请，不收取任何费用。",
    )
    write_paper(row=row, kind=DECLINE, data=data, actor=actor, now=now)
    fact = Refused(row.pk, row.number, row.decision_no, [law for _, law in said])
    record(fact, about=about(row.pk), actor=actor, now=now)
    more = {"decision_no": row.decision_no, "reasons": [f"{text}（{law}）" for text, law in said]}
    _upward(row, Outgoing.RESULT, more, now)


@transaction.atomic
def verify(*, application_id: int, opinion: str, actor: Actor, now: datetime) -> None:
    """核实意见: what was verified and with what result; of a serious case somebody else decides.

    Raises ApplicationNotFound, CannotHandle, WrongStep, ReasonMissing.
    """
    row = taken(application_id=application_id, actor=actor)
    if row.state != State.ACCEPTED:
        after("grant", row)
    row.opinion = demanded(opinion)
    handled(row=row, actor=actor)
    row.save(update_fields=["opinion", "handled_by"])
    tell(row=row, step="verify", actor=actor, now=now)


@transaction.atomic
def extend(*, application_id: int, days: int, reason: str, actor: Actor, now: datetime) -> None:
    """延长: once, by a reviewer, of an accepted case that is complicated or must be verified, before its last day.

    国办发〔2025〕22号 信用修复办理期限. Raises ApplicationNotFound, CannotHandle, WrongStep, ExtensionWrong,
    ReasonMissing.
    """
    row = taken(application_id=application_id, actor=actor)
    if not policies.may_decide(actor, department_id=row.department_id):
        raise CannotHandle("延长办理期限由认定部门的审核人员批准。")
    if row.state != State.ACCEPTED:
        after("grant", row)
    most = min(from_json(row.rules).extension_days, LONGEST_EXTENSION)
    wrong = ""
    if row.extended_days:
        wrong = f"本件已经延长过 {row.extended_days} 个工作日，只能延长一次。"
    elif not 1 <= days <= most:
        wrong = f"可以延长 1 至 {most} 个工作日。"
    elif row.due_on is not None and day_of(now) > row.due_on:
        wrong = f"办理期限已于 {row.due_on.isoformat()} 届满，不能再延长。请尽快作出决定。"
    if wrong:
        raise ExtensionWrong(wrong, reasons=(Reason("extension_wrong", DEADLINES, wrong),))
    row.extended_days, row.extension_reason = days, demanded(reason)
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["extended_days", "extension_reason", *DUES])
    fact = Extended(row.pk, row.number, days, row.due_on.isoformat() if row.due_on else "")
    record(fact, about=about(row.pk), actor=actor, now=now)
    _upward(row, Outgoing.NOTICE, {"extended_days": days, "reasons": [row.extension_reason]}, now)


# --- tools of this workshop -----------------------------------------------------------------------------------------


def taken(*, application_id: int, actor: Actor) -> Application:
    """The locked row of an application that the actor may handle. Raises ApplicationNotFound, CannotHandle."""
    row = reading.get_visible(actor, application_id, for_update=True)
    if not policies.may_handle(actor, department_id=row.department_id):
        raise CannotHandle
    return row


def handled(*, row: Application, actor: Actor) -> None:
    """Keep that this person had a hand in it: of a serious case he decides no more."""
    if actor.key not in row.handled_by:
        row.handled_by = [*row.handled_by, actor.key]


def case_of(row: Application) -> tuple[Case, RuleSet]:
    """What the application is about as it stands today, and the rules that it was filed under."""
    target = Target(row.target)
    target_id = row.record_id if target is Target.RECORD else row.entry_id
    assert target_id is not None  # by constraint
    return held(target, target_id, on=row.applied_on).case, from_json(row.rules)


def standing_against(row: Application) -> tuple[Reason, ...]:
    """What speaks against it by the rules of its day."""
    case, rules = case_of(row)
    return may_apply(case, rules, on=row.applied_on).against


def demanded(text: str) -> str:
    if len(text.strip()) < 4 or holds_citizen_id(text):
        raise ReasonMissing
    return text.strip()[:2000]


def demanded_reasons(reasons: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each reason with its article. Raises ReasonMissing."""
    said = [[demanded(text), law.strip()[:300]] for text, law in reasons if text.strip()]
    if not said or not all(law for _, law in said):
        raise ReasonMissing
    return said


def number_of(text: str) -> str:
    if not text.strip() or holds_citizen_id(text):
        raise ReasonMissing("请填写决定书文号，且不得写入公民身份号码。")
    return text.strip()[:120]


def _upward(row: Application, kind: Outgoing, more: Mapping[str, object], now: datetime) -> None:
    if row.channel == Channel.UPSTREAM:
        tell_upward(row=row, kind=kind, more=dict(more), now=now)

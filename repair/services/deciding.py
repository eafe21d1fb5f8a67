"""The decision: a grant ends everything together, a refusal says why, a revocation restores.

Locks: the application first, then its record's key or its entry, then the sources.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.services import record
from collection.rules.publicity import ENDED
from collection.selectors.records import get_record
from collection.services import end_record
from collection.services.publicity import restore_record
from kernel.actor import Actor
from kernel.errors import NotPermitted, RuleBroken
from kernel.law import Reason
from redblack.rules.lists import ReleaseKind
from redblack.selectors import get_visible as visible_entry
from redblack.services import release
from redblack.services.exit_papers import write_exit
from redblack.services.restoring import restore_entry
from repair import policies
from repair.events import Granted, Refused, Revoked
from repair.models import Application
from repair.rules.letters import GRANT, REFUSAL, REVOCATION, decision, grant_effect
from repair.rules.sets import SERIOUS
from repair.rules.sources import CONDITIONS, MEANING, SECOND_PERSON
from repair.rules.states import Channel, Outgoing, Target
from repair.selectors import applications as reading
from repair.selectors.standing import PLATFORM
from repair.services.clockwork import DUES, set_dues
from repair.services.filing import about, after
from repair.services.handling import case_of, demanded, demanded_reasons, number_of, standing_against
from repair.services.papers import about_of, write_paper
from repair.services.upward import tell_upward
from toolkit.clock import day_of


class CannotDecide(NotPermitted):
    code = "repair.cannot_decide"
    message = "谁认定、谁修复：由认定部门的审核人员决定，信用办不代为决定。"


class DecidedByAnother(NotPermitted):
    code = "repair.decided_by_another"
    message = "严重失信信息的修复，经办人不能作出决定。请由本部门的另一名审核人员决定。"


class OpinionMissing(RuleBroken):
    code = "repair.opinion_missing"
    message = "严重失信信息的修复，须先由经办人登记核实意见，再由另一名审核人员决定。"


class CannotGrant(RuleBroken):
    code = "repair.cannot_grant"
    message = "不符合修复条件。"


@transaction.atomic
def grant(*, application_id: int, decision_no: str, finding: str, actor: Actor, now: datetime) -> None:
    """准予修复: publicity, sharing, use and the measures that hang on it end together, in this transaction;
    deliveries tell those who had been told (invariant I5). Terms of its own stand.

    信用修复管理办法 第三条; 国办发〔2025〕22号 信用修复条件和材料. `finding`: what was found, the reason.
    Raises ApplicationNotFound, CannotDecide, DecidedByAnother, OpinionMissing, WrongStep, CannotGrant, ReasonMissing.
    """
    row = _to_decide(application_id, actor, "grant")
    against = standing_against(row)
    if against:
        raise CannotGrant("".join(one.message for one in against), reasons=against)
    today, number = day_of(now), number_of(decision_no)
    case, _ = case_of(row)
    said = [[demanded(finding), f"{CONDITIONS}、{MEANING}"]]
    row.before = _end(row, number, actor, now)
    row.state, row.decision_no, row.reasons = after("grant", row), number, said
    _close(row, actor, now)
    effect = grant_effect(today, [document for _, document in case.own_terms])
    data = decision(about_of(row), title=GRANT, decision_no=number, on=today, reasons=_pairs(said), effect=effect)
    write_paper(row=row, kind=GRANT, data=data, actor=actor, now=now)
    target_id = row.record_id or row.entry_id or 0
    fact = Granted(row.pk, row.number, row.target, target_id, row.subject_id, number)
    record(fact, about=about(row.pk), actor=actor, now=now)
    _upward(row, {"effective_on": today.isoformat()}, now)


@transaction.atomic
def refuse(
    *, application_id: int, decision_no: str, reasons: Sequence[tuple[str, str]], actor: Actor, now: datetime
) -> None:
    """不予修复: each reason with its article, and the remedies.

    Raises ApplicationNotFound, CannotDecide, DecidedByAnother, OpinionMissing, WrongStep, ReasonMissing.
    """
    row = _to_decide(application_id, actor, "refuse")
    said = demanded_reasons(reasons)
    row.state, row.decision_no, row.reasons = after("refuse", row), number_of(decision_no), said
    _close(row, actor, now)
    data = decision(
        about_of(row),
        title=REFUSAL,
        decision_no=row.decision_no,
        on=day_of(now),
        reasons=_pairs(said),
        effect="该失信信息的公示、共享和使用不变。条件具备后可以重新申请，不收取任何费用。",
    )
    write_paper(row=row, kind=REFUSAL, data=data, actor=actor, now=now)
    fact = Refused(row.pk, row.number, row.decision_no, [law for _, law in said])
    record(fact, about=about(row.pk), actor=actor, now=now)
    _upward(row, {}, now)


@transaction.atomic
def revoke(*, application_id: int, decision_no: str, reason: str, actor: Actor, now: datetime) -> None:
    """撤销修复: a grant that was obtained by deceit. What it ended stands again, as far as its term goes.

    国办发〔2025〕22号 信用修复条件和材料: whoever applies answers for the truth of what he hands in. Raises
    ApplicationNotFound, CannotDecide, WrongStep, ReasonMissing, and what restore_record and restore_entry raise.
    """
    row = reading.get_visible(actor, application_id, for_update=True)
    if not policies.may_decide(actor, department_id=row.department_id):
        raise CannotDecide
    state, text, number = after("revoke", row), demanded(reason), number_of(decision_no)
    row.state, row.revoked_by, row.revoked_at = state, actor.key, now
    row.revocation_no, row.revocation_reason = number, text
    row.save(update_fields=["state", "revoked_by", "revoked_at", "revocation_no", "revocation_reason"])
    if row.target == Target.RECORD:
        assert row.record_id is not None  # by constraint
        restore_record(
            record_id=row.record_id,
            publicity_state=row.before.get("publicity_state", "公示中"),
            today=day_of(now),
            reason=f"撤销修复：{number}",
            actor=actor,
            now=now,
        )
    else:
        assert row.entry_id is not None  # by constraint
        restore_entry(entry_id=row.entry_id, document_no=number, actor=actor, now=now)
    data = decision(
        about_of(row),
        title=REVOCATION,
        decision_no=number,
        on=day_of(now),
        reasons=[(text, str(CONDITIONS))],
        effect="原准予修复决定的效力终止，该失信信息按原公示期限恢复公示、共享和使用。",
    )
    write_paper(row=row, kind=REVOCATION, data=data, actor=actor, now=now)
    target_id = row.record_id or row.entry_id or 0
    record(Revoked(row.pk, row.number, row.target, target_id, number), about=about(row.pk), actor=actor, now=now)
    _upward(row, {"decision_no": number, "reasons": [text]}, now)


def _to_decide(application_id: int, actor: Actor, verb: str) -> Application:
    row = reading.get_visible(actor, application_id, for_update=True)
    if not policies.may_decide(actor, department_id=row.department_id):
        raise CannotDecide
    after(verb, row)
    if row.grade == SERIOUS:
        if not row.opinion:
            raise OpinionMissing(reasons=(Reason("opinion_missing", SECOND_PERSON, OpinionMissing.message),))
        if actor.key in row.handled_by:
            raise DecidedByAnother(reasons=(Reason("second_person", SECOND_PERSON, DecidedByAnother.message),))
    return row


def _end(row: Application, number: str, actor: Actor, now: datetime) -> dict[str, str]:
    """End what the application is about; what it was before."""
    today = day_of(now)
    if row.target == Target.RECORD:
        assert row.record_id is not None  # by constraint
        before = get_record(PLATFORM, row.record_id)
        said = {"publicity_state": before.publicity_state}
        end_record(
            record_id=row.record_id,
            ended_on=today,
            publicity_state=ENDED,
            reason=f"准予信用修复：{number}",
            actor=actor,
            now=now,
        )
        return said
    assert row.entry_id is not None  # by constraint
    release(
        entry_id=row.entry_id,
        kind=ReleaseKind.EARLY,
        released_on=today,
        document_no=number,
        reason="准予信用修复，提前移出",
        actor=actor,
        now=now,
    )
    write_exit(entry=visible_entry(actor, row.entry_id), actor=actor, now=now)
    return {"listed": "1"}


def _close(row: Application, actor: Actor, now: datetime) -> None:
    row.decided_by, row.decided_at = actor.key, now
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "decision_no", "reasons", "decided_by", "decided_at", "before", *DUES])


def _pairs(reasons: list[list[str]]) -> list[tuple[str, str]]:
    return [(text, law) for text, law in reasons]


def _upward(row: Application, more: dict[str, object], now: datetime) -> None:
    if row.channel == Channel.UPSTREAM:
        told = {"decision_no": row.decision_no, "reasons": [f"{text}（{law}）" for text, law in row.reasons]}
        tell_upward(row=row, kind=Outgoing.RESULT, more=told | dict(more), now=now)

"""The mark of an accepted objection against a record: on the record, and on all that a check reads of it."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from collection import events, policies
from collection.models import Record, RecordDispute, RecordKey, Trigger
from collection.rules.states import RecordState
from collection.selectors.records import get_record
from collection.services.sources import advance
from kernel.actor import Actor
from kernel.errors import NotPermitted, RuleBroken
from toolkit.db import refusing


class MayNotMark(NotPermitted):
    code = "collection.may_not_mark"
    message = "异议标注由信息提供单位的审核人员或者受理异议的平台办理。"


class RecordDisputed(RuleBroken):
    code = "collection.record_disputed"
    message = "该记录已有正在办理的异议。"


class RecordNotDisputed(RuleBroken):
    code = "collection.record_not_disputed"
    message = "该记录没有正在办理的异议。"


class RecordPutAside(RuleBroken):
    code = "collection.record_put_aside"
    message = "该记录已经撤回或归档，不需要标注异议。"


@transaction.atomic
def mark_record(*, record_id: int, ground: str, suspend: bool, marked_on: date, actor: Actor, now: datetime) -> bool:
    """Mark a record as disputed everywhere at once. Returns whether any of its measures rest.

    A limit whose term a statute or the decision fixes (`own_term`) is marked and never rests. Raises RecordNotFound,
    MayNotMark, RecordPutAside, RecordDisputed.
    """
    row = _locked(record_id, actor)
    if row.state != RecordState.CURRENT:
        raise RecordPutAside
    with refusing("collection_recorddispute_one_open", RecordDisputed):
        dispute = RecordDispute.objects.create(
            record_id=record_id, ground=ground, marked_on=marked_on, suspended=suspend
        )
    rests = _rewrite(record_id, disputed_on=marked_on, suspend=suspend)
    fact = events.RecordDisputed(record_id, row.subject_id, dispute.ground, rests, marked_on.isoformat())
    record(fact, about=f"collection.record:{record_id}", actor=actor, now=now)
    return rests


@transaction.atomic
def rest_record(*, record_id: int, suspend: bool, actor: Actor, now: datetime) -> bool:
    """Let the measures of a disputed record rest, or no longer, by a decision. Whether any rest now.

    Raises RecordNotFound, MayNotMark, RecordNotDisputed.
    """
    row = _locked(record_id, actor)
    dispute = RecordDispute.objects.filter(record_id=record_id, ended_on=None).first()
    if dispute is None:
        raise RecordNotDisputed
    dispute.suspended = suspend
    dispute.save(update_fields=["suspended"])
    rests = _rewrite(record_id, disputed_on=dispute.marked_on, suspend=suspend)
    fact = events.RecordDisputed(record_id, row.subject_id, dispute.ground, rests, dispute.marked_on.isoformat())
    record(fact, about=f"collection.record:{record_id}", actor=actor, now=now)
    return rests


@transaction.atomic
def end_record_dispute(*, record_id: int, outcome: str, ended_on: date, actor: Actor, now: datetime) -> None:
    """Take the mark off again. Raises RecordNotFound, MayNotMark, RecordNotDisputed."""
    row = _locked(record_id, actor)
    if not RecordDispute.objects.filter(record_id=record_id, ended_on=None).update(
        ended_on=ended_on, outcome=outcome
    ):
        raise RecordNotDisputed
    _rewrite(record_id, disputed_on=None, suspend=False)
    fact = events.RecordDisputeEnded(record_id, row.subject_id, outcome)
    record(fact, about=f"collection.record:{record_id}", actor=actor, now=now)


def _locked(record_id: int, actor: Actor) -> Record:
    RecordKey.objects.select_for_update().filter(record_id=record_id).first()
    row = get_record(actor, record_id, for_update=True)
    if not policies.may_withdraw(actor, provider_id=row.provider_id):
        raise MayNotMark
    return row


def _rewrite(record_id: int, *, disputed_on: date | None, suspend: bool) -> bool:
    """Close the triggers that stand and write them anew with the mark, or without it. Whether any of them rests."""
    rows = Trigger.objects.select_for_update().filter(record_id=record_id, rev_to=None)
    if disputed_on is not None:
        rows = rows.filter(released_on=None)
    standing = [row for row in rows.order_by("source_id", "id") if disputed_on or row.disputed_on]
    revisions = {source: advance(source_id=source) for source in sorted({row.source_id for row in standing})}
    for old in standing:
        revision = revisions[old.source_id]
        Trigger.objects.filter(pk=old.pk).update(rev_to=revision)
        old.pk, old.rev_from, old.rev_to = None, revision, None
        old.disputed_on, old.suspended = disputed_on, suspend and not old.own_term
        old.save(force_insert=True)
    return any(row.suspended for row in standing)

"""What may happen to a record after it was taken: corrected, withdrawn, archived, destroyed when its retention ends.

What it said until then stays in RecordChange, until its retention ends too; the fact of every step is sealed.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform

from audit.services import record
from catalog.selectors import definition_of
from collection import events, policies
from collection.models import Promise, Record, RecordChange, RecordDispute, RecordKey, Trigger
from collection.rules.retention import last_day_of_retention
from collection.rules.states import ChangeKind, Channel, PromiseState, RecordState
from collection.selectors.records import get_record
from collection.services.calls import Receipt, receive_rows
from collection.services.records import end_triggers
from collection.services.work import Correction
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from toolkit.clock import day_of

AT_ONCE = 10_000
MONTH = timedelta(days=30)
KEPT_COLUMNS = (
    "document_no", "authority", "decided_on", "due_on", "late", "procedure", "grade", "publicity_state",
    "publicity_until", "state", "content",
)  # fmt: skip


class NotYourRecord(NotPermitted):
    code = "collection.not_your_record"
    message = "该记录由信息提供单位的审核人员或信用办撤回、归档。"


class GroundMissing(Malformed):
    code = "collection.ground_missing"
    message = "请写明事由和依据文号，且不得写入公民身份号码。"


class RecordNotCurrent(RuleBroken):
    code = "collection.record_not_current"
    message = "该记录已经撤回或归档，请刷新页面查看。"


class NothingToCorrect(RuleBroken):
    code = "collection.nothing_to_correct"
    message = "该记录不是由部门报送入库的，不能在这里更正。确有错误的，请撤回后重新报送。"


class StillInForce(RuleBroken):
    code = "collection.still_in_force"
    message = "该记录仍有在期的措施或公示，不能归档。如记录有误，请撤回或更正。"


def before_of(row: Record) -> dict[str, Any]:
    """A record's columns and content as RecordChange.before keeps them; dates as text."""
    said = {name: getattr(row, name) for name in KEPT_COLUMNS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _note(row: Record, kind: ChangeKind, reason: str, document_no: str, actor: Actor, now: datetime) -> None:
    RecordChange.objects.create(
        record_id=row.pk,
        version=row.version,
        kind=kind,
        reason=reason,
        document_no=document_no,
        before=before_of(row),
        sealed_before=row.sealed,
        item_version_id=row.item_version_id,
        batch_id=row.batch_id,
        row_number=row.row_number,
        changed_by=actor.key,
        changed_at=now,
    )


def _current(actor: Actor, record_id: int) -> Record:
    row = get_record(actor, record_id, for_update=True)
    if not policies.may_withdraw(actor, provider_id=row.provider_id):
        raise NotYourRecord
    if row.state != RecordState.CURRENT:
        raise RecordNotCurrent
    return row


def _demand(reason: str, document_no: str) -> None:
    if len(reason.strip()) < 2 or holds_citizen_id(reason) or holds_citizen_id(document_no):
        raise GroundMissing


@transaction.atomic
def correct_record(
    *,
    record_id: int,
    cells: Mapping[str, str],
    reason: str,
    document_no: str,
    confirmed: bool,
    call_key: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Correct what a record says, as everything comes in: by a batch of one row. `cells`: by field code.

    Its subject, document and authority stay: they are what makes it this record. What it raised follows the new
    content. Raises RecordNotFound, NotYourRecord, RecordNotCurrent, NothingToCorrect, GroundMissing, and what
    receive_rows raises (CorrectionMovesRecord).
    """
    row = get_record(actor, record_id)
    if row.provider_id is None or row.batch_id is None:
        raise NothingToCorrect
    if not policies.may_report(actor, department_id=row.provider_id):
        raise NotYourRecord("记录由信息提供单位的报送人员更正。")
    if row.state != RecordState.CURRENT:
        raise RecordNotCurrent
    _demand(reason, document_no)
    return receive_rows(
        item_code=row.item.code,
        rows=[cells],
        channel=Channel.PAGE,
        department_id=row.provider_id,
        call_key=call_key,
        all_or_nothing=True,
        confirmed={1} if confirmed else set(),
        correction=Correction(record_id=record_id, reason=reason.strip(), document_no=document_no.strip()),
        actor=actor,
        now=now,
    )


@transaction.atomic
def withdraw_record(*, record_id: int, reason: str, document_no: str, actor: Actor, now: datetime) -> int:
    """Take a record back: its decision was revoked, changed or void, or it was reported wrongly.

    《中华人民共和国行政处罚法》 第四十八条: what was published is withdrawn within three working days. Ends all that
    the record raised, terms of its own too, for their ground is gone. Returns how many triggers ended. Raises
    RecordNotFound, NotYourRecord, GroundMissing, RecordNotCurrent.
    """
    row = _current(actor, record_id)
    _demand(reason, document_no)
    _note(row, ChangeKind.WITHDRAWN, reason.strip(), document_no.strip(), actor, now)
    ended = end_triggers(record_id=record_id, on=day_of(now), own_terms=True)
    RecordDispute.objects.filter(record_id=record_id, ended_on=None).update(ended_on=day_of(now), outcome="删除")
    _update(row, state=RecordState.WITHDRAWN, publicity_state="终止公示", changed_at=now, version=row.version + 1)
    Promise.objects.filter(record_id=record_id, state=PromiseState.OPEN).update(
        state=PromiseState.VOID, note=reason.strip(), closed_at=now, closed_by=actor.key
    )
    fact = events.RecordWithdrawn(record_id, row.subject_id, row.item.code, row.document_no, ended)
    record(fact, about=f"collection.record:{record_id}", actor=actor, now=now)
    return ended


def _update(row: Record, **columns: Any) -> None:
    Record.objects.filter(pk=row.pk, recorded_at=row.recorded_at).update(**columns)


@transaction.atomic
def archive_record(*, record_id: int, reason: str, today: date, actor: Actor, now: datetime) -> None:
    """Put a record aside by hand: nothing it raised is in force and its publicity is over.

    Raises RecordNotFound, NotYourRecord, GroundMissing, RecordNotCurrent, StillInForce.
    """
    row = _current(actor, record_id)
    _demand(reason, "")
    shown = row.publicity_state == "公示中" and (row.publicity_until is None or row.publicity_until >= today)
    if shown or _in_force(today).filter(record_id=record_id).exists():
        raise StillInForce
    _note(row, ChangeKind.ARCHIVED, reason.strip(), "", actor, now)
    _update(row, state=RecordState.ARCHIVED, changed_at=now)
    record(events.RecordArchived(record_id), about=f"collection.record:{record_id}", actor=actor, now=now)


def _in_force(today: date) -> Any:
    """Triggers that still call for something, or may come to: those not yet over on that day."""
    return Trigger.objects.filter(rev_to=None).filter(
        Q(valid_until=None) | Q(valid_until__gte=today), Q(released_on=None) | Q(released_on__gt=today)
    )


@transaction.atomic
def archive_due(*, today: date, actor: Actor, now: datetime) -> int:
    """One bite of what is to be archived by age (COLLECTION_ARCHIVE_MONTHS after publicity ended, or withdrawal).

    Returns how many; call again until it is none.
    """
    limit = today - MONTH * settings.COLLECTION_ARCHIVE_MONTHS
    calling = _in_force(today).filter(record_id=OuterRef("pk"))
    old = Record.objects.filter(state=RecordState.CURRENT, decided_on__lt=limit)  # withdrawn stays withdrawn
    old = old.filter(publicity_until__lt=limit).exclude(Exists(calling))
    rows = list(old.select_for_update(of=("self",), skip_locked=True).order_by("recorded_at", "pk")[:AT_ONCE])
    for row in rows:
        _note(row, ChangeKind.ARCHIVED, f"公示期满{settings.COLLECTION_ARCHIVE_MONTHS}个月", "", actor, now)
        _update(row, state=RecordState.ARCHIVED, changed_at=now)
    if rows:
        fact = events.RecordsArchived(today.isoformat(), len(rows), rows[0].pk, rows[-1].pk)
        record(fact, about="collection.record:", actor=actor, now=now)
    return len(rows)


@transaction.atomic
def destroy_due(*, item_id: int, item_version_id: int, today: date, actor: Actor, now: datetime) -> int:
    """One bite of an item version's records whose retention is over: the content goes, the proof stays.

    《中华人民共和国个人信息保护法》 第十九条 and 第四十七条: no longer than the purpose needs. Nothing that is still
    in force is touched. Returns how many; call again until it is none.
    """
    definition = definition_of(item_version_id)
    if definition.retention_months is None:
        return 0
    last = last_day_of_retention(today, definition.retention_months)
    calling = _in_force(today).filter(record_id=OuterRef("pk"))
    over = Record.objects.filter(item_id=item_id, item_version_id=item_version_id, decided_on__lt=last)
    over = over.filter(Q(publicity_until=None) | Q(publicity_until__lt=today)).exclude(Exists(calling))
    over = over.exclude(publicity_state="公示中", publicity_until=None)  # shown without end: not over
    over = over.exclude(Exists(Promise.objects.filter(record_id=OuterRef("pk"), state=PromiseState.OPEN)))
    if definition.roles.valid_until:
        valid = KeyTextTransform(definition.roles.valid_until, "content")
        over = over.alias(valid_until=valid).exclude(valid_until__gte=today.isoformat())
    rows = list(over.select_for_update(of=("self",), skip_locked=True).order_by("recorded_at", "pk")[:AT_ONCE])
    if not rows:
        return 0
    ids = [row.pk for row in rows]
    digests = dict(RecordKey.objects.filter(record_id__in=ids).values_list("record_id", "digest"))
    proof = hashlib.sha256("\n".join(f"{pk}:{digests.get(pk, '')}" for pk in ids).encode()).hexdigest()
    RecordChange.objects.filter(record_id__in=ids).update(before={}, sealed_before={}, reason="", document_no="")
    RecordChange.objects.bulk_create(
        RecordChange(
            record_id=row.pk,
            version=row.version,
            kind=ChangeKind.DELETED,
            reason=f"保存期满{definition.retention_months}个月",
            item_version_id=item_version_id,
            changed_by=actor.key,
            changed_at=now,
        )
        for row in rows
    )
    Trigger.objects.filter(record_id__in=ids).delete()
    Promise.objects.filter(record_id__in=ids).delete()
    RecordDispute.objects.filter(record_id__in=ids).delete()
    for row in rows:
        Record.objects.filter(pk=row.pk, recorded_at=row.recorded_at).delete()
    RecordKey.objects.filter(record_id__in=ids).delete()
    fact = events.RecordsDestroyed(today.isoformat(), definition.item_code, len(ids), ids, proof)
    record(fact, about=f"catalog.item:{item_id}", actor=actor, now=now)
    return len(ids)

"""Single records, made here by a decision of the platform: taking one in, ending what it raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from audit.services import record
from catalog.selectors import current_version
from collection.events import RecordEnded, RecordTaken
from collection.models import PUBLICITY_STATES, Record, RecordKey, Source, Trigger
from collection.rules.keys import authority_key, document_key
from collection.services.sources import UnknownSource, advance
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from subjects.selectors import subjects_of


class NothingPublished(RuleBroken):
    code = "collection.nothing_published"
    message = "目录中没有已发布的对应条目，不得归集。"


class UnknownSubject(NotFound):
    code = "collection.unknown_subject"
    message = "没有登记该主体，请先按统一社会信用代码或证件登记。"


class RecordUnknown(NotFound):
    code = "collection.record_unknown"
    message = "没有找到该记录，或该记录已经结束。"


class PublicityUnknown(Malformed):
    code = "collection.publicity_unknown"
    message = f"公示状态只能是：{'、'.join(PUBLICITY_STATES)}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What a record raises: a trigger on one source, for one subject, over its own term. `amount` in yuan."""

    source_code: str
    subject_id: int
    valid_from: date
    valid_until: date | None
    ground: str
    responsible: bool = False
    own_term: bool = False
    amount: Decimal | None = None


@transaction.atomic
def take_record(
    *,
    item_code: str,
    subject_id: int,
    document_no: str,
    authority: str,
    authority_department_id: int | None,
    decided_on: date,
    procedure: str,
    grade: str,
    publicity_state: str,
    publicity_until: date | None,
    content: dict[str, Any],
    raised: Sequence[Raised],
    actor: Actor,
    now: datetime,
) -> int:
    """Take one record in, with the triggers that it raises. The same decision again changes nothing.

    Returns the record's id. Raises NothingPublished, UnknownSubject, UnknownSource.
    """
    version = current_version(item_code)
    if version is None:
        raise NothingPublished
    named = {subject_id, *(one.subject_id for one in raised)}
    if named - subjects_of(named).keys():
        raise UnknownSubject
    at_first: dict[str, Any] = {
        "record_id": _next_record_id,
        "recorded_at": now,
        "provider_id": authority_department_id,
    }
    known, fresh = RecordKey.objects.get_or_create(  # two who deliver it at once: the second gets the first one's
        item_id=version.item_id,
        authority=authority_key(authority),
        document_no=document_key(document_no),
        subject_id=subject_id,
        defaults=at_first,
    )
    record_id = known.record_id
    if not fresh:
        return record_id
    Record.objects.create(
        id=record_id,
        recorded_at=now,
        item_id=version.item_id,
        item_version_id=version.version_id,
        subject_id=subject_id,
        document_no=document_no,
        authority=authority,
        authority_department_id=authority_department_id,
        provider_id=authority_department_id,
        decided_on=decided_on,
        procedure=procedure,
        grade=grade,
        publicity_state=publicity_state,
        publicity_until=publicity_until,
        content=content,
    )
    for one in raised:
        source_id = Source.objects.filter(code=one.source_code).values_list("pk", flat=True).first()
        if source_id is None:
            raise UnknownSource(f"没有登记信息类别“{one.source_code}”。")
        Trigger.objects.create(
            source_id=source_id,
            record_id=record_id,
            subject_id=one.subject_id,
            document_no=document_no,
            authority=authority,
            ground=one.ground,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            responsible=one.responsible,
            own_term=one.own_term,
            grade=grade,
            amount=one.amount,
            rev_from=advance(source_id=source_id),
        )
    record(
        RecordTaken(record_id, subject_id, item_code, document_no),
        about=f"collection.record:{record_id}",
        actor=actor,
        now=now,
    )
    return record_id


def _next_record_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('collection_record_id_seq')")
        return int(cursor.fetchone()[0])


@transaction.atomic
def end_record(
    *, record_id: int, ended_on: date, publicity_state: str, reason: str, actor: Actor, now: datetime
) -> int:
    """End what a record raised, from that day on, except terms of its own that a statute or decision fixes. What
    a later change of its content would raise is lifted from that day too.

    `publicity_state`: the record's from now on, one of PUBLICITY_STATES (a repair: 终止公示). Returns how many
    triggers ended. Raises PublicityUnknown, and RecordUnknown when nothing is left to end or no such record is known.
    """
    if publicity_state not in PUBLICITY_STATES:
        raise PublicityUnknown
    key = RecordKey.objects.select_for_update().filter(record_id=record_id).first()
    if key is None:
        raise RecordUnknown
    of_it = Record.objects.filter(id=record_id, recorded_at=key.recorded_at)  # the moment names the partition
    shown = of_it.exclude(publicity_state=publicity_state).update(publicity_state=publicity_state)
    marked = of_it.filter(ended_on=None).update(ended_on=ended_on)
    ended = end_triggers(record_id=record_id, on=ended_on, own_terms=False)
    if not ended and not shown and not marked:
        raise RecordUnknown
    record(
        RecordEnded(record_id, ended_on.isoformat(), reason, publicity_state),
        about=f"collection.record:{record_id}",
        actor=actor,
        now=now,
    )
    return ended


def end_triggers(*, record_id: int, on: date, own_terms: bool) -> int:
    """Close a record's open triggers and write them anew as released that day; `own_terms`: also those whose term a
    statute or decision fixes. Sources advance in their order. Returns how many. In the caller's transaction.
    """
    rows = Trigger.objects.select_for_update().filter(record_id=record_id, rev_to=None, released_on=None)
    if not own_terms:
        rows = rows.filter(own_term=False)
    open_ones = list(rows.order_by("source_id", "id"))
    revisions = {source: advance(source_id=source) for source in sorted({row.source_id for row in open_ones})}
    for old in open_ones:
        revision = revisions[old.source_id]
        Trigger.objects.filter(pk=old.pk).update(rev_to=revision)
        old.pk, old.rev_from, old.rev_to, old.released_on = None, revision, None, on
        old.save(force_insert=True)
    return len(open_ones)

"""Taking in what departments deliver: sources and their versions, records and the triggers that they raise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from audit.services import record
from catalog.selectors import current_version
from collection.events import RecordEnded, RecordTaken, SourceLoaded, SourceRegistered, SourceRetired
from collection.models import PUBLICITY_STATES, Record, RecordKey, Registry, Source, SourceLoad, Trigger
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from subjects.selectors import subjects_of
from toolkit.db import lock_counter, raise_counter

REGISTER = Registry._meta.db_table


class UnknownSource(NotFound):
    code = "collection.unknown_source"
    message = "没有登记这个名单或信息类别。"


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


class LoadedInFuture(RuleBroken):
    code = "collection.loaded_in_future"
    message = "名单版本的更新时间晚于现在，不能据此判断时效。请核对版本的日期。"


@transaction.atomic
def register_source(
    *, code: str, name: str, kind: str, authority: str, freshness_days: int | None, actor: Actor, now: datetime
) -> int:
    """Register a list or kind of record, or bring its name, authority and limit up to date. Returns its id.

    One that was retired is consulted again from now on.
    """
    said = {
        "name": name,
        "kind": kind,
        "authority": authority,
        "freshness_days": freshness_days,
        "retired_from": None,
    }
    lock_register()
    known = Source.objects.select_for_update().filter(code=code).first()
    if known is not None and all(getattr(known, key) == value for key, value in said.items()):
        return known.pk
    raise_counter(REGISTER)
    source, _ = Source.objects.update_or_create(code=code, defaults=said)
    record(SourceRegistered(source.pk, code), about=f"collection.source:{source.pk}", actor=actor, now=now)
    return source.pk


def lock_register() -> int:
    """Lock the register of sources to the end of the transaction; its revision. For floors above that decide by what
    is registered: of two at once the second sees what the first has written.
    """
    return lock_counter(REGISTER)


@transaction.atomic
def retire_source(*, source_id: int, reason: str, actor: Actor, now: datetime) -> bool:
    """From now on nothing consults the source and nothing it holds calls for a measure; what it holds is kept.

    Returns whether it was consulted until now. `register_source` takes it up again. Raises UnknownSource.
    """
    lock_register()
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise UnknownSource
    if source.retired_from is not None:
        return False
    revision = raise_counter(REGISTER)
    Source.objects.filter(pk=source_id).update(retired_from=revision)
    fact = SourceRetired(source_id, source.code, reason, revision)
    record(fact, about=f"collection.source:{source_id}", actor=actor, now=now)
    return True


def advance(*, source_id: int) -> int:
    """Raise a source's revision under its row lock and return it. Called in the transaction of every change of what
    the source holds; a receipt keeps the revision that it read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collection_source SET revision = revision + 1 WHERE id = %s RETURNING revision", [source_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownSource
    return int(row[0])


@transaction.atomic
def mark_loaded(
    *, source_id: int, version: str, loaded_at: datetime, rows: int, held: bool, actor: Actor, now: datetime
) -> int:
    """State which version of a source we hold from now on. Returns the source's new revision.

    Raises LoadedInFuture: a version dated next year would look fresh until then, however old it is.
    """
    if loaded_at > now:
        raise LoadedInFuture
    revision = advance(source_id=source_id)
    SourceLoad.objects.filter(source_id=source_id, rev_to=None).update(rev_to=revision)
    SourceLoad.objects.create(
        source_id=source_id, version=version, loaded_at=loaded_at, rows=rows, held=held, rev_from=revision
    )
    code = Source.objects.values_list("code", flat=True).get(pk=source_id)
    record(
        SourceLoaded(source_id, code, version, rows, held, revision),
        about=f"collection.source:{source_id}",
        actor=actor,
        now=now,
    )
    return revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What a record raises: a trigger on one source, for one subject, over its own term."""

    source_code: str
    subject_id: int
    valid_from: date
    valid_until: date | None
    ground: str
    responsible: bool = False
    own_term: bool = False


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
    at_first: dict[str, Any] = {"record_id": _next_record_id, "recorded_at": now}
    known, fresh = RecordKey.objects.get_or_create(  # two who deliver it at once: the second gets the first one's
        item_id=version.item_id,
        authority=authority,
        document_no=document_no,
        subject_id=subject_id,
        defaults=at_first,
    )
    record_id = known.record_id
    if not fresh:
        return record_id
    Record.objects.create(
        id=record_id,
        recorded_at=now,
        item_version_id=version.version_id,
        subject_id=subject_id,
        document_no=document_no,
        authority=authority,
        authority_department_id=authority_department_id,
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
    """End what a record raised, from that day on, except terms of its own that a statute or decision fixes.

    `publicity_state`: the record's from now on, one of PUBLICITY_STATES (a repair: 终止公示). Returns how many
    triggers ended. Raises PublicityUnknown, and RecordUnknown when nothing is left to end or no such record is known.
    """
    if publicity_state not in PUBLICITY_STATES:
        raise PublicityUnknown
    key = RecordKey.objects.select_for_update().filter(record_id=record_id).first()
    if key is None:
        raise RecordUnknown
    open_ones = list(
        Trigger.objects.select_for_update()
        .filter(record_id=record_id, rev_to=None, released_on=None, own_term=False)
        .order_by("id")
    )
    of_it = Record.objects.filter(id=record_id, recorded_at=key.recorded_at)  # the moment names the partition
    shown = of_it.exclude(publicity_state=publicity_state).update(publicity_state=publicity_state)
    if not open_ones and not shown:
        raise RecordUnknown
    for old in open_ones:
        revision = advance(source_id=old.source_id)
        Trigger.objects.filter(pk=old.pk).update(rev_to=revision)
        old.pk, old.rev_from, old.rev_to, old.released_on = None, revision, None, ended_on
        old.save(force_insert=True)
    record(
        RecordEnded(record_id, ended_on.isoformat(), reason, publicity_state),
        about=f"collection.record:{record_id}",
        actor=actor,
        now=now,
    )
    return len(open_ones)

"""Sources: registering and retiring them, the version that we hold, the revision of every change."""

from datetime import datetime

from django.db import connection, transaction

from audit.services import record
from collection.events import SourceLoaded, SourceRegistered, SourceRetired
from collection.models import Registry, Source, SourceFacts, SourceLoad
from kernel.actor import Actor
from kernel.errors import NotFound, RuleBroken
from toolkit.db import lock_counter, raise_counter

REGISTER = Registry._meta.db_table


class UnknownSource(NotFound):
    code = "collection.unknown_source"
    message = "没有登记这个名单或信息类别。"


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
    revision = raise_counter(REGISTER)
    source, _ = Source.objects.update_or_create(code=code, defaults=said)
    _keep_facts(source, revision)
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
    source.retired_from = revision
    source.save(update_fields=["retired_from"])
    _keep_facts(source, revision)
    fact = SourceRetired(source_id, source.code, reason, revision)
    record(fact, about=f"collection.source:{source_id}", actor=actor, now=now)
    return True


def _keep_facts(source: Source, revision: int) -> None:
    """What the register says from this revision of it on; a replay reads what it said then."""
    SourceFacts.objects.filter(source=source, rev_to=None).update(rev_to=revision)
    SourceFacts.objects.create(
        source=source,
        name=source.name,
        kind=source.kind,
        authority=source.authority,
        freshness_days=source.freshness_days,
        retired=source.retired_from is not None,
        rev_from=revision,
    )


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

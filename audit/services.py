"""record() is the only way to say that something happened, deliver() to tell others, seal() to make it stay so."""

import json
import logging
import time
from dataclasses import Field, asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from audit import policies, selectors
from audit.events import DeliveryRetried, LogViewed
from audit.models import Delivery, Event
from audit.rules.chain import START, Row, link, row_hash
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted
from toolkit.tracing import request_id

log = logging.getLogger(__name__)
BATCH = 10_000
_failed_at = float("-inf")  # when the broker was last found away by this process
SEAL_LOCK = 0x5EA1  # the advisory lock that one sealer holds


class Fact(Protocol):
    """A frozen dataclass of plain values, with a dotted name in the past tense."""

    NAME: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


class LogIsClosed(NotPermitted):
    code = "audit.log_is_closed"
    message = "审计记录仅供审计管理员查看。"


class DeliveryNotFound(NotFound):
    code = "audit.delivery_not_found"
    message = "没有这条待送达的通知，可能已经送达。"


def record(fact: Fact, *, about: str, actor: Actor, now: datetime) -> int:
    """Write the fact, and one delivery for each handler that subscribes to it. Returns the event's id.

    `about` is what changed: "redblack.entry:5". Raises RuntimeError outside a transaction, and TypeError when the
    fact holds anything but plain values.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction that makes it true")
    handlers = selectors.handlers_of(fact.NAME)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_append(%s, %s, %s, %s, %s, %s::jsonb, %s::text[], %s)",
            [
                now,
                fact.NAME,
                actor.key,
                actor.department_id,
                about,
                json.dumps(asdict(fact), ensure_ascii=False),
                list(handlers),
                request_id.get(),
            ],
        )
        event_id = int(cursor.fetchone()[0])
    if handlers:
        transaction.on_commit(lambda: wake(event_id=event_id), robust=True)
    return event_id


def wake(*, event_id: int) -> None:
    """Wake a worker now. Without a broker the sweep does it within the minute: this never fails the caller, and makes
    no second one wait for a broker that has just been found away.
    """
    global _failed_at
    if time.monotonic() - _failed_at < settings.BROKER_PAUSE_SECONDS:
        return
    try:
        for key in Delivery.objects.filter(event_id=event_id, delivered_at=None).values_list("id", flat=True):
            current_app.send_task("audit.tasks.deliver", kwargs={"delivery_id": key}, retry=False, ignore_result=True)
    except (OSError, OperationalError):  # kombu's: the broker is away
        _failed_at = time.monotonic()
        log.warning("deliveries of event %s wait for the sweep: no broker", event_id)


def deliver(*, delivery_id: int, now: datetime) -> bool:
    """Run one handler. The handler's writes and the tick commit together, so a second run does nothing."""
    Delivery.objects.filter(pk=delivery_id, delivered_at=None).update(attempts=F("attempts") + 1)
    try:
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=delivery_id, delivered_at=None)
                .first()
            )
            if delivery is None:
                return False
            event = Event.objects.get(happened_at=delivery.happened_at, pk=delivery.event_id)
            import_string(delivery.handler)(event.payload, now=now)
            delivery.delivered_at = now
            delivery.save(update_fields=["delivered_at"])
            return True
    except Exception as error:
        # its kind only: the text of an exception may quote a row
        Delivery.objects.filter(pk=delivery_id).update(last_error=type(error).__name__)
        raise


@transaction.atomic
def retry_delivery(*, delivery_id: int, actor: Actor, now: datetime) -> None:
    """Give a delivery that was given up another GIVE_UP_AFTER tries. Raises LogIsClosed, DeliveryNotFound."""
    if not policies.may_retry(actor):
        raise LogIsClosed
    delivery = selectors.given_up().filter(pk=delivery_id).select_for_update().first()
    if delivery is None:
        raise DeliveryNotFound
    delivery.attempts = 0
    delivery.save(update_fields=["attempts"])
    record(
        DeliveryRetried(delivery_id, delivery.handler), about=f"audit.delivery:{delivery_id}", actor=actor, now=now
    )


@transaction.atomic
def view_log(
    *, filters: selectors.Filters, before: tuple[datetime, int] | None, actor: Actor, now: datetime
) -> list[Event]:
    """One page of the log for the audit administrator; reading it is a fact itself. Raises LogIsClosed."""
    if not policies.may_read_log(actor):
        raise LogIsClosed
    rows = selectors.page_of_log(filters, before=before)
    asked = {"since": filters.since.isoformat(), "until": filters.until.isoformat()}
    asked |= {k: v for k, v in (("actor", filters.actor), ("name", filters.name), ("about", filters.about)) if v}
    record(LogViewed(asked, min(len(rows), selectors.PAGE)), about="audit.log:", actor=actor, now=now)
    return rows


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run of the sealer did."""

    count: int
    number: int  # of the last link


def seal(*, now: datetime) -> Sealed:
    """Hang every fact whose transaction is surely over on the chain, in batches, and export the new end.

    A writer only inserts. Rows of transactions at or above the oldest running one may still get company with a
    smaller id, so they wait for the next run. One sealer works at a time; a second waits for it.
    """
    with connection.cursor() as cursor:
        # a restored database counts its transactions anew: then the old horizon says nothing, everything is asked,
        # and a row may carry a number that is still to come
        cursor.execute(
            """SELECT CASE WHEN horizon <= pg_snapshot_xmin(s) THEN horizon ELSE '0' END::text,
              pg_snapshot_xmin(s)::text,
              CASE WHEN horizon <= pg_snapshot_xmin(s) THEN '18446744073709551615' ELSE pg_snapshot_xmax(s)::text END
            FROM audit_sealer, pg_current_snapshot() s"""
        )
        window = cursor.fetchone()
    count = number = after = 0
    while True:
        batch = _seal_batch(window, after, now)
        count, number, after = count + batch.sealed, batch.number, batch.last
        if batch.read < BATCH:
            return Sealed(count, number)


class _Batch(NamedTuple):
    read: int
    sealed: int
    number: int
    last: int


@transaction.atomic
def _seal_batch(window: tuple[str, str, str], after: int, now: datetime) -> _Batch:
    """The next BATCH rows of the window, by id. No row joins a window whose transactions are all over."""
    low, high, future = window
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        cursor.execute("SELECT number, chain_hash FROM audit_seal ORDER BY number DESC LIMIT 1")
        number, before = cursor.fetchone() or (0, START)
        cursor.execute(
            f"""SELECT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id), {selectors.ROW_COLUMNS}
            FROM audit_event e
            WHERE e.xact >= %s::xid8 AND (e.xact < %s::xid8 OR e.xact >= %s::xid8) AND e.id > %s
            ORDER BY e.id LIMIT %s""",
            [low, high, future, after, BATCH],
        )
        read = cursor.fetchall()
        rows = [Row(*columns) for is_sealed, *columns in read if not is_sealed]
        links = []
        for row in rows:
            hashed = row_hash(row)
            number, before = number + 1, link(settings.SEAL_KEY.encode(), bytes(before), row.id, hashed)
            links.append((number, row.id, row.happened_at, hashed, before))
        if links:
            cursor.execute(
                """INSERT INTO audit_seal (number, event_id, happened_at, row_hash, chain_hash, sealed_at)
                SELECT *, %s FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bytea[], %s::bytea[])""",
                [now, *(list(column) for column in zip(*links, strict=True))],
            )
            head = {"number": number, "event_id": links[-1][1], "chain": before.hex(), "sealed_at": now.isoformat()}
            transaction.on_commit(lambda: _export(head))
        if len(read) < BATCH:
            cursor.execute("UPDATE audit_sealer SET horizon = %s::xid8", [high])
    return _Batch(len(read), len(rows), number, read[-1][1] if read else after)


def _export(head: dict[str, Any]) -> None:
    """Add the end of the chain to a file outside the database: whoever cuts the chain there is found out here."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "audit-heads.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(head) + "\n")

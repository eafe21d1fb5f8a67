"""Reading the log: what still waits, pages of it, and whether anybody has changed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from audit.models import Delivery, Event
from audit.rules.chain import START, Row, link, row_hash

GIVE_UP_AFTER = 20
PAGE = 50
CHUNK = 5000

ROW_COLUMNS = (
    "e.id, e.happened_at, e.name, e.actor, e.department_id, e.about, e.payload::text, e.request_id, e.xact::text"
)


def handlers_of(name: str) -> tuple[str, ...]:
    """Who reacts to facts of that name: for SQL that calls `audit_append` itself, too."""
    handlers: tuple[str, ...] = import_string(settings.SUBSCRIPTIONS).get(name, ())
    return handlers


def waiting_delivery_ids(*, limit: int) -> list[int]:
    """What to try again. Past GIVE_UP_AFTER a person must look: the operator's page lists those."""
    waiting = Delivery.objects.filter(delivered_at=None, attempts__lt=GIVE_UP_AFTER).order_by("id")
    return list(waiting.values_list("id", flat=True)[:limit])


def given_up() -> QuerySet[Delivery]:
    """Deliveries that failed GIVE_UP_AFTER times, oldest first."""
    return Delivery.objects.filter(delivered_at=None, attempts__gte=GIVE_UP_AFTER).order_by("id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the log is asked for. `since` and `until` are moments, half open; `until` also bounds the partitions."""

    since: datetime
    until: datetime
    actor: str = ""
    name: str = ""
    about: str = ""


def page_of_log(filters: Filters, *, before: tuple[datetime, int] | None = None, size: int = PAGE) -> list[Event]:
    """The newest first, `size` + 1 rows at most (the last one says that there is more). Never counts."""
    rows = Event.objects.filter(happened_at__gte=filters.since, happened_at__lt=filters.until)
    if filters.actor:
        rows = rows.filter(actor__in=[filters.actor, f"user:{filters.actor}", f"client:{filters.actor}"])
    if filters.name:
        rows = rows.filter(name__startswith=filters.name)
    if filters.about:
        rows = rows.filter(about=filters.about)
    if before is not None:
        moment, key = before
        rows = rows.filter(Q(happened_at__lt=moment) | Q(happened_at=moment, id__lt=key), happened_at__lte=moment)
    return list(rows.order_by("-happened_at", "-id")[: size + 1])


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the seal contradicts. `kind`: changed, missing, unsealed, seal_missing, seal_broken, cut."""

    kind: str
    event_id: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """One exported end of the chain, kept outside the database."""

    number: int
    event_id: int
    chain_hash: bytes


@dataclass(slots=True)
class Verification:
    """Counts, filled while `problems` is walked."""

    events: int = 0
    seals: int = 0
    heads: int = 0
    waiting: int = 0


def problems(counts: Verification, *, key: bytes, heads: Iterator[Head]) -> Iterator[Problem]:
    """Recompute the whole chain, then look for rows that it should hold and does not. Memory stays flat.

    The seals are read in their order, CHUNK at a time, each with its row. Then the exported `heads` (in order of
    number) must be links of this chain: a chain cut at its end, or made anew, is missing one.
    """
    yield from _broken_links(counts, key=key, heads=heads)
    yield from _unsealed(counts)


def _broken_links(counts: Verification, *, key: bytes, heads: Iterator[Head]) -> Iterator[Problem]:
    before, number = START, 0
    head = next(heads, None)
    while chunk := _sealed_rows(after=number):
        for seal_number, event_id, sealed_hash, chain_hash, row in chunk:
            if seal_number != number + 1:
                yield Problem("seal_missing", event_id, f"{number + 1}–{seal_number - 1}")
            elif link(key, before, event_id, bytes(sealed_hash)) != bytes(chain_hash):
                yield Problem("seal_broken", event_id, str(seal_number))
            if row is None:
                yield Problem("missing", event_id, str(seal_number))
            elif row_hash(row) != bytes(sealed_hash):
                yield Problem("changed", event_id, row.name)
            else:
                counts.events += 1
            while head is not None and head.number <= seal_number:
                counts.heads += 1
                if head.number < seal_number or head.chain_hash != bytes(chain_hash):
                    yield Problem("cut", head.event_id, str(head.number))
                head = next(heads, None)
            counts.seals += 1
            before, number = bytes(chain_hash), seal_number
    while head is not None:
        counts.heads += 1
        yield Problem("cut", head.event_id, str(head.number))
        head = next(heads, None)


def _sealed_rows(*, after: int) -> list[tuple[int, int, bytes, bytes, Row | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.number, s.event_id, s.row_hash, s.chain_hash, {ROW_COLUMNS}
            FROM (SELECT * FROM audit_seal WHERE number > %s ORDER BY number LIMIT %s) s
            LEFT JOIN LATERAL (
              SELECT * FROM audit_event WHERE happened_at = s.happened_at AND id = s.event_id LIMIT 1
            ) e ON true
            ORDER BY s.number""",
            [after, CHUNK],
        )
        return [(n, e, h, c, Row(*rest) if rest[0] is not None else None) for n, e, h, c, *rest in cursor.fetchall()]


def _unsealed(counts: Verification) -> Iterator[Problem]:
    """Rows outside the chain. Those that the sealer has not reached yet only wait; the rest were put in behind it."""
    for happened_at, event_id, name, passed in _walk_unsealed():
        if passed:
            yield Problem("unsealed", event_id, f"{name} {happened_at.isoformat()}")
        else:
            counts.waiting += 1


def _walk_unsealed() -> Iterator[tuple[datetime, int, str, bool]]:
    position: tuple[Any, int] = ("-infinity", 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT e.happened_at, e.id, e.name, e.xact < (SELECT horizon FROM audit_sealer)
                FROM audit_event e
                WHERE (e.happened_at, e.id) > (%s::timestamptz, %s)
                  AND NOT EXISTS (
                    SELECT 1 FROM audit_seal s WHERE s.event_id = e.id AND s.happened_at = e.happened_at)
                ORDER BY e.happened_at, e.id LIMIT %s""",
                [*position, CHUNK],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < CHUNK:
            return
        position = (rows[-1][0], rows[-1][1])

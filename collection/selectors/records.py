"""Records and their life, as the pages show them. The newest first; never more than a few screens are read."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, Q, QuerySet

from catalog.rules.definition import Definition
from catalog.selectors import definition_of
from collection import policies
from collection.models import Promise, Record, RecordChange, RecordDispute, RecordKey, Trigger
from collection.rules.keys import document_key
from collection.rules.showing import HIDDEN, is_sealed, shown_cells
from collection.rules.states import RecordState
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.terms import month_later
from subjects.selectors import holder_of
from toolkit.clock import start_of
from toolkit.keyset import Capped, count_of


class RecordNotFound(NotFound):
    code = "collection.record_not_found"
    message = "没有这条信用信息记录，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilters:
    """What the list is narrowed to; None, "" or False does not narrow. Months by their first day, inclusive.

    `q`: a document number or a unified social credit code, as it was typed. `state` "": every state. The records of
    one batch: records_of_batch.
    """

    item_id: int | None = None
    provider_id: int | None = None
    since: date | None = None
    until: date | None = None
    late: bool = False
    state: str = RecordState.CURRENT
    q: str = ""


def visible_to(actor: Actor) -> QuerySet[Record]:
    """What the actor's departments reported; the credit office sees all."""
    if not policies.may_see(actor):
        return Record.objects.none()
    if policies.sees_every_department(actor):
        return Record.objects.all()
    return Record.objects.filter(provider_id__in=actor.departments)


def record_page(
    actor: Actor, *, filters: RecordFilters, after: tuple[datetime, int] | None = None, limit: int
) -> list[Record]:
    """Records, the newest first. `after`: (recorded_at, id) of the last one seen (keyset).

    One question for each of the actor's departments, merged: so each walks an index that is in order already.
    """
    rows = _filtered(visible_to(actor), filters)
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(recorded_at__lte=moment) & (Q(recorded_at__lt=moment) | Q(id__lt=last)))
    rows = rows.select_related("item", "provider").order_by("-recorded_at", "-id")
    if filters.provider_id is not None or policies.sees_every_department(actor) or not policies.may_see(actor):
        return list(rows[:limit])
    parts = [rows.filter(provider_id=department)[:limit] for department in sorted(actor.departments)]
    merged = heapq.merge(*parts, key=lambda one: (one.recorded_at, one.pk), reverse=True)
    return [record for record, _ in zip(merged, range(limit), strict=False)]


def records_of_batch(
    actor: Actor, *, batch_id: int, state: str = "", after: tuple[int, int] | None = None, limit: int
) -> list[Record]:
    """What a batch brought, in the order of its rows. `after`: (row number, id) of the last one seen (keyset)."""
    rows = visible_to(actor).filter(batch_id=batch_id, row_number__isnull=False)
    if state:
        rows = rows.filter(state=state)
    if after is not None:
        row, last = after
        rows = rows.filter(Q(row_number__gte=row) & (Q(row_number__gt=row) | Q(id__gt=last)))
    return list(rows.select_related("item", "provider").order_by("row_number", "id")[:limit])


def record_count(actor: Actor, *, filters: RecordFilters) -> Capped:
    """How many, without reading more than a thousand."""
    return count_of(_filtered(visible_to(actor), filters))


def _filtered(rows: QuerySet[Record], filters: RecordFilters) -> QuerySet[Record]:
    if filters.item_id is not None:
        rows = rows.filter(item_id=filters.item_id)
    if filters.provider_id is not None:
        rows = rows.filter(provider_id=filters.provider_id)
    if filters.since is not None:
        rows = rows.filter(recorded_at__gte=start_of(filters.since))
    if filters.until is not None:
        rows = rows.filter(recorded_at__lt=start_of(month_later(filters.until)))
    if filters.late:
        rows = rows.filter(late=True)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.q:
        rows = _named(rows, filters.q.strip())
    return rows


def _named(rows: QuerySet[Record], text: str) -> QuerySet[Record]:
    """By document number as it was written or as it is usually written, or by the subject's code."""
    subject = holder_of(uscc=text.upper()) if len(text) == 18 and text.isascii() else None
    wanted = Q(document_no__in={text, document_key(text)})
    return rows.filter(Q(subject_id=subject) if subject else wanted)


def get_record(actor: Actor, record_id: int, *, for_update: bool = False) -> Record:
    """One record, found by its key row, which says the partition. Raises RecordNotFound, also for another's."""
    moment = RecordKey.objects.filter(record_id=record_id).values_list("recorded_at", flat=True).first()
    if moment is None:
        raise RecordNotFound
    rows = visible_to(actor).filter(pk=record_id, recorded_at=moment)
    rows = rows.select_for_update(of=("self",)) if for_update else rows
    found = rows.select_related("item", "item_version", "provider").first()
    if found is None:
        raise RecordNotFound
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a record, under the label that its own version of the item gives it."""

    label: str
    value: str
    changed: bool = False


def lines_of(definition: Definition, content: dict[str, str], sealed: Iterable[str]) -> list[Line]:
    """What a record says, in the order of the catalogue, masked by it; empty fields are left out."""
    shown = shown_cells(definition, content) | dict.fromkeys(sealed, HIDDEN)
    return [
        Line(field.name + (f"（{field.unit}）" if field.unit else ""), shown[field.code])
        for field in definition.fields
        if shown.get(field.code) or (is_sealed(field) and field.code in shown)
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A step in a record's life: what it said before, under the labels of that time."""

    change: RecordChange
    lines: list[Line]


def life_of(record: Record) -> list[Step]:
    """What happened to a record after it was taken, the latest first."""
    changes = RecordChange.objects.filter(record_id=record.pk).order_by("-id")
    return [
        Step(
            change,
            lines_of(
                definition_of(change.item_version_id), change.before.get("content", {}), change.sealed_before.keys()
            ),
        )
        for change in changes
    ]


def triggers_of(record_id: int) -> list[Trigger]:
    """What the record raises now."""
    return triggers_of_many([record_id]).get(record_id, [])


def triggers_of_many(record_ids: Sequence[int]) -> dict[int, list[Trigger]]:
    """What each of the records raises now; one that raises nothing is left out."""
    found: dict[int, list[Trigger]] = {}
    rows = Trigger.objects.filter(record_id__in=record_ids, rev_to=None).select_related("source")
    for one in rows.order_by("source__code", "id"):
        found.setdefault(one.record_id, []).append(one)
    return found


def promise_of(record_id: int) -> Promise | None:
    return Promise.objects.filter(record_id=record_id).first()


@dataclass(frozen=True, slots=True)
class GraveRecord:
    """A record that weighs: its department graded it 严重, or it raised a ban with a term of its own."""

    id: int
    subject_id: int
    item_name: str
    document_no: str
    authority: str
    decided_on: date


def grave_records(*, first: int, last: int) -> list[GraveRecord]:
    """The grave ones among the current records with ids from `first` to `last`: one chunk of a batch, or one record.

    Their key rows say in which partitions they are.
    """
    keys = RecordKey.objects.filter(record_id__range=(first, last)).aggregate(
        since=Min("recorded_at"), until=Max("recorded_at")
    )
    if keys["since"] is None:
        return []
    bans = Trigger.objects.filter(record_id__range=(first, last))
    moments = (keys["since"], keys["until"])
    return _grave(Record.objects.filter(recorded_at__range=moments, pk__range=(first, last)), bans)


def grave_changed(*, batch_id: int) -> list[GraveRecord]:
    """The grave ones among the records whose content a batch changed."""
    rows = Record.objects.filter(batch_id=batch_id, version__gt=1)
    return _grave(rows, Trigger.objects.filter(record_id__in=rows.values("pk")))


def _grave(rows: QuerySet[Record], triggers: QuerySet[Trigger]) -> list[GraveRecord]:
    bans = triggers.filter(own_term=True, rev_to=None, released_on=None).values("record_id")
    found = rows.filter(Q(grade="严重") | Q(pk__in=bans), state=RecordState.CURRENT).select_related("item")
    return [
        GraveRecord(row.pk, row.subject_id, row.item.name, row.document_no, row.authority, row.decided_on)
        for row in found.order_by("pk")
    ]


def open_dispute_of(record_id: int) -> RecordDispute | None:
    """The accepted objection that marks a record now."""
    return RecordDispute.objects.filter(record_id=record_id, ended_on=None).first()

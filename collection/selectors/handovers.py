"""What one day brought for the platform above, and the files that were made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from collection import policies
from collection.models import Handover, HandoverRun, Record, RecordChange, RecordKey
from collection.rules.places import field_place
from collection.rules.states import ChangeKind
from collection.rules.upward import Operation
from kernel.actor import Actor
from toolkit.clock import SHANGHAI
from toolkit.keyset import CAP, Capped

TOLD = (ChangeKind.CHANGED.value, ChangeKind.CORRECTED.value, ChangeKind.WITHDRAWN.value)
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class DayOfItem:
    """One line of the page: what a day holds of one item, and the newest file that was made of it."""

    item_id: int
    code: str
    name: str
    new: Capped
    changed: Capped
    withdrawn: Capped
    latest: Handover | None
    run: HandoverRun | None  # the newest that was asked for

    @property
    def is_empty(self) -> bool:
        return not (self.new.value or self.changed.value or self.withdrawn.value)


@dataclass(frozen=True, slots=True)
class AsItStood:
    """A record at the end of a day."""

    record: Record
    operation: Operation
    version_id: int
    content: dict[str, Any]
    sealed: dict[str, str]
    places: dict[str, str]  # what each sealed field is bound to
    reason: str


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in Shanghai, and that of the next."""
    begin = datetime.combine(day, time(), SHANGHAI)
    return begin, begin + timedelta(days=1)


def visible_handovers(actor: Actor) -> QuerySet[Handover]:
    """Handovers concern every department: the credit office sees all, nobody else any."""
    if not policies.may_run_the_intake(actor):
        return Handover.objects.none()
    return Handover.objects.select_related("item", "xlsx", "xml", "run")


def is_whole(run: HandoverRun) -> bool:
    """Whether all files of a run are there."""
    return run.finished_at is not None and not run.trouble


def open_runs(actor: Actor) -> list[HandoverRun]:
    """What workers are at, or will be, the oldest first."""
    if not policies.may_run_the_intake(actor):
        return []
    return list(HandoverRun.objects.filter(finished_at=None).select_related("item", "job").order_by("id")[:AT_ONCE])


def handover_page(actor: Actor, *, after: tuple[date, int] | None, limit: int) -> list[Handover]:
    """The newest day first; `after`: (day, id) of the last one seen (keyset)."""
    rows = visible_handovers(actor)
    if after is not None:
        day, last = after
        rows = rows.filter(Q(day__lte=day) & (Q(day__lt=day) | Q(id__lt=last)))
    return list(rows.order_by("-day", "-id")[:limit])


_OF_ITEMS = """
SELECT DISTINCT ON (item_id) item_id AS id, code, name FROM catalog_pub_version
WHERE published_on IS NOT NULL ORDER BY item_id, number DESC"""
_CHANGES = """
SELECT k.item_id, count(*) FILTER (WHERE c.kind <> 'withdrawn') AS changed,
  count(*) FILTER (WHERE c.kind = 'withdrawn') AS withdrawn
FROM collection_recordchange c JOIN collection_recordkey k ON k.record_id = c.record_id
WHERE c.changed_at >= %(begin)s AND c.changed_at < %(end)s AND c.kind IN ('changed', 'corrected', 'withdrawn')
GROUP BY k.item_id"""
_DAY = f"""
SELECT i.id, i.code, i.name,
  (SELECT count(*) FROM (SELECT 1 FROM collection_record r
     WHERE r.item_id = i.id AND r.recorded_at >= %(begin)s AND r.recorded_at < %(end)s LIMIT {CAP + 1}) n),
  coalesce(c.changed, 0), coalesce(c.withdrawn, 0)
FROM ({_OF_ITEMS}) i LEFT JOIN ({_CHANGES}) c ON c.item_id = i.id"""


def day_of_items(day: date) -> list[DayOfItem]:
    """For each item that was ever published what the day holds, those with something first; above CAP it says so."""
    begin, end = day_bounds(day)
    latest = {row.item_id: row for row in Handover.objects.filter(day=day).order_by("number")}
    runs = {run.item_id: run for run in HandoverRun.objects.filter(day=day).select_related("job").order_by("id")}
    with connection.cursor() as cursor:
        cursor.execute(_DAY, {"begin": begin, "end": end})
        rows = cursor.fetchall()
    lines = [
        DayOfItem(
            item_id, code, name, Capped(new), Capped(changed), Capped(gone), latest.get(item_id), runs.get(item_id)
        )
        for item_id, code, name, new, changed, gone in rows
    ]
    return sorted(lines, key=lambda line: (line.is_empty, line.code))


def item_of_code(code: str) -> tuple[int, str] | None:
    """(id, name) of an item that was ever published."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name FROM ({_OF_ITEMS}) i WHERE code = %s", [code])
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else None


def ids_of_day(item_id: int, day: date) -> list[int]:
    """Every record of the item that was recorded, changed, corrected or withdrawn on the day, by id."""
    begin, end = day_bounds(day)
    new = Record.objects.filter(item_id=item_id, recorded_at__gte=begin, recorded_at__lt=end)
    changed = RecordChange.objects.filter(changed_at__gte=begin, changed_at__lt=end, kind__in=TOLD)
    ids = set(new.order_by("id").values_list("id", flat=True))
    touched = set(changed.order_by("id").values_list("record_id", flat=True)) - ids
    of_item = RecordKey.objects.filter(item_id=item_id, record_id__in=touched)
    return sorted(ids | set(of_item.order_by("id").values_list("record_id", flat=True)))


def as_they_stood(ids: Sequence[int], day: date) -> Iterator[AsItStood]:
    """These records as they stood at the end of the day, in the order of the ids; what was destroyed is left out."""
    for start in range(0, len(ids), AT_ONCE):
        yield from _stood(ids[start : start + AT_ONCE], day)


def _stood(ids: Sequence[int], day: date) -> Iterator[AsItStood]:
    begin, end = day_bounds(day)
    keys = dict(RecordKey.objects.filter(record_id__in=ids).order_by("id").values_list("record_id", "recorded_at"))
    if not keys:
        return
    moments = sorted(keys.values())  # they name the partitions
    rows = Record.objects.filter(id__in=ids, recorded_at__gte=moments[0], recorded_at__lte=moments[-1])
    changes: dict[int, list[RecordChange]] = {}
    for change in RecordChange.objects.filter(record_id__in=ids, changed_at__gte=begin).order_by("id"):
        changes.setdefault(change.record_id, []).append(change)
    for record in rows.order_by("id"):
        of_record = changes.get(record.pk, [])
        that_day = [change for change in of_record if change.changed_at < end]
        later = [change for change in of_record if change.changed_at >= end]
        if any(change.kind == ChangeKind.DELETED for change in of_record):
            continue  # kept no longer: there is nothing left to hand up
        gone = [change for change in that_day if change.kind == ChangeKind.WITHDRAWN]
        if gone:
            operation = Operation.WITHDRAWN
        else:
            operation = Operation.NEW if begin <= record.recorded_at < end else Operation.CHANGED
        # the row that brought what was said then: what it sealed is bound to it
        brought = (later[0].batch_id, later[0].row_number) if later else (record.batch_id, record.row_number)
        sealed = later[0].sealed_before if later else record.sealed
        yield AsItStood(
            record=record,
            operation=operation,
            version_id=later[0].item_version_id if later else record.item_version_id,
            content=later[0].before.get("content", {}) if later else record.content,
            sealed=sealed,
            places={code: field_place(brought[0] or 0, brought[1] or 0, code) for code in sealed},
            reason=gone[-1].reason if gone else "",
        )

"""What a credit report of an organisation says of its records: all that may be told, the newest first.

Two readings. *Public*: what the law lets anybody read. *Own*: what the organisation itself may be shown, who is told
what is held about it; never what the catalogue shares with nobody, never a sealed cell, never what is told no longer.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Q, QuerySet

from catalog.rules.definition import Definition, Field
from catalog.selectors import definition_of
from collection.models import Record
from collection.rules.publicity import NOT_SHOWN, PUBLIC, SHOWN
from collection.rules.showing import is_sealed, shown_cells
from collection.rules.states import RecordState

NOBODY = "不予共享"
SCANNED = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One record as it is told: no cell of it is sealed, and none is of a narrower scope than the reading."""

    id: int
    item_name: str
    information_class: str
    class_edition: str
    document_no: str
    authority: str
    provider: str
    decided_on: date
    grade: str
    publicity_state: str
    publicity_until: date | None
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of an item there are, listed or not."""

    item_name: str
    information_class: str
    class_edition: str
    count: int


@dataclass(frozen=True, slots=True)
class ToldRecords:
    """`marks`: record id -> what would change if the record did, of every record that may be told."""

    listed: tuple[Told, ...]
    counts: tuple[Count, ...]
    marks: Mapping[int, str]


def records_told(*, subject_id: int, on: date, own: bool, limit: int) -> ToldRecords:
    """What is told of an organisation's records on a day; the newest `limit` of them in full, all of them counted.

    The caller has made sure that the subject is no natural person.
    """
    definitions = _Definitions()
    rows = _open(subject_id, on, own=own)
    narrow = rows.values_list("pk", "item_version_id", "version", "publicity_state", "publicity_until")
    told = [row for row in narrow.iterator(SCANNED) if own_or_public(definitions[row[1]], own=own)]
    counted = Counter(_heading(definitions[version]) for _, version, *_ in told)
    listed = (
        _told(row, definitions[row.item_version_id], own=own)
        for row in rows.select_related("provider").order_by("-decided_on", "-pk").iterator(SCANNED)
        if own_or_public(definitions[row.item_version_id], own=own)
    )
    return ToldRecords(
        tuple(islice(listed, limit)),
        tuple(Count(*heading, number) for heading, number in sorted(counted.items())),
        {pk: f"{version}|{state}|{until or ''}" for pk, _, version, state, until in told},
    )


def marks_told(*, subject_id: int, on: date, own: bool) -> dict[int, str]:
    """The marks of what would be told on a day, without reading what the records say."""
    definitions = _Definitions()
    rows = _open(subject_id, on, own=own)
    narrow = rows.values_list("pk", "item_version_id", "version", "publicity_state", "publicity_until")
    return {
        pk: f"{version}|{state}|{until or ''}"
        for pk, item_version, version, state, until in narrow.iterator(SCANNED)
        if own_or_public(definitions[item_version], own=own)
    }


def own_or_public(definition: Definition, *, own: bool) -> bool:
    """Whether records of an item may be told at all."""
    return definition.sharing_scope != NOBODY if own else definition.sharing_scope == PUBLIC


def _open(subject_id: int, on: date, *, own: bool) -> QuerySet[Record]:
    """What is not over. 信用修复管理办法: the end of the period, or a repair, ends publicity and sharing."""
    published = Q(publicity_state=SHOWN) & (Q(publicity_until=None) | Q(publicity_until__gte=on))
    rows = Record.objects.filter(subject_id=subject_id, state=RecordState.CURRENT)
    return rows.filter(published | Q(publicity_state=NOT_SHOWN) if own else published)


class _Definitions(dict[int, Definition]):
    """Read once for a report; there are few versions and many records."""

    def __missing__(self, version_id: int) -> Definition:
        self[version_id] = definition_of(version_id)
        return self[version_id]


def _heading(definition: Definition) -> tuple[str, str, str]:
    return definition.item_name, definition.information_class, definition.class_edition


def _told(row: Record, definition: Definition, *, own: bool) -> Told:
    return Told(
        row.pk,
        *_heading(definition),
        row.document_no,
        row.authority,
        row.provider.name if row.provider else row.authority,
        row.decided_on,
        row.grade,
        row.publicity_state,
        row.publicity_until,
        tuple(_lines(definition, row.content, own=own)),
    )


def _lines(definition: Definition, content: dict[str, str], *, own: bool) -> Iterator[tuple[str, str]]:
    """The fields that the reading may show, but for those that the head of the record says already."""
    roles = definition.roles
    said = {
        roles.name,
        roles.subject_kind,
        roles.uscc,
        roles.reg_no,
        roles.org_code,
        roles.document_no,
        roles.authority,
        roles.decided_on,
    }
    said |= {roles.publicity_state, roles.publicity_until, roles.grade}
    shown = shown_cells(definition, content)
    for field in definition.fields:
        if field.code not in said and shown.get(field.code) and _may_show(field, definition, own=own):
            yield (
                field.name + (f"（{field.unit}）" if field.unit and field.unit not in field.name else ""),
                shown[field.code],
            )


def _may_show(field: Field, definition: Definition, *, own: bool) -> bool:
    scope = field.sharing or definition.sharing_scope
    return not is_sealed(field) and (scope != NOBODY if own else scope == PUBLIC)

"""What anybody may read of records: by the catalogue public, in publicity that day, about organisations.

信用修复管理办法: publicity ends with its period or a repair. 浙江省公共信用信息管理条例 第十五条: what concerns
natural persons is not published. A field is shown if the catalogue makes it public, never a person's name or number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.rules.definition import SHARING_SCOPES, Definition, Field, FieldType, Masking
from catalog.selectors import definition_of
from catalog.selectors.versions import newest_published
from collection.models import Record
from collection.rules.publicity import SHOWN
from collection.rules.showing import shown_cells
from collection.rules.states import RecordState
from subjects.rules.kinds import Kind
from subjects.selectors import without_persons

PUBLIC = SHARING_SCOPES[0]
LISTED = (Kind.LEGAL_PERSON.value, Kind.OTHER_ORGANISATION.value)  # a sole trader by exact code only
BY_CODE = (*LISTED, Kind.SOLE_TRADER.value)
OF_ORGANISATIONS = """EXISTS (SELECT 1 FROM subjects_pub_subject s
WHERE s.id = collection_record.subject_id AND s.kind = ANY (%s))"""


@dataclass(frozen=True, slots=True)
class PublicLine:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as everybody sees it. `after`: of the list that it stands in (keyset)."""

    id: int
    subject_id: int
    item_code: str
    item_name: str
    information_class: str
    document_no: str
    authority: str
    decided_on: date
    publicity_until: date | None
    lines: tuple[PublicLine, ...]
    recorded_at: datetime


def public_records_of(*, subject_id: int, on: date, limit: int) -> list[PublicRecord]:
    """Of one organisation, the latest decision first; of a person nothing."""
    rows = _public(on).filter(_about(BY_CODE), subject_id=subject_id)
    return _shown(rows.order_by("-decided_on", "-id")[:limit])


def public_records(
    *, item_codes: Collection[str], on: date, after: tuple[datetime, int] | None = None, limit: int
) -> list[PublicRecord]:
    """Of all organisations that are listed publicly, the latest recorded first. `after`: (recorded_at, id)."""
    rows = _public(on).filter(item__code__in=item_codes).filter(_about(LISTED))
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(recorded_at__lte=moment) & (Q(recorded_at__lt=moment) | Q(id__lt=last)))
    return _shown(rows.order_by("-recorded_at", "-id")[:limit])


def public_item_codes(*, information_class: str = "") -> list[tuple[str, str]]:
    """(code, name) of the items whose records are public now."""
    rows = newest_published().filter(sharing_scope=PUBLIC)
    if information_class:
        rows = rows.filter(information_class=information_class)
    return [(row.item.code, row.name) for row in rows.select_related("item").order_by("item__code")]


def _about(kinds: Collection[str]) -> RawSQL:
    return RawSQL(OF_ORGANISATIONS, [list(kinds)], output_field=BooleanField())


def _public(on: date) -> QuerySet[Record]:
    open_items = newest_published().filter(sharing_scope=PUBLIC).order_by().values("item_id")
    return Record.objects.filter(
        Q(publicity_until=None) | Q(publicity_until__gte=on),
        Q(ended_on=None) | Q(ended_on__gt=on),
        state=RecordState.CURRENT.value,
        publicity_state=SHOWN,
        item_version__sharing_scope=PUBLIC,
        item_id__in=open_items,
    ).select_related("item", "item_version")


def is_public(field: Field, definition: Definition) -> bool:
    """Whether everybody may read a field: by the catalogue, and no person's whatever the catalogue says."""
    roles = definition.roles
    persons = {roles.person_id, roles.person_id_kind, roles.responsible_id, roles.responsible_id_kind}
    persons |= {roles.responsible_name, roles.name}  # the subject's name is said once, above
    return (
        (field.sharing or definition.sharing_scope) == PUBLIC
        and field.type is not FieldType.ID_NUMBER
        and field.masking is Masking.NONE
        and field.code not in persons
    )


def _label(field: Field) -> str:
    return f"{field.name}（{field.unit}）" if field.unit and field.unit not in field.name else field.name


def _shown(rows: Sequence[Record] | QuerySet[Record]) -> list[PublicRecord]:
    """Every text of all rows goes through one net that leaves persons out."""
    found = list(rows)
    drafts: list[tuple[Record, list[tuple[str, str]]]] = []
    for row in found:
        definition = definition_of(row.item_version_id)
        cells = shown_cells(definition, row.content)
        lines = [
            (
                field.name + (f"（{field.unit}）" if field.unit and field.unit not in field.name else ""),
                cells[field.code],
            )
            for field in definition.fields
            if cells.get(field.code) and is_public(field, definition)
        ]
        drafts.append((row, lines))
    texts = [
        text for row, lines in drafts for text in (row.document_no, row.authority, *(value for _, value in lines))
    ]
    clean = iter(without_persons(texts))
    return [
        PublicRecord(
            id=row.pk,
            subject_id=row.subject_id,
            item_code=row.item.code,
            item_name=row.item_version.name,
            information_class=row.item_version.information_class,
            document_no=next(clean),
            authority=next(clean),
            decided_on=row.decided_on,
            publicity_until=row.publicity_until,
            lines=tuple(PublicLine(label, next(clean)) for label, _ in lines),
            recorded_at=row.recorded_at,
        )
        for row, lines in drafts
    ]

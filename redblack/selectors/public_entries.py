"""What anybody may read of lists: those that are 现行, their entries in force that day as far as they are public.

国办发〔2020〕49号: which lists are published, and what of them, the list itself says (公开范围). An entry about a
natural person is never shown, whatever a list says; a sole trader's only to who brings the exact code.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from redblack.models import Dispute, Entry, ListType
from redblack.rules.editions import PUBLIC
from redblack.rules.lists import LegalStatus
from redblack.selectors.public import SHOWN
from subjects.rules.kinds import Kind
from subjects.selectors import without_persons

BY_CODE = sorted({*SHOWN, Kind.SOLE_TRADER.value})
SEEN_BY_ALL = """EXISTS (SELECT 1 FROM subjects_pub_subject s
JOIN redblack_listtype l ON l.id = redblack_entry.list_type_id
WHERE s.id = redblack_entry.subject_id AND s.kind = ANY (%s) AND coalesce(l.publicity_scopes ->> s.kind, %s) = %s)"""


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry as everybody sees it."""

    id: int
    subject_id: int
    list_code: str
    list_title: str
    kind: str
    document_no: str
    authority: str
    ground: str
    legal_basis: str
    listed_on: date
    until: date | None
    exit_route: str
    disputed: bool


def public_list_types() -> list[ListType]:
    """Lists that are in use and may be shown of some organisation, by their kind and number."""
    rows = ListType.objects.filter(legal_status=LegalStatus.CURRENT.value, source__isnull=False)
    found = rows.order_by("kind", "number", "code")
    return [one for one in found if any(one.publicity_scopes.get(kind, PUBLIC) == PUBLIC for kind in SHOWN)]


def public_list_type(code: str) -> ListType | None:
    return next((one for one in public_list_types() if one.code == code), None)


def public_entries(*, list_code: str, on: date, after: int | None = None, limit: int) -> list[PublicEntry]:
    """Of one list, the latest registered first. `after`: the id of the last one seen (keyset)."""
    rows = _public(on, SHOWN).filter(list_type__code=list_code)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _shown(rows.order_by("-id")[:limit])


def public_entries_of(*, subject_id: int, on: date, limit: int) -> list[PublicEntry]:
    """Of one organisation, or of a sole trader whose exact code was brought."""
    return _shown(_public(on, BY_CODE).filter(subject_id=subject_id).order_by("-effective_from", "-id")[:limit])


def _public(on: date, kinds: list[str]) -> QuerySet[Entry]:
    return (
        Entry.objects.filter(
            Q(effective_until=None) | Q(effective_until__gte=on),
            Q(released_on=None) | Q(released_on__gt=on),
            effective_from__lte=on,
            list_type__legal_status=LegalStatus.CURRENT.value,
        )
        .filter(RawSQL(SEEN_BY_ALL, [kinds, PUBLIC, PUBLIC], output_field=BooleanField()))
        .select_related("list_type")
        .annotate(disputed=Exists(Dispute.objects.filter(entry=OuterRef("pk"), ended_on=None)))
    )


def _shown(rows: QuerySet[Entry]) -> list[PublicEntry]:
    found = list(rows)
    texts = [text for row in found for text in (row.document_no, row.authority, row.ground, row.exit_route)]
    clean = iter(without_persons(texts))
    return [
        PublicEntry(
            id=row.pk,
            subject_id=row.subject_id,
            list_code=row.list_type.code,
            list_title=row.list_type.title,
            kind=row.list_type.kind,
            document_no=next(clean),
            authority=next(clean),
            ground=next(clean),
            legal_basis=row.legal_basis,
            listed_on=row.effective_from,
            until=row.effective_until,
            exit_route=next(clean),
            disputed=bool(getattr(row, "disputed", False)),
        )
        for row in found
    ]

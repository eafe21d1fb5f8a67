"""What a credit report says of an organisation's entries: those in force on a day, with the mark of an objection.

河南省社会信用条例 第三十七、四十一条: what was left is told no longer; what is disputed is told with its mark.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from redblack.models import Dispute, Entry
from redblack.rules.editions import PUBLIC
from redblack.rules.lists import LegalStatus


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """One entry as it is told. `disputed`: the ground of an open objection, `suspended` with it."""

    id: int
    list_title: str
    list_kind: str
    document_no: str
    authority: str
    ground: str
    legal_basis: str
    decided_on: date | None
    effective_from: date
    effective_until: date | None
    exit_route: str
    performance: str
    grade: str
    disputed_on: date | None
    suspended: bool

    @property
    def mark(self) -> str:
        """What would change if the entry did."""
        return f"{self.document_no}|{self.effective_from}|{self.effective_until or ''}|{self.performance}|" + (
            f"{self.disputed_on or ''}|{self.suspended}"
        )


def entries_told(*, subject_id: int, kind: str, on: date, own: bool) -> list[ToldEntry]:
    """The entries of an organisation that are in force on a day, on lists that are 现行; by list, then by day.

    `kind` is the subject's: a list may be published for some kinds only. `own`: whoever is told of itself.
    """
    open_marks = Prefetch("disputes", queryset=Dispute.objects.filter(ended_on=None).order_by("pk"), to_attr="open")
    rows = (
        Entry.objects.filter(Q(effective_until=None) | Q(effective_until__gte=on))
        .filter(Q(released_on=None) | Q(released_on__gt=on))
        .filter(subject_id=subject_id, effective_from__lte=on, list_type__legal_status=LegalStatus.CURRENT)
        .select_related("list_type")
        .prefetch_related(open_marks)
        .order_by("list_type__number", "list_type__code", "effective_from", "pk")
    )
    return [_told(row) for row in rows if own or row.list_type.publicity_scopes.get(kind, PUBLIC) == PUBLIC]


def _told(row: Entry) -> ToldEntry:
    dispute: Dispute | None = next(iter(row.open), None)  # type: ignore[attr-defined]  # of the prefetch above
    return ToldEntry(
        row.pk,
        row.list_type.title,
        row.list_type.kind,
        row.document_no,
        row.authority,
        row.ground,
        row.legal_basis,
        row.decided_on,
        row.effective_from,
        row.effective_until,
        row.exit_route or row.list_type.exit_rule,
        row.performance,
        row.grade,
        dispute.marked_on if dispute else None,
        bool(dispute and dispute.suspended),
    )

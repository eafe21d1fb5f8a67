"""The entries of a subject, for the subject: those that stand and those that are over."""

from dataclasses import dataclass
from datetime import date

from redblack.models import Dispute, Entry
from redblack.selectors.entries import in_force, state_label


@dataclass(frozen=True, slots=True)
class OwnEntry:
    row: Entry
    state: str
    in_force: bool
    disputed: bool


def own_entries(*, subject_id: int, on: date, limit: int) -> list[OwnEntry]:
    """The latest first. Whoever shows them sees to it that he may. 《中华人民共和国个人信息保护法》 第四十五条."""
    rows = Entry.objects.filter(subject_id=subject_id).select_related("list_type")
    found = list(rows.order_by("-effective_from", "-id")[:limit])
    open_disputes = Dispute.objects.filter(entry__in=found, ended_on=None).order_by("pk")
    disputed = set(open_disputes.values_list("entry_id", flat=True))
    return [OwnEntry(row, state_label(row, on=on), in_force(row, on=on), row.pk in disputed) for row in found]

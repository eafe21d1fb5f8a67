"""Receipts in the order in which they were written, for who tells the subjects that they were checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from screening.models import Receipt


@dataclass(frozen=True, slots=True)
class AskedAbout:
    receipt_id: int
    checked_at: datetime
    matter_id: int
    stage: str
    department_id: int | None
    implementing_department_id: int
    subject_ids: Sequence[int]


def newest_receipt() -> int:
    """The highest number of a receipt that is committed; 0 without any."""
    return int(Receipt.objects.aggregate(newest=Max("id"))["newest"] or 0)


def asked_about(*, after: int, upto: int, limit: int) -> list[AskedAbout]:
    """Receipts numbered behind `after` as far as `upto`, in order, without their content."""
    rows = Receipt.objects.filter(id__gt=after, id__lte=upto).order_by("id")
    fields = ("id", "checked_at", "matter_id", "stage", "department_id", "implementing_department_id", "subject_ids")
    return [AskedAbout(*row) for row in rows.values_list(*fields)[:limit]]

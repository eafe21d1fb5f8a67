"""Spreadsheets of applicants: whose they are, and their receipts."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet

from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from screening import policies
from screening.models import CheckBatch, Receipt
from screening.rules.numbers import parts_of
from toolkit.clock import start_of


class BatchNotFound(NotFound):
    code = "screening.batch_not_found"
    message = "没有找到这个核查批次，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[CheckBatch]:
    """Batches of the actor's departments; the credit office sees all."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return CheckBatch.objects.all()
    if not policies.is_staff(actor):
        return CheckBatch.objects.none()
    return CheckBatch.objects.filter(department_id__in=actor.departments)


def get_batch(actor: Actor, batch_id: int) -> CheckBatch:
    """One batch in the actor's scope, with its matter. Raises BatchNotFound."""
    found = visible_to(actor).select_related("matter", "department").filter(pk=batch_id).first()
    if found is None:
        raise BatchNotFound
    return found


def batch_page(actor: Actor, *, after: int | None = None, limit: int = 20) -> list[CheckBatch]:
    """The newest first; `after`: the last id seen (keyset)."""
    found = visible_to(actor).select_related("matter", "department").order_by("-id")
    return list((found.filter(pk__lt=after) if after else found)[:limit])


def receipts_of(numbers: Sequence[str]) -> dict[str, Receipt]:
    """Receipts by number: each tells its day and its id, so its partition and its row."""
    parts = [found for number in numbers if (found := parts_of(number)) is not None]
    if not parts:
        return {}
    days = [day for day, _ in parts]
    rows = Receipt.objects.filter(
        id__in=[number for _, number in parts],
        checked_at__gte=start_of(min(days)),
        checked_at__lt=start_of(max(days)) + timedelta(days=1),
    )
    return {row.number: row for row in rows}

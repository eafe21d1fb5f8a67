"""Batches and the rows that they returned, as the pages show them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.selectors import scope
from collection import policies
from collection.models import Batch, RowProblem
from collection.rules.places import row_place
from kernel.actor import Actor
from kernel.errors import NotFound
from toolkit import crypto


class BatchNotFound(NotFound):
    code = "collection.batch_not_found"
    message = "没有这个归集批次，或您没有查看的权限。"


@dataclass(frozen=True, slots=True)
class BatchFilters:
    """What the list of batches is narrowed to; None or "" does not narrow. `to_mend`: with open problems."""

    item_id: int | None = None
    department_id: int | None = None
    state: str = ""
    channel: str = ""
    to_mend: bool = False


def visible_to(actor: Actor) -> QuerySet[Batch]:
    """The batches of the actor's departments; the credit office sees all."""
    if not policies.may_see(actor):
        return Batch.objects.none()
    departments = scope(actor)
    return Batch.objects.all() if departments is None else Batch.objects.filter(department_id__in=departments)


def batch_page(actor: Actor, *, filters: BatchFilters, after: tuple[datetime, int] | None, limit: int) -> list[Batch]:
    """Batches, the newest first. `after`: (created_at, id) of the last one seen (keyset)."""
    rows = visible_to(actor).select_related("item", "item_version", "department")
    for name in ("item_id", "department_id", "state", "channel"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.to_mend:
        rows = rows.filter(open_problems__gt=0)
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(created_at__lte=moment) & (Q(created_at__lt=moment) | Q(pk__lt=last)))
    return list(rows.order_by("-created_at", "-id")[:limit])


def get_batch(actor: Actor, batch_id: int) -> Batch:
    """One batch with its item, version, department and job. Raises BatchNotFound."""
    rows = visible_to(actor).select_related("item", "item_version", "department", "job")
    found = rows.filter(pk=batch_id).first()
    if found is None:
        raise BatchNotFound
    return found


def problem_page(actor: Actor, batch_id: int, *, after: int, limit: int, state: str = "open") -> list[RowProblem]:
    """Returned rows by row number, from `after` on; `state` "": of every state. Raises BatchNotFound."""
    if not visible_to(actor).filter(pk=batch_id).exists():
        raise BatchNotFound
    rows = RowProblem.objects.filter(batch_id=batch_id, row_number__gt=after)
    if state:
        rows = rows.filter(state=state)
    return list(rows.order_by("row_number")[:limit])


def cells_of(problem: RowProblem) -> Mapping[str, str]:
    """The cells of a returned row by the sender's own headings, in their order; none while they are being fetched."""
    if not problem.cells_ct:
        return {}
    place = row_place(problem.batch_id, problem.row_number)
    cells: dict[str, str] = json.loads(crypto.decrypt(problem.cells_ct, aad=place))
    return cells

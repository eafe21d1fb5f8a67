"""Batches and the rows that they returned, as the pages show them."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from collection import policies
from collection.models import Batch, RowProblem
from collection.rules.places import row_place
from collection.rules.states import ProblemState
from kernel.actor import Actor
from kernel.errors import NotFound
from toolkit import crypto
from toolkit.keyset import Capped, count_of


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
    """The batches of the actor's departments; the credit office sees all, a client system those of its own."""
    if policies.REPORT_SCOPE not in actor.scopes and not policies.may_see(actor):
        return Batch.objects.none()
    if policies.sees_every_department(actor):
        return Batch.objects.all()
    return Batch.objects.filter(department_id__in=actor.departments)


def batch_page(actor: Actor, *, filters: BatchFilters, after: tuple[datetime, int] | None, limit: int) -> list[Batch]:
    """Batches, the newest first. `after`: (created_at, id) of the last one seen (keyset)."""
    rows = visible_to(actor)
    said: dict[str, int | str | None] = {"item_id": filters.item_id, "department_id": filters.department_id}
    said |= {"state": filters.state or None, "channel": filters.channel or None}
    rows = rows.filter(**{key: value for key, value in said.items() if value is not None})
    if filters.to_mend:
        rows = rows.filter(open_problems__gt=0)
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(created_at__lte=moment) & (Q(created_at__lt=moment) | Q(pk__lt=last)))
    return list(rows.select_related("item", "department", "job").order_by("-created_at", "-id")[:limit])


def to_mend_count(actor: Actor) -> Capped:
    """How many batches have returned rows that nobody has dealt with."""
    return count_of(visible_to(actor).filter(open_problems__gt=0))


def get_batch(actor: Actor, batch_id: int) -> Batch:
    """One batch with its item, version, department, job and what it mends. Raises BatchNotFound."""
    rows = visible_to(actor).select_related("item", "item_version", "department", "job", "mends", "file")
    batch = rows.filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound
    return batch


def problem_page(actor: Actor, batch_id: int, *, after: int, limit: int, state: str = "open") -> list[RowProblem]:
    """Returned rows by row number, from `after` on; `state` "" shows all. Raises BatchNotFound."""
    get_batch(actor, batch_id)
    rows = RowProblem.objects.filter(batch_id=batch_id, row_number__gt=after).select_related("batch", "mended_by")
    if state:
        rows = rows.filter(state=ProblemState(state))
    return list(rows.order_by("row_number")[:limit])


def cells_of(problem: RowProblem) -> dict[str, str]:
    """The cells of a returned row by the sender's own headings, in their order. Empty while being fetched."""
    if not problem.cells_ct:
        return {}
    cells: dict[str, str] = json.loads(
        crypto.decrypt(problem.cells_ct, aad=row_place(problem.batch_id, problem.row_number))
    )
    return cells

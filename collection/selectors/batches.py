"""Batches and the rows that they returned, as the pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from collection.models import Batch, RowProblem
from kernel.actor import Actor
from kernel.errors import NotFound


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
    raise NotImplementedError


def batch_page(actor: Actor, *, filters: BatchFilters, after: tuple[datetime, int] | None, limit: int) -> list[Batch]:
    """Batches, the newest first. `after`: (created_at, id) of the last one seen (keyset)."""
    raise NotImplementedError


def get_batch(actor: Actor, batch_id: int) -> Batch:
    """One batch with its item, version, department and job. Raises BatchNotFound."""
    raise NotImplementedError


def problem_page(actor: Actor, batch_id: int, *, after: int, limit: int, state: str = "open") -> list[RowProblem]:
    """Returned rows by row number, from `after` on. Raises BatchNotFound."""
    raise NotImplementedError


def cells_of(problem: RowProblem) -> Mapping[str, str]:
    """The cells of a returned row by the sender's own headings, in their order."""
    raise NotImplementedError

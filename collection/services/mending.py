"""Returned rows: mended in the grid or in the returned workbook, or given up with a reason."""

from collections.abc import Collection, Mapping
from datetime import datetime

from collection.services.calls import Receipt
from kernel.actor import Actor


def mend_rows(
    *,
    batch_id: int,
    rows: Mapping[int, Mapping[str, str]],
    confirmed: Collection[int],
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Check these rows again, `rows`: row number -> cells by the batch's own headings. A new batch that mends it."""
    raise NotImplementedError


def drop_rows(*, batch_id: int, row_numbers: Collection[int], note: str, actor: Actor, now: datetime) -> int:
    """Give returned rows up, with a reason. Returns how many were open until now."""
    raise NotImplementedError

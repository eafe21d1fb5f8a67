"""Reactions to facts of lower floors: whoever subscribes to the list is to be told."""

from datetime import datetime
from typing import Any

from exchange.services.lifting import open_liftings
from exchange.services.numbering import call_workers
from kernel.actor import system


def on_list_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.*, redblack.list.received, collection.source.retired: something may have to be told."""
    call_workers()


def on_entry_released(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.released: whoever acted on it undoes it."""
    open_liftings(entry_ids=[payload["entry_id"]], actor=system("exchange"), now=now)


def on_rows_applied(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.list.rows_applied: the same for those that a received version no longer names."""
    open_liftings(entry_ids=payload["released"], actor=system("exchange"), now=now)

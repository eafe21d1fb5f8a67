"""Reactions to facts of lower floors: whoever subscribes to the list is to be told."""

from datetime import datetime
from typing import Any

from exchange.services.numbering import call_workers


def on_list_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.*, redblack.list.received, collection.source.retired: something may have to be told."""
    call_workers()

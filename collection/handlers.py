"""Reactions to facts of lower floors. Each is one idempotent call."""

from datetime import datetime
from typing import Any

from collection.services import duties
from kernel.actor import system


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: the last days of open tasks that rest on that year are worked out again."""
    duties.recompute_tasks(year=int(payload["year"]), actor=system("collection"), now=now)

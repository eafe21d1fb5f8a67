"""Reactions to facts of lower floors. Each is one idempotent call."""

from datetime import datetime
from typing import Any

from catalog import services
from kernel.actor import system


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: due dates of upkeep that rest on that year are worked out again."""
    services.recompute_upkeep(year=int(payload["year"]), actor=system("catalog"), now=now)

"""Reactions to facts of lower floors."""

from datetime import datetime
from typing import Any

from kernel.actor import system
from objections.services import recompute_clocks


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: last days that rest on that year are worked out again."""
    recompute_clocks(year=int(payload["year"]), actor=system("objections"), now=now)

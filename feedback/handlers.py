"""Reactions to facts of lower floors. Each is one idempotent call."""

from datetime import datetime
from typing import Any

from feedback import services
from kernel.actor import system


def on_check_called(payload: dict[str, Any], *, now: datetime) -> None:
    """screening.check.called: the implementing department owes a report on each measure."""
    services.open_dues(number=payload["number"], actor=system("feedback"), now=now)


def on_responses_answered(payload: dict[str, Any], *, now: datetime) -> None:
    """screening.responses.answered: what a department said of a task is its report; nobody says it twice."""
    services.report_tasks(task_ids=payload["tasks"], actor=system("feedback"), now=now)


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: due dates that rest on that year are worked out again."""
    services.recompute_dues(year=int(payload["year"]), actor=system("feedback"), now=now)

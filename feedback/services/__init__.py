"""What is done about a hit: the reports that are owed, and the letters to those whom a measure meets."""

from feedback.services.dues import CannotReport, open_dues, recompute_dues
from feedback.services.intake import take_cases
from feedback.services.reporting import (
    ReportedMeanwhile,
    ReportIncomplete,
    ReportTellsAPerson,
    report,
)
from feedback.services.tasks_told import report_tasks

__all__ = [
    "CannotReport",
    "ReportIncomplete",
    "ReportTellsAPerson",
    "ReportedMeanwhile",
    "open_dues",
    "recompute_dues",
    "report",
    "report_tasks",
    "take_cases",
]

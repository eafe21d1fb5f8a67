"""What is done about a hit: the reports that are owed, and the letters to those whom a measure meets."""

from feedback.services.dues import (
    CannotReport,
    ReportedMeanwhile,
    ReportIncomplete,
    ReportTellsAPerson,
    open_dues,
    recompute_dues,
    report,
)

__all__ = [
    "CannotReport",
    "ReportIncomplete",
    "ReportTellsAPerson",
    "ReportedMeanwhile",
    "open_dues",
    "recompute_dues",
    "report",
]

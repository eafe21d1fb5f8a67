"""Facts of this app. Ids and codes only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ReportIssued:
    """A credit report was written, signed and kept."""

    NAME: ClassVar[str] = "reports.report.issued"
    report_id: int
    number: str
    subject_id: int
    edition: str
    channel: str
    purpose: str
    file_id: int


@dataclass(frozen=True, slots=True)
class ReportOpened:
    """Somebody read a report that was issued before."""

    NAME: ClassVar[str] = "reports.report.opened"
    report_id: int
    number: str
    subject_id: int

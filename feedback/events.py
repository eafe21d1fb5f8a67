"""Facts of feedback."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FeedbackOwed:
    NAME: ClassVar[str] = "feedback.due.opened"
    number: str
    dues: int


@dataclass(frozen=True, slots=True)
class CaseReported:
    NAME: ClassVar[str] = "feedback.case.reported"
    due_id: int
    case_id: int
    version: int
    action: str


@dataclass(frozen=True, slots=True)
class FileOpened:
    """Somebody read a file that proves a report."""

    NAME: ClassVar[str] = "feedback.attachment.opened"
    attachment_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class CasesTaken:
    """Reports that came in together; `cases`: [due, version] of those written. A large call has several facts."""

    NAME: ClassVar[str] = "feedback.cases.taken"
    channel: str
    same: int
    refused: int
    cases: list[list[int]]


@dataclass(frozen=True, slots=True)
class CaseFileReceived:
    NAME: ClassVar[str] = "feedback.case_file.received"
    file_id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseFileTaken:
    NAME: ClassVar[str] = "feedback.case_file.taken"
    file_id: int
    taken: int
    corrected: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class CaseFileOpened:
    """Somebody fetched the workbook that went back."""

    NAME: ClassVar[str] = "feedback.case_file.opened"
    file_id: int


@dataclass(frozen=True, slots=True)
class TalliesFolded:
    NAME: ClassVar[str] = "feedback.tallies.folded"
    sorts: int


@dataclass(frozen=True, slots=True)
class DuesRecomputed:
    NAME: ClassVar[str] = "feedback.dues.recomputed"
    year: int
    changed: int


@dataclass(frozen=True, slots=True)
class LetterWritten:
    NAME: ClassVar[str] = "feedback.letter.written"
    letter_id: int
    document_no: str
    subject_id: int
    measure_code: str
    file_id: int


@dataclass(frozen=True, slots=True)
class LetterServed:
    NAME: ClassVar[str] = "feedback.letter.served"
    letter_id: int
    served_on: str
    way: str


@dataclass(frozen=True, slots=True)
class LetterOpened:
    """Somebody read the file of a letter: reading is recorded, too."""

    NAME: ClassVar[str] = "feedback.letter.opened"
    letter_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class DuesChased:
    NAME: ClassVar[str] = "feedback.dues.chased"
    department_id: int
    dues: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SupervisionOpened:
    NAME: ClassVar[str] = "feedback.supervision.opened"
    supervision_id: int
    department_id: int
    fault: str
    figure: int


@dataclass(frozen=True, slots=True)
class SupervisionNoted:
    NAME: ClassVar[str] = "feedback.supervision.noted"
    supervision_id: int
    verb: str
    state: str


@dataclass(frozen=True, slots=True)
class TypicalChanged:
    NAME: ClassVar[str] = "feedback.typical.changed"
    typical_id: int
    what: str
    state: str


@dataclass(frozen=True, slots=True)
class UpReportMade:
    NAME: ClassVar[str] = "feedback.up_report.made"
    report_id: int
    month: str
    number: int
    cases: int


@dataclass(frozen=True, slots=True)
class UpReportFetched:
    NAME: ClassVar[str] = "feedback.up_report.fetched"
    report_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class UpReportHanded:
    NAME: ClassVar[str] = "feedback.up_report.handed"
    report_id: int
    note: str


@dataclass(frozen=True, slots=True)
class DispatchOpened:
    NAME: ClassVar[str] = "feedback.dispatch.opened"
    dispatch_id: int
    key: str
    rows: int


@dataclass(frozen=True, slots=True)
class DispatchAccepted:
    NAME: ClassVar[str] = "feedback.dispatch.accepted"
    dispatch_id: int
    key: str
    receipt: str


@dataclass(frozen=True, slots=True)
class DispatchGivenUp:
    NAME: ClassVar[str] = "feedback.dispatch.given_up"
    dispatch_id: int
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class DispatchCompared:
    """What the platform above says that it has of a file."""

    NAME: ClassVar[str] = "feedback.dispatch.compared"
    dispatch_id: int
    key: str
    rows: int
    above: int

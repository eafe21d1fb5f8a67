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

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

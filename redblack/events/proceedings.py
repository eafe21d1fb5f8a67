"""Facts of what leads to an entry. Ids, codes and dates only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ProceedingDrafted:
    NAME: ClassVar[str] = "redblack.proceeding.drafted"
    proceeding_id: int
    list_code: str
    subject_id: int
    track: str


@dataclass(frozen=True, slots=True)
class ProceedingSaved:
    NAME: ClassVar[str] = "redblack.proceeding.saved"
    proceeding_id: int
    changed: list[str]


@dataclass(frozen=True, slots=True)
class PaperAttached:
    NAME: ClassVar[str] = "redblack.paper.attached"
    paper_id: int
    proceeding_id: int
    kind: str
    file_id: int


@dataclass(frozen=True, slots=True)
class PaperOpened:
    NAME: ClassVar[str] = "redblack.paper.opened"
    paper_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class NoticeMade:
    NAME: ClassVar[str] = "redblack.proceeding.noticed"
    proceeding_id: int
    notice_no: str
    paper_id: int


@dataclass(frozen=True, slots=True)
class NoticeServed:
    NAME: ClassVar[str] = "redblack.proceeding.served"
    proceeding_id: int
    served_on: str
    way: str
    due_on: str


@dataclass(frozen=True, slots=True)
class StatementReceived:
    NAME: ClassVar[str] = "redblack.statement.received"
    statement_id: int
    proceeding_id: int
    received_on: str
    way: str


@dataclass(frozen=True, slots=True)
class StatementAnswered:
    NAME: ClassVar[str] = "redblack.statement.answered"
    statement_id: int
    proceeding_id: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class PeriodChanged:
    NAME: ClassVar[str] = "redblack.proceeding.period_changed"
    proceeding_id: int
    what: str
    due_on: str


@dataclass(frozen=True, slots=True)
class ProceedingSubmitted:
    NAME: ClassVar[str] = "redblack.proceeding.submitted"
    proceeding_id: int
    decision_no: str


@dataclass(frozen=True, slots=True)
class ProceedingSentBack:
    NAME: ClassVar[str] = "redblack.proceeding.sent_back"
    proceeding_id: int


@dataclass(frozen=True, slots=True)
class EntryDecided:
    NAME: ClassVar[str] = "redblack.proceeding.decided"
    proceeding_id: int
    entry_id: int
    list_code: str
    decision_no: str


@dataclass(frozen=True, slots=True)
class ProceedingDropped:
    NAME: ClassVar[str] = "redblack.proceeding.dropped"
    proceeding_id: int
    list_code: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class DecisionsRead:
    NAME: ClassVar[str] = "redblack.decisions.read"
    list_code: str
    file_id: int
    taken: int
    refused: int

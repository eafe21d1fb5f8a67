"""Facts of exits, of what recognisers are asked, and of honours. Ids, codes and dates only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RemovalProposed:
    NAME: ClassVar[str] = "redblack.removal.proposed"
    removal_id: int
    entry_id: int
    list_code: str
    kind: str
    document_no: str


@dataclass(frozen=True, slots=True)
class RemovalDecided:
    """The entry's own fact, redblack.entry.released, says what follows from it."""

    NAME: ClassVar[str] = "redblack.removal.decided"
    removal_id: int
    entry_id: int
    list_code: str
    kind: str


@dataclass(frozen=True, slots=True)
class RemovalDropped:
    NAME: ClassVar[str] = "redblack.removal.dropped"
    removal_id: int
    entry_id: int
    list_code: str


@dataclass(frozen=True, slots=True)
class EntryPaperRead:
    """Somebody fetched a paper from the file of an entry."""

    NAME: ClassVar[str] = "redblack.entry.paper_read"
    entry_id: int
    paper_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class NameCleared:
    """A statement was published that undoes the harm of a wrong listing: goes to everybody who was told."""

    NAME: ClassVar[str] = "redblack.entry.name_cleared"
    entry_id: int
    list_code: str
    subject_id: int
    document_no: str


@dataclass(frozen=True, slots=True)
class RecogniserAsked:
    """New bad conduct of a subject on a red list: its recogniser is to say by `due_on` whether it stays."""

    NAME: ClassVar[str] = "redblack.recogniser.asked"
    task_id: int
    entry_id: int
    list_code: str
    subject_id: int
    cause: str
    due_on: str


@dataclass(frozen=True, slots=True)
class RecogniserAnswered:
    """`outcome`: removed, kept, told (a recogniser elsewhere was written to)."""

    NAME: ClassVar[str] = "redblack.recogniser.answered"
    task_id: int
    entry_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class RecognisersRecomputed:
    NAME: ClassVar[str] = "redblack.recogniser.recomputed"
    year: int
    changed: int


@dataclass(frozen=True, slots=True)
class HonourAdvanced:
    """A candidate for a red list went one step: drafted, compared, publicised, objected, answered, submitted ..."""

    NAME: ClassVar[str] = "redblack.honour.advanced"
    proceeding_id: int
    list_code: str
    subject_id: int
    step: str
    state: str

"""Facts of the lists. Ids, codes and dates only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ListTypeRegistered:
    NAME: ClassVar[str] = "redblack.list_type.registered"
    list_type_id: int
    code: str
    legal_status: str


@dataclass(frozen=True, slots=True)
class EditionDrafted:
    NAME: ClassVar[str] = "redblack.edition.drafted"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionSaved:
    """`before`, `after`: TypeContent.seen, so that it can be told which wording was written when."""

    NAME: ClassVar[str] = "redblack.edition.saved"
    edition_id: int
    code: str
    number: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditionSubmitted:
    NAME: ClassVar[str] = "redblack.edition.submitted"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionSentBack:
    NAME: ClassVar[str] = "redblack.edition.sent_back"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionPublished:
    NAME: ClassVar[str] = "redblack.edition.published"
    list_type_id: int
    edition_id: int
    code: str
    number: int
    drafted_by: str


@dataclass(frozen=True, slots=True)
class EditionDiscarded:
    NAME: ClassVar[str] = "redblack.edition.discarded"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class ListFactConfirmed:
    """`fact`: a key of rules.editions.FACTS; `was`: the mark that it came with."""

    NAME: ClassVar[str] = "redblack.list_type.fact_confirmed"
    list_type_id: int
    code: str
    fact: str
    was: str


@dataclass(frozen=True, slots=True)
class EntryBinds:
    NAME: ClassVar[str] = "redblack.entry.entered"
    entry_id: int
    list_code: str
    subject_id: int
    document_no: str
    effective_from: str


@dataclass(frozen=True, slots=True)
class EntryCorrected:
    """The authority now states an entry otherwise; `changed`: the names of the entry's fields."""

    NAME: ClassVar[str] = "redblack.entry.corrected"
    entry_id: int
    list_code: str
    subject_id: int
    version: str
    changed: list[str]


@dataclass(frozen=True, slots=True)
class EntryReleased:
    NAME: ClassVar[str] = "redblack.entry.released"
    entry_id: int
    list_code: str
    subject_id: int
    kind: str
    released_on: str
    document_no: str


@dataclass(frozen=True, slots=True)
class EntryDisputed:
    NAME: ClassVar[str] = "redblack.entry.disputed"
    entry_id: int
    list_code: str
    subject_id: int
    ground: str
    suspended: bool
    marked_on: str


@dataclass(frozen=True, slots=True)
class DisputeEnded:
    NAME: ClassVar[str] = "redblack.entry.dispute_ended"
    entry_id: int
    list_code: str
    subject_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class ListReceived:
    """A new version of a received list was applied: how many rows came, stayed, were corrected, and went."""

    NAME: ClassVar[str] = "redblack.list.received"
    list_code: str
    version: str
    added: int
    kept: int
    changed: int
    removed: int


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

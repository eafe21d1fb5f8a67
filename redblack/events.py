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
    """A new version of a received list was applied: how many rows came, stayed, were corrected, and went.

    Which entries: in the facts ListRowsApplied of the same version, recorded before this one.
    """

    NAME: ClassVar[str] = "redblack.list.received"
    list_code: str
    version: str
    added: int
    kept: int
    changed: int
    removed: int
    version_id: int = 0


@dataclass(frozen=True, slots=True)
class ListRowsApplied:
    """Some of the entries that a version entered, corrected or released: at most a thousand ids in one fact."""

    NAME: ClassVar[str] = "redblack.list.rows_applied"
    version_id: int
    list_code: str
    entered: list[int]
    corrected: list[int]
    released: list[int]


@dataclass(frozen=True, slots=True)
class ListVersionReceived:
    """A version arrived and is being compared; nothing of it counts yet."""

    NAME: ClassVar[str] = "redblack.list.version_received"
    version_id: int
    list_code: str
    version: str
    channel: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListVersionHeld:
    """A version waits for a person: the last one stands; who vanished or came with it could not be checked."""

    NAME: ClassVar[str] = "redblack.list.version_held"
    version_id: int
    list_code: str
    version: str
    reasons: list[str]
    vanished: int
    added: int


@dataclass(frozen=True, slots=True)
class ListVersionDecided:
    """A person decided about a version that was held: `outcome` released or discarded."""

    NAME: ClassVar[str] = "redblack.list.version_decided"
    version_id: int
    list_code: str
    version: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ListVersionRefused:
    """A version could not be read; the last one stands."""

    NAME: ClassVar[str] = "redblack.list.version_refused"
    version_id: int
    list_code: str
    version: str
    code: str


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

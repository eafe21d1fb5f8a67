"""Facts of collection. Ids and codes only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SourceRegistered:
    NAME: ClassVar[str] = "collection.source.registered"
    source_id: int
    code: str


@dataclass(frozen=True, slots=True)
class SourceRetired:
    """Nothing consults the source any more, from that revision of the register on."""

    NAME: ClassVar[str] = "collection.source.retired"
    source_id: int
    code: str
    reason: str
    revision: int


@dataclass(frozen=True, slots=True)
class SourceLoaded:
    """A version of a source is what we now hold; `held`: a person must confirm it first."""

    NAME: ClassVar[str] = "collection.source.loaded"
    source_id: int
    code: str
    version: str
    rows: int
    held: bool
    revision: int


@dataclass(frozen=True, slots=True)
class RecordTaken:
    NAME: ClassVar[str] = "collection.record.taken"
    record_id: int
    subject_id: int
    item_code: str
    document_no: str


@dataclass(frozen=True, slots=True)
class RecordEnded:
    """The record no longer counts: repaired, withdrawn, or its publicity is over."""

    NAME: ClassVar[str] = "collection.record.ended"
    record_id: int
    ended_on: str
    reason: str
    publicity_state: str


@dataclass(frozen=True, slots=True)
class TasksMade:
    NAME: ClassVar[str] = "collection.tasks.made"
    day: str
    made: int


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """`outcome`: done or nothing; `batch_id` 0: closed by hand."""

    NAME: ClassVar[str] = "collection.task.closed"
    task_id: int
    item_id: int
    department_id: int
    outcome: str
    batch_id: int


@dataclass(frozen=True, slots=True)
class TasksReminded:
    NAME: ClassVar[str] = "collection.tasks.reminded"
    department_id: int
    tasks: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TasksRecomputed:
    NAME: ClassVar[str] = "collection.tasks.recomputed"
    year: int
    changed: int


@dataclass(frozen=True, slots=True)
class PromiseClosed:
    NAME: ClassVar[str] = "collection.promise.closed"
    promise_id: int
    record_id: int
    subject_id: int
    state: str


@dataclass(frozen=True, slots=True)
class ExtractionSaved:
    NAME: ClassVar[str] = "collection.extraction.saved"
    extraction_id: int
    department_id: int
    item_code: str
    kind: str
    host: str
    port: int | None
    active: bool
    password_set: bool


@dataclass(frozen=True, slots=True)
class ExtractionTried:
    """Somebody tested the connection and saw `rows` masked rows; `trouble`: what was in the way."""

    NAME: ClassVar[str] = "collection.extraction.tried"
    extraction_id: int
    trouble: str
    rows: int


@dataclass(frozen=True, slots=True)
class ExtractionAsked:
    NAME: ClassVar[str] = "collection.extraction.asked"
    extraction_id: int


@dataclass(frozen=True, slots=True)
class ExtractionFailed:
    NAME: ClassVar[str] = "collection.extraction.failed"
    extraction_id: int
    trouble: str
    in_a_row: int


@dataclass(frozen=True, slots=True)
class FolderFileRefused:
    NAME: ClassVar[str] = "collection.extraction.file_refused"
    extraction_id: int
    code: str


@dataclass(frozen=True, slots=True)
class HandoverMade:
    """Files for the platform above. `persons`: records about natural persons; `numbers`: document numbers in them."""

    NAME: ClassVar[str] = "collection.handover.made"
    handover_id: int
    item_code: str
    day: str
    number: int
    records: int
    persons: int
    numbers: int


@dataclass(frozen=True, slots=True)
class HandoverFetched:
    NAME: ClassVar[str] = "collection.handover.fetched"
    handover_id: int
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class HandoverMarked:
    NAME: ClassVar[str] = "collection.handover.marked"
    handover_id: int
    item_code: str
    day: str
    number: int

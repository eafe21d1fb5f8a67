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
    """Files for the platform above. `persons`: records about natural persons, `numbers`: document numbers in them;
    `left_out`: records about natural persons that the catalogue does not share."""

    NAME: ClassVar[str] = "collection.handover.made"
    handover_id: int
    item_code: str
    day: str
    number: int
    records: int
    persons: int
    numbers: int
    left_out: int


@dataclass(frozen=True, slots=True)
class HandoverAsked:
    NAME: ClassVar[str] = "collection.handover.asked"
    run_id: int
    item_code: str
    day: str


@dataclass(frozen=True, slots=True)
class HandoverRunEnded:
    """`whole`: all files that the day needs are there."""

    NAME: ClassVar[str] = "collection.handover.ended"
    run_id: int
    item_code: str
    day: str
    files: int
    records: int
    whole: bool


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


@dataclass(frozen=True, slots=True)
class BatchReceived:
    """Somebody handed something in. `mends`: the batch whose returned rows these are; 0: none."""

    NAME: ClassVar[str] = "collection.batch.received"
    batch_id: int
    item_code: str
    department_id: int
    channel: str
    sha256: str
    mends: int


@dataclass(frozen=True, slots=True)
class RowsTaken:
    """One chunk of a batch. `digest`: SHA-256 over the digests of what was taken or changed, in the order of rows."""

    NAME: ClassVar[str] = "collection.rows.taken"
    batch_id: int
    item_code: str
    department_id: int
    taken: int
    changed: int
    same: int
    returned: int
    first_record: int
    last_record: int
    digest: str


@dataclass(frozen=True, slots=True)
class BatchDone:
    NAME: ClassVar[str] = "collection.batch.done"
    batch_id: int
    item_code: str
    department_id: int
    total: int
    taken: int
    changed: int
    same: int
    returned: int


@dataclass(frozen=True, slots=True)
class BatchRefused:
    """Nothing of it was taken. The reason is on the batch."""

    NAME: ClassVar[str] = "collection.batch.refused"
    batch_id: int
    item_code: str
    department_id: int
    total: int
    returned: int


@dataclass(frozen=True, slots=True)
class BatchCancelled:
    """Stopped on somebody's wish. `kept`: rows that had been dealt with and stay."""

    NAME: ClassVar[str] = "collection.batch.cancelled"
    batch_id: int
    item_code: str
    kept: int


@dataclass(frozen=True, slots=True)
class BatchResumed:
    NAME: ClassVar[str] = "collection.batch.resumed"
    batch_id: int
    item_code: str


@dataclass(frozen=True, slots=True)
class BatchFailed:
    """Its job was given up."""

    NAME: ClassVar[str] = "collection.batch.failed"
    batch_id: int
    job_id: int


@dataclass(frozen=True, slots=True)
class RowsDropped:
    """Returned rows were given up. The reason is on the rows."""

    NAME: ClassVar[str] = "collection.rows.dropped"
    batch_id: int
    rows: int


@dataclass(frozen=True, slots=True)
class RowsExpired:
    """What returned rows said was destroyed: nobody had mended them in their time."""

    NAME: ClassVar[str] = "collection.rows.expired"
    batch_id: int
    rows: int


@dataclass(frozen=True, slots=True)
class SenderTold:
    """Who handed a batch in was written to when it was over."""

    NAME: ClassVar[str] = "collection.sender.told"
    batch_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ReturnedFetched:
    """Somebody fetched the workbook of returned rows: it shows what they said, personal data included."""

    NAME: ClassVar[str] = "collection.returned.fetched"
    batch_id: int
    rows: int


@dataclass(frozen=True, slots=True)
class RecordWithdrawn:
    """Everything that the record raised has ended, terms of its own too: goes up for recall."""

    NAME: ClassVar[str] = "collection.record.withdrawn"
    record_id: int
    subject_id: int
    item_code: str
    document_no: str
    triggers: int


@dataclass(frozen=True, slots=True)
class RecordDisputed:
    """An objection against the record was accepted, or its measures rest (or no longer) by a decision."""

    NAME: ClassVar[str] = "collection.record.disputed"
    record_id: int
    subject_id: int
    ground: str
    suspended: bool
    marked_on: str


@dataclass(frozen=True, slots=True)
class RecordDisputeEnded:
    NAME: ClassVar[str] = "collection.record.dispute_ended"
    record_id: int
    subject_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class RecordArchived:
    NAME: ClassVar[str] = "collection.record.archived"
    record_id: int


@dataclass(frozen=True, slots=True)
class RecordsArchived:
    """By age, in one night."""

    NAME: ClassVar[str] = "collection.records.archived"
    day: str
    records: int
    first_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class RecordsDestroyed:
    """The proof that a retention period was kept: which records, and the digest over what each had said."""

    NAME: ClassVar[str] = "collection.records.destroyed"
    day: str
    item_code: str
    records: int
    ids: list[int]
    digest: str


@dataclass(frozen=True, slots=True)
class RecordRestored:
    """An end was taken back: what the record raised stands again."""

    NAME: ClassVar[str] = "collection.record.restored"
    record_id: int
    reason: str
    publicity_state: str
    triggers: int


@dataclass(frozen=True, slots=True)
class PublicityOver:
    """期满停止公示, in one night."""

    NAME: ClassVar[str] = "collection.publicity.over"
    day: str
    records: int
    ids: list[int]

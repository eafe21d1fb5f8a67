"""Facts of screening. A check is recorded by the SQL function that writes its receipt, under one of two names."""

from dataclasses import dataclass
from typing import ClassVar

CHECK_MADE = "screening.check.made"
CHECK_CALLED = "screening.check.called"  # the same, and the answer calls for measures: somebody owes feedback


@dataclass(frozen=True, slots=True)
class MatterRegistered:
    NAME: ClassVar[str] = "screening.matter.registered"
    matter_id: int
    code: str
    revision: int


@dataclass(frozen=True, slots=True)
class GeneralWindowsSet:
    """Which departments may ask about every matter, all of them."""

    NAME: ClassVar[str] = "screening.general_windows.set"
    department_ids: list[int]
    revision: int


@dataclass(frozen=True, slots=True)
class ReceiptRead:
    """Somebody looked at a receipt again: reading is recorded, too."""

    NAME: ClassVar[str] = "screening.receipt.read"
    number: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ReceiptReplayed:
    """Somebody had a past check answered anew. `known_at` "": as the check knew it. `same`: whether the answer is the
    receipt's; None where another day or another knowledge was asked for.
    """

    NAME: ClassVar[str] = "screening.receipt.replayed"
    number: str
    purpose: str
    as_of: str
    known_at: str
    same: bool | None


@dataclass(frozen=True, slots=True)
class ReceiptsDropped:
    """A month of receipts past their time was dropped. `digest`: SHA-256 over those of its days (in UTC), each over
    those of its rows in the order of their ids, as PostgreSQL writes a row as text in UTC. `first`, `last`: ids.
    """

    NAME: ClassVar[str] = "screening.receipts.dropped"
    month: str
    rows: int
    first: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    NAME: ClassVar[str] = "screening.choice.made"
    number: str
    what: str


@dataclass(frozen=True, slots=True)
class MattersImported:
    NAME: ClassVar[str] = "screening.matters.imported"
    file_name: str
    taken: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class ResponsesRaised:
    """Tasks for one measure of one department; several facts where there are many."""

    NAME: ClassVar[str] = "screening.responses.raised"
    item_code: str
    department_id: int
    due_on: str
    tasks: list[int]


@dataclass(frozen=True, slots=True)
class ResponsesEnded:
    NAME: ClassVar[str] = "screening.responses.ended"
    item_code: str
    department_id: int
    tasks: list[int]


@dataclass(frozen=True, slots=True)
class ResponsesAnswered:
    NAME: ClassVar[str] = "screening.responses.answered"
    verb: str
    tasks: list[int]


@dataclass(frozen=True, slots=True)
class ResponsesRecomputed:
    NAME: ClassVar[str] = "screening.responses.recomputed"
    year: int
    changed: int


@dataclass(frozen=True, slots=True)
class RehearsalStarted:
    NAME: ClassVar[str] = "screening.rehearsal.started"
    rehearsal_id: int
    item_id: int
    item_code: str
    digest: str


@dataclass(frozen=True, slots=True)
class RehearsalDone:
    """What publishing the draft would change: on the checks of a year, and on today's entries."""

    NAME: ClassVar[str] = "screening.rehearsal.done"
    rehearsal_id: int
    item_id: int
    digest: str
    checks: int
    checks_newly: int
    checks_no_longer: int
    subjects: int
    subjects_newly: int
    subjects_no_longer: int


@dataclass(frozen=True, slots=True)
class RosterFileReceived:
    """Members in a file, taken by a job. `replaces`: who is not in it leaves the roster."""

    NAME: ClassVar[str] = "screening.roster.file_received"
    roster_id: int
    upload_id: int
    sha256: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class RosterRowsTaken:
    """Rows of a file or a form have become members; `upload_id` 0: a form or the interface."""

    NAME: ClassVar[str] = "screening.roster.rows_taken"
    roster_id: int
    upload_id: int
    rows: int
    matched: int
    unknown: int
    identify: int
    invalid: int
    wrong_kind: int
    duplicate: int
    persons: int


@dataclass(frozen=True, slots=True)
class RosterMembersRemoved:
    NAME: ClassVar[str] = "screening.roster.members_removed"
    roster_id: int
    removed: int


@dataclass(frozen=True, slots=True)
class RosterRunAsked:
    NAME: ClassVar[str] = "screening.roster.run_asked"
    roster_id: int
    run_id: int
    why: str


@dataclass(frozen=True, slots=True)
class RosterRunEnded:
    """`state`: done, failed or cancelled. members = hit + clear + could_not_check; the others are findings made."""

    NAME: ClassVar[str] = "screening.roster.run_ended"
    roster_id: int
    run_id: int
    state: str
    members: int
    hit: int
    clear: int
    could_not_check: int
    newly_hit: int
    changed: int
    no_longer: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class RosterKept:
    """A roster was made or changed: what it asks and when. Not who is told: those are addresses of people."""

    NAME: ClassVar[str] = "screening.roster.kept"
    roster_id: int
    department_id: int
    made: bool
    persons: bool
    sources: list[int]
    measures_from: str
    schedule: str


@dataclass(frozen=True, slots=True)
class RosterStateSet:
    """Paused, in use again, or closed."""

    NAME: ClassVar[str] = "screening.roster.state_set"
    roster_id: int
    state: str


@dataclass(frozen=True, slots=True)
class RosterPersonsRead:
    """Somebody looked at a roster's persons (masked): which roster, where, how many rows."""

    NAME: ClassVar[str] = "screening.roster.persons_read"
    roster_id: int
    where: str
    rows: int


@dataclass(frozen=True, slots=True)
class RosterTold:
    """What a run has found was written to the roster's recipients; nothing of it is written twice."""

    NAME: ClassVar[str] = "screening.roster.told"
    roster_id: int
    run_id: int
    mails: int
    texts: int


@dataclass(frozen=True, slots=True)
class FindingsHandled:
    """`verb`: assign, snooze, dispose, reopen; `said`: to whom, until when, or the disposition."""

    NAME: ClassVar[str] = "screening.findings.handled"
    verb: str
    said: str
    findings: list[int]


@dataclass(frozen=True, slots=True)
class DrawAnnounced:
    """The seed of a draw, published with the digest of who takes part, before anybody is drawn."""

    NAME: ClassVar[str] = "screening.draw.announced"
    roster_id: int
    draw_id: int
    number: int
    algorithm: str
    seed: str
    digest: str
    participants: int
    wanted: str


@dataclass(frozen=True, slots=True)
class DrawMade:
    """`result`: SHA-256 of the codes drawn, a line each, in their order."""

    NAME: ClassVar[str] = "screening.draw.made"
    roster_id: int
    draw_id: int
    drawn: int
    result: str


@dataclass(frozen=True, slots=True)
class DrawDropped:
    NAME: ClassVar[str] = "screening.draw.dropped"
    roster_id: int
    draw_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class FinishedReported:
    """Finished matters came by a call."""

    NAME: ClassVar[str] = "screening.finished.reported"
    taken: int
    changed: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class FinishedFileTaken:
    NAME: ClassVar[str] = "screening.finished.file_taken"
    file_id: int
    sha256: str
    taken: int
    changed: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class OutcomeReported:
    """What was decided in the end about a case that was checked; a correction is another fact."""

    NAME: ClassVar[str] = "screening.outcome.reported"
    case_id: int
    matter: str
    file_number: str
    result: str
    decided_on: str
    receipt: str


@dataclass(frozen=True, slots=True)
class CheckBatchReceived:
    """A spreadsheet of applicants, to be checked row by row."""

    NAME: ClassVar[str] = "screening.check_batch.received"
    batch_id: int
    matter_code: str
    stage: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CheckBatchDone:
    NAME: ClassVar[str] = "screening.check_batch.done"
    batch_id: int
    rows: int
    hit: int
    clear: int
    could_not_check: int


@dataclass(frozen=True, slots=True)
class CheckBatchRead:
    """Somebody has taken the workbook with the answers."""

    NAME: ClassVar[str] = "screening.check_batch.read"
    batch_id: int

"""Facts of repair: ids, numbers, dates and codes only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Filed:
    NAME: ClassVar[str] = "repair.application.filed"
    application_id: int
    number: str
    target: str
    target_id: int
    subject_id: int
    channel: str
    upstream_no: str
    rules: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A step before the decision: notified, supplemented, accepted, declined, withdrawn, verified."""

    NAME: ClassVar[str] = "repair.application.moved"
    application_id: int
    number: str
    step: str
    state: str


@dataclass(frozen=True, slots=True)
class Extended:
    NAME: ClassVar[str] = "repair.application.extended"
    application_id: int
    number: str
    days: int
    due_on: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What ended with it is told by collection.record.ended and redblack.entry.released of the same transaction."""

    NAME: ClassVar[str] = "repair.application.granted"
    application_id: int
    number: str
    target: str
    target_id: int
    subject_id: int
    decision_no: str


@dataclass(frozen=True, slots=True)
class Refused:
    NAME: ClassVar[str] = "repair.application.refused"
    application_id: int
    number: str
    decision_no: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Revoked:
    """A grant that was obtained by deceit: what it ended is restored in the same transaction."""

    NAME: ClassVar[str] = "repair.application.revoked"
    application_id: int
    number: str
    target: str
    target_id: int
    decision_no: str


@dataclass(frozen=True, slots=True)
class PaperWritten:
    NAME: ClassVar[str] = "repair.paper.written"
    paper_id: int
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """A paper or an attachment was opened by somebody."""

    NAME: ClassVar[str] = "repair.file.read"
    application_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class ResultTaken:
    NAME: ClassVar[str] = "repair.result.taken"
    result_id: int
    upstream_no: str
    state: str
    target: str
    target_id: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    NAME: ClassVar[str] = "repair.results.reconciled"
    day: str
    above: int
    held: int
    fetched: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class HandedUp:
    NAME: ClassVar[str] = "repair.message.handed_up"
    message_id: int
    application_id: int
    kind: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """暂时解除 in reorganisation, or its end."""

    NAME: ClassVar[str] = "repair.lifting.changed"
    lifting_id: int
    subject_id: int
    state: str
    records: int
    entries: int

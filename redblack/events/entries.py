"""Facts of entries: bound, corrected, released, disputed. Ids, codes and dates only."""

from dataclasses import dataclass
from typing import ClassVar


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
class EntryRestored:
    """A release was revoked: the entry binds again from its own first day on."""

    NAME: ClassVar[str] = "redblack.entry.restored"
    entry_id: int
    list_code: str
    subject_id: int
    document_no: str

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

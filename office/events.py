"""What the office says has happened."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CalendarImported:
    """The days of a year are known anew: whoever keeps due dates that rest on that year works them out again."""

    NAME: ClassVar[str] = "office.calendar.imported"
    year: int
    notice: str
    provisional: bool
    days: int
    changed: int


@dataclass(frozen=True, slots=True)
class DocumentRegistered:
    """A legal document was entered or altered."""

    NAME: ClassVar[str] = "office.document.registered"
    document_id: int
    code: str
    rank: int


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A message waits to be sent. Neither its text nor its receiver."""

    NAME: ClassVar[str] = "office.message.queued"
    message_id: int
    about: str


@dataclass(frozen=True, slots=True)
class MessageGivenUp:
    """Every attempt failed; somebody has to look."""

    NAME: ClassVar[str] = "office.message.given_up"
    message_id: int
    error: str


@dataclass(frozen=True, slots=True)
class CodesLoaded:
    """A table of codes was replaced."""

    NAME: ClassVar[str] = "office.codes.loaded"
    table: str
    rows: int

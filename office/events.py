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


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file was taken in and sealed on disk. Not its name: people put names of persons there."""

    NAME: ClassVar[str] = "office.file.stored"
    file_id: int
    sha256: str
    size: int
    keep_until: str  # ISO date; empty: no end


@dataclass(frozen=True, slots=True)
class FileDestroyed:
    """A file's key and its content are gone, for its time was over: the proof of what there was."""

    NAME: ClassVar[str] = "office.file.destroyed"
    file_id: int
    sha256: str
    size: int
    stored_at: str
    keep_until: str


@dataclass(frozen=True, slots=True)
class JobOpened:
    """Long work was handed to the workers."""

    NAME: ClassVar[str] = "office.job.opened"
    job_id: int
    task: str
    about: str


@dataclass(frozen=True, slots=True)
class JobStopAsked:
    """Somebody asked long work to stop; it stops after what it is just doing."""

    NAME: ClassVar[str] = "office.job.stop_asked"
    job_id: int
    about: str


@dataclass(frozen=True, slots=True)
class JobResumed:
    """Long work that was stopped or had failed goes on where it was."""

    NAME: ClassVar[str] = "office.job.resumed"
    job_id: int
    about: str
    before: str  # the state it was in


@dataclass(frozen=True, slots=True)
class JobEnded:
    """Long work is over: done, cancelled or failed."""

    NAME: ClassVar[str] = "office.job.ended"
    job_id: int
    about: str
    state: str
    attempts: int

"""What this app says has happened. Plain values; never a person's name or number."""

from dataclasses import dataclass
from typing import ClassVar


def about(subject_id: int) -> str:
    """What a fact of this app is about."""
    return f"subjects.subject:{subject_id}"


@dataclass(frozen=True, slots=True)
class SubjectRegistered:
    """An organisation or a person entered the register."""

    NAME: ClassVar[str] = "subjects.subject.registered"
    subject_id: int
    kind: str
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class CodeAdopted:
    """An organisation known by its old number has got its unified code."""

    NAME: ClassVar[str] = "subjects.code.adopted"
    subject_id: int
    uscc: str


@dataclass(frozen=True, slots=True)
class NameAdded:
    """An organisation has a further name, or a new current one."""

    NAME: ClassVar[str] = "subjects.name.added"
    subject_id: int
    name: str
    kind: str
    valid_from: str = ""
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class ResponsibilityAdded:
    """A person answers for an organisation. Ids only."""

    NAME: ClassVar[str] = "subjects.responsibility.added"
    organisation_id: int
    person_id: int
    post: str
    valid_from: str
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class ResponsibilityEnded:
    """A person no longer answers for an organisation from the day after."""

    NAME: ClassVar[str] = "subjects.responsibility.ended"
    organisation_id: int
    person_id: int
    post: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """One code came with a second name."""

    NAME: ClassVar[str] = "subjects.conflict.found"
    subject_id: int
    code: str
    kept_name: str
    other_name: str
    source: str


@dataclass(frozen=True, slots=True)
class ConflictResolved:
    """Somebody looked, and decided which name is which."""

    NAME: ClassVar[str] = "subjects.conflict.resolved"
    conflict_id: int
    subject_id: int
    outcome: str
    ground: str


@dataclass(frozen=True, slots=True)
class PairCleared:
    """Somebody found that a subject is not the one of a like name, until a day."""

    NAME: ClassVar[str] = "subjects.pair.cleared"
    subject_id: int
    other: str
    until: str
    ground: str


@dataclass(frozen=True, slots=True)
class ClearingWithdrawn:
    """The finding about a pair was taken back."""

    NAME: ClassVar[str] = "subjects.clearing.withdrawn"
    subject_id: int
    other: str


@dataclass(frozen=True, slots=True)
class DossierViewed:
    """A natural person's page was opened (personal data: who, why, for which file)."""

    NAME: ClassVar[str] = "subjects.dossier.viewed"
    subject_id: int
    reason: str
    file_number: str


@dataclass(frozen=True, slots=True)
class IdentifierRevealed:
    """A natural person's number was shown in clear."""

    NAME: ClassVar[str] = "subjects.identifier.revealed"
    subject_id: int
    reason: str
    file_number: str


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person's own key was destroyed; what it sealed can be read by nobody."""

    NAME: ClassVar[str] = "subjects.person.erased"
    subject_id: int
    ground: str


@dataclass(frozen=True, slots=True)
class PersonsRegistered:
    """Natural persons entered together: how many, the first and the last id."""

    NAME: ClassVar[str] = "subjects.persons.registered"
    source: str
    count: int
    first_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class RowsLoaded:
    """One chunk of a file was loaded."""

    NAME: ClassVar[str] = "subjects.rows.loaded"
    source: str
    first_line: int
    last_line: int
    created: int
    known: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class KeysRotated:
    """Some persons' keys were wrapped anew, or their indexes written under the newest key."""

    NAME: ClassVar[str] = "subjects.keys.rotated"
    wrapped: int
    indexed: int
    dropped: int

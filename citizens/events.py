"""What this app says has happened. Ids and plain words; never an address, a name, a number."""

from dataclasses import dataclass
from typing import ClassVar


def about_visitor(visitor_id: int) -> str:
    return f"citizens.visitor:{visitor_id}"


def about_representation(representation_id: int) -> str:
    return f"citizens.representation:{representation_id}"


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code was sent; whether anybody is known by that address stays open."""

    NAME: ClassVar[str] = "citizens.code.sent"
    kind: str
    kiosk: bool


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """A code was wrong, over, used, or tried too often."""

    NAME: ClassVar[str] = "citizens.code.refused"
    why: str


@dataclass(frozen=True, slots=True)
class VisitorRegistered:
    """Somebody signed in for the first time."""

    NAME: ClassVar[str] = "citizens.visitor.registered"
    kind: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    NAME: ClassVar[str] = "citizens.visitor.signed_in"
    kind: str
    kiosk: bool


@dataclass(frozen=True, slots=True)
class VisitorBlocked:
    NAME: ClassVar[str] = "citizens.visitor.blocked"
    ground: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    NAME: ClassVar[str] = "citizens.session.ended"
    why: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody says that he is, or speaks for, a subject. The subject is named where the register knows it."""

    NAME: ClassVar[str] = "citizens.representation.claimed"
    relation: str
    subject_id: int | None
    with_paper: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    NAME: ClassVar[str] = "citizens.representation.confirmed"
    visitor_id: int
    subject_id: int
    relation: str
    proof: str
    until: str


@dataclass(frozen=True, slots=True)
class ClaimRefused:
    NAME: ClassVar[str] = "citizens.representation.refused"
    relation: str


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    NAME: ClassVar[str] = "citizens.representation.withdrawn"
    relation: str


@dataclass(frozen=True, slots=True)
class RepresentationEnded:
    NAME: ClassVar[str] = "citizens.representation.ended"
    visitor_id: int
    subject_id: int
    why: str


@dataclass(frozen=True, slots=True)
class ClaimOpened:
    """A member of staff read what was claimed, or the paper that came with it."""

    NAME: ClassVar[str] = "citizens.claim.opened"
    what: str


@dataclass(frozen=True, slots=True)
class OwnRecordsViewed:
    """A visitor looked at what is held of somebody whom he is or represents."""

    NAME: ClassVar[str] = "citizens.own_records.viewed"
    subject_id: int
    what: str

"""Facts of this app. Ids and codes only: nothing of an informant, nothing of what he told."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ComplaintReceived:
    """Somebody complained or reported; `named`: whether he said who he is."""

    NAME: ClassVar[str] = "complaints.complaint.received"
    complaint_id: int
    number: str
    kind: str
    named: bool
    files: int


@dataclass(frozen=True, slots=True)
class ComplaintMoved:
    """It was accepted, declined, forwarded, reported on or answered; `to` the new state."""

    NAME: ClassVar[str] = "complaints.complaint.moved"
    complaint_id: int
    number: str
    to: str
    department_id: int | None


@dataclass(frozen=True, slots=True)
class IdentityOpened:
    """A named handler read who the informant is."""

    NAME: ClassVar[str] = "complaints.identity.opened"
    complaint_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class IdentityDestroyed:
    """Its term is over: the key under which the informant was sealed is gone."""

    NAME: ClassVar[str] = "complaints.identity.destroyed"
    complaint_id: int
    number: str


@dataclass(frozen=True, slots=True)
class PaperOpened:
    """Somebody read a paper of a complaint."""

    NAME: ClassVar[str] = "complaints.paper.opened"
    complaint_id: int
    paper_id: int


@dataclass(frozen=True, slots=True)
class HandlerNamed:
    """Somebody may, or may no longer, open identities of informants."""

    NAME: ClassVar[str] = "complaints.handler.named"
    username: str
    active: bool

"""Facts of objections: ids, codes, days. What a claim says is sealed in its row and never here."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ObjectionFiled:
    NAME: ClassVar[str] = "objections.objection.filed"
    objection_id: int
    number: str
    subject_id: int
    target: str
    kind: str
    channel: str
    due_on: str


@dataclass(frozen=True, slots=True)
class ObjectionAccepted:
    """From this moment on everybody sees the mark, where what it is about bears one."""

    NAME: ClassVar[str] = "objections.objection.accepted"
    objection_id: int
    number: str
    same_again: bool
    rests: bool
    marked: bool = True


@dataclass(frozen=True, slots=True)
class ObjectionMoved:
    """A step of its life that changes nothing of what it is about: forwarded, verified, proposed, sent back."""

    NAME: ClassVar[str] = "objections.objection.moved"
    objection_id: int
    number: str
    state: str
    department_id: int | None


@dataclass(frozen=True, slots=True)
class ObjectionEnded:
    """Refused or withdrawn."""

    NAME: ClassVar[str] = "objections.objection.ended"
    objection_id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class ObjectionConcluded:
    NAME: ClassVar[str] = "objections.objection.concluded"
    objection_id: int
    number: str
    outcome: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class ObjectionAnswered:
    NAME: ClassVar[str] = "objections.objection.answered"
    objection_id: int
    number: str
    answer_no: str


@dataclass(frozen=True, slots=True)
class RestDecided:
    """The authority lets the measures rest, or no longer, while facts are disputed."""

    NAME: ClassVar[str] = "objections.rest.decided"
    objection_id: int
    number: str
    rests: bool


@dataclass(frozen=True, slots=True)
class ClockChanged:
    NAME: ClassVar[str] = "objections.clock.changed"
    objection_id: int
    number: str
    why: str
    due_on: str


@dataclass(frozen=True, slots=True)
class ClocksRecomputed:
    NAME: ClassVar[str] = "objections.clocks.recomputed"
    year: int
    clocks: int


@dataclass(frozen=True, slots=True)
class ObjectionsEscalated:
    """Deadlines that have passed: department and credit office are written to."""

    NAME: ClassVar[str] = "objections.clocks.escalated"
    department_id: int
    count: int


@dataclass(frozen=True, slots=True)
class PaperRead:
    """Somebody opened a paper of an objection, or (paper 0) read its claim."""

    NAME: ClassVar[str] = "objections.paper.read"
    objection_id: int
    attachment_id: int

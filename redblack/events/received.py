"""Facts of received versions of lists. Ids, codes and dates only."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ListReceived:
    """A new version of a received list was applied: how many rows came, stayed, were corrected, and went.

    Which entries: in the facts ListRowsApplied of the same version, recorded before this one.
    """

    NAME: ClassVar[str] = "redblack.list.received"
    list_code: str
    version: str
    added: int
    kept: int
    changed: int
    removed: int
    version_id: int = 0


@dataclass(frozen=True, slots=True)
class ListRowsApplied:
    """Some of the entries that a version entered, corrected or released: at most a thousand ids in one fact.

    `changed_matters`: those of the corrected of which something changed that a measure hangs on
    (redblack.rules.corrections).
    """

    NAME: ClassVar[str] = "redblack.list.rows_applied"
    version_id: int
    list_code: str
    entered: list[int]
    corrected: list[int]
    released: list[int]
    changed_matters: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListVersionReceived:
    """A version arrived and is being compared; nothing of it counts yet."""

    NAME: ClassVar[str] = "redblack.list.version_received"
    version_id: int
    list_code: str
    version: str
    channel: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListVersionHeld:
    """A version waits for a person: the last one stands; who vanished or came with it could not be checked."""

    NAME: ClassVar[str] = "redblack.list.version_held"
    version_id: int
    list_code: str
    version: str
    reasons: list[str]
    vanished: int
    added: int


@dataclass(frozen=True, slots=True)
class ListVersionDecided:
    """A person decided about a version that was held: `outcome` released or discarded; failed: a release came to
    nothing, and the version waits again.
    """

    NAME: ClassVar[str] = "redblack.list.version_decided"
    version_id: int
    list_code: str
    version: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ListVersionRefused:
    """A version could not be read; the last one stands."""

    NAME: ClassVar[str] = "redblack.list.version_refused"
    version_id: int
    list_code: str
    version: str
    code: str

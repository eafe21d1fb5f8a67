"""Facts of the portal. Ids and codes only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class StoryOpened:
    """The demo story was loaded around this working day."""

    NAME: ClassVar[str] = "portal.story.opened"
    working_day: str
    firms: int
    entries: int
    penalties: int


@dataclass(frozen=True, slots=True)
class DemoClockMoved:
    """The presenter moved the day; seconds between the demo's time and the real one."""

    NAME: ClassVar[str] = "portal.clock.moved"
    shifted_by: int


@dataclass(frozen=True, slots=True)
class KeysResealed:
    """Sealed values of one column were brought to the newest key; how many."""

    NAME: ClassVar[str] = "portal.keys.resealed"
    column: str
    values: int


@dataclass(frozen=True, slots=True)
class LookupsGathered:
    """So many lines of who was checked were listed, up to a receipt."""

    NAME: ClassVar[str] = "portal.lookups.gathered"
    lines: int
    upto: int

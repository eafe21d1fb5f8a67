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

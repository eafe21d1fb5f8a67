"""What the home page tells a reader to do. Pure."""

from dataclasses import dataclass
from datetime import date

QUEUE = 20  # tasks of one sort that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `due_on` None: today."""

    what: str
    about: str
    href: str
    due_on: date | None = None
    overdue: bool = False

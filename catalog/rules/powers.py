"""Lists of powers and duties as departments keep them: which heading means what, what a row must say. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken: its number in the file, and why (Chinese)."""

    row: int
    message: str

"""Facts of measures."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MemorandumRegistered:
    NAME: ClassVar[str] = "measures.memorandum.registered"
    memorandum_id: int
    code: str
    decomposed: bool


@dataclass(frozen=True, slots=True)
class MeasurePublished:
    NAME: ClassVar[str] = "measures.item.published"
    item_id: int
    code: str
    revision: int


@dataclass(frozen=True, slots=True)
class MeasureWithdrawn:
    NAME: ClassVar[str] = "measures.item.withdrawn"
    item_id: int
    code: str
    reason: str
    revision: int

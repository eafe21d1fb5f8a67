"""Facts of the catalogue."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ItemPublished:
    NAME: ClassVar[str] = "catalog.item.published"
    item_id: int
    version_id: int
    code: str

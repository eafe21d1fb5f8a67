"""Facts of the catalogue: who drafted, reviewed and published which version; ids, codes, counts and dates."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ItemDrafted:
    NAME: ClassVar[str] = "catalog.item.drafted"
    item_id: int
    version_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class DraftSaved:
    NAME: ClassVar[str] = "catalog.draft.saved"
    version_id: int
    code: str
    number: int
    seen: str
    token: str


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    NAME: ClassVar[str] = "catalog.draft.discarded"
    version_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class ItemSubmitted:
    NAME: ClassVar[str] = "catalog.item.submitted"
    version_id: int
    code: str
    number: int
    token: str


@dataclass(frozen=True, slots=True)
class ItemSentBack:
    NAME: ClassVar[str] = "catalog.item.sent_back"
    version_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class ItemPublished:
    NAME: ClassVar[str] = "catalog.item.published"
    item_id: int
    version_id: int
    code: str
    number: int
    drafted_by: str


@dataclass(frozen=True, slots=True)
class ItemWithdrawn:
    NAME: ClassVar[str] = "catalog.item.withdrawn"
    item_id: int
    version_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class ItemFiled:
    NAME: ClassVar[str] = "catalog.item.filed"
    version_id: int
    code: str
    number: int
    filed_on: str


@dataclass(frozen=True, slots=True)
class PowersImported:
    NAME: ClassVar[str] = "catalog.powers.imported"
    file_name: str
    created: int
    changed: int
    known: int
    refused: int


@dataclass(frozen=True, slots=True)
class ItemDerived:
    NAME: ClassVar[str] = "catalog.item.derived"
    power_id: int
    item_id: int
    version_id: int
    code: str


@dataclass(frozen=True, slots=True)
class UpkeepNoted:
    NAME: ClassVar[str] = "catalog.upkeep.noted"
    upkeep_id: int
    what: str
    happened_on: str
    due_on: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class UpkeepClosed:
    NAME: ClassVar[str] = "catalog.upkeep.closed"
    upkeep_id: int
    late: bool


@dataclass(frozen=True, slots=True)
class UpkeepRecomputed:
    NAME: ClassVar[str] = "catalog.upkeep.recomputed"
    year: int
    changed: int


@dataclass(frozen=True, slots=True)
class CatalogueExported:
    NAME: ClassVar[str] = "catalog.catalogue.exported"
    code: str  # empty: the whole catalogue
    versions: int
    fields: int

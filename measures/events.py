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


@dataclass(frozen=True, slots=True)
class ItemDrafted:
    NAME: ClassVar[str] = "measures.item.drafted"
    item_id: int
    code: str
    edition: int


@dataclass(frozen=True, slots=True)
class ItemDraftSaved:
    NAME: ClassVar[str] = "measures.draft.saved"
    item_id: int
    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemDraftDiscarded:
    NAME: ClassVar[str] = "measures.draft.discarded"
    item_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ItemSubmitted:
    NAME: ClassVar[str] = "measures.item.submitted"
    item_id: int
    code: str
    seen: str


@dataclass(frozen=True, slots=True)
class ItemSentBack:
    NAME: ClassVar[str] = "measures.item.sent_back"
    item_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ItemsImported:
    """`rows`: how many drafts a department's spreadsheet became."""

    NAME: ClassVar[str] = "measures.items.imported"
    department_id: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class MemorandumSaved:
    """`before`, `after`: MemorandumContent.seen; "" before: it is new."""

    NAME: ClassVar[str] = "measures.memorandum.saved"
    memorandum_id: int
    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MemorandumFiled:
    NAME: ClassVar[str] = "measures.memorandum.filed"
    memorandum_id: int
    code: str
    file_id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MemorandaImported:
    NAME: ClassVar[str] = "measures.memoranda.imported"
    sha256: str
    created: int
    changed: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class MemorandaExported:
    NAME: ClassVar[str] = "measures.memoranda.exported"
    form: str
    memoranda: int
    measures: int


@dataclass(frozen=True, slots=True)
class BasicListRegistered:
    NAME: ClassVar[str] = "measures.basic_list.registered"
    basic_list_id: int
    code: str
    edition: str
    measures: int


@dataclass(frozen=True, slots=True)
class BasicMeasureConfirmed:
    NAME: ClassVar[str] = "measures.basic_measure.confirmed"
    measure_id: int
    basic_list_id: int
    number: int
    was: str

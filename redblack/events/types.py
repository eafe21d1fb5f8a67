"""Facts of list types and their editions. Ids, codes and dates only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ListTypeRegistered:
    NAME: ClassVar[str] = "redblack.list_type.registered"
    list_type_id: int
    code: str
    legal_status: str


@dataclass(frozen=True, slots=True)
class EditionDrafted:
    NAME: ClassVar[str] = "redblack.edition.drafted"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionSaved:
    """`before`, `after`: TypeContent.seen, so that it can be told which wording was written when."""

    NAME: ClassVar[str] = "redblack.edition.saved"
    edition_id: int
    code: str
    number: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditionSubmitted:
    NAME: ClassVar[str] = "redblack.edition.submitted"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionSentBack:
    NAME: ClassVar[str] = "redblack.edition.sent_back"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class EditionPublished:
    NAME: ClassVar[str] = "redblack.edition.published"
    list_type_id: int
    edition_id: int
    code: str
    number: int
    drafted_by: str


@dataclass(frozen=True, slots=True)
class EditionDiscarded:
    NAME: ClassVar[str] = "redblack.edition.discarded"
    edition_id: int
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class ListFactConfirmed:
    """`fact`: a key of rules.editions.FACTS; `was`: the mark that it came with."""

    NAME: ClassVar[str] = "redblack.list_type.fact_confirmed"
    list_type_id: int
    code: str
    fact: str
    was: str


@dataclass(frozen=True, slots=True)
class ListTypesExported:
    NAME: ClassVar[str] = "redblack.list_types.exported"
    types: int


@dataclass(frozen=True, slots=True)
class ListTypesImported:
    """`created`, `changed`: drafts that were made; `same`: rows that say what is published or drafted already."""

    NAME: ClassVar[str] = "redblack.list_types.imported"
    sha256: str
    created: int
    changed: int
    same: int

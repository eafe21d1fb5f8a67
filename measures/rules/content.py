"""Everything that a measure item says, as one value: what a person drafts, compares, reviews and publishes. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from measures.rules.wording import wording_for

STAGE_LABELS = {"before": "事前", "during": "事中", "after": "事后"}
NO_MATTER = "无"  # column 1 of an item that needs no application


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article by the code of its document in `office`."""

    document_code: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """A measure item as a department writes it: the eight columns of 篇十五 and the logic beside them.

    `verb`: of the article, see wording.VERBS. `condition`: as JSON, see conditions.read_condition. `continues`: goes
    on after the release of what called for it, by the department's own document and article, until `own_until`.
    """

    code: str
    department_id: int | None
    department_text: str
    matter_code: str
    matter_name: str
    responsible_office: str
    basis_text: str
    target_text: str
    content: str
    stages: list[str]
    organisation: str
    means: str
    reward: bool
    kind: int | None
    wording: str
    term_text: str
    extends_to_responsible: bool
    verb: str = ""
    original_id: int | None = None
    basic_id: int | None = None
    condition: Mapping[str, Any] | None = None
    continues: bool = False
    own_document_no: str = ""
    own_article: str = ""
    own_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class ItemValue:
    """The content with what it rests on and what calls for it. `triggers`, `unless_bad`: ids of sources."""

    content: ItemContent
    articles: tuple[Article, ...] = ()
    triggers: frozenset[int] = frozenset()
    unless_bad: frozenset[int] = frozenset()

    @cached_property
    def seen(self) -> str:
        """A short text that changes whenever anything of it does: what an editor, a reviewer, a rehearsal read."""
        said = {
            "content": asdict(self.content),
            "articles": sorted((one.document_code, one.article) for one in self.articles),
            "triggers": sorted(self.triggers),
            "unless_bad": sorted(self.unless_bad),
        }
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def with_condition(self, condition: Mapping[str, Any] | None) -> "ItemValue":
        """The same with another condition, as JSON."""
        return replace(self, content=replace(self.content, condition=condition))


def settled(value: ItemValue, *, listed_kind: int | None) -> ItemValue:
    """The value with what follows from the rest: the class from the national list, the wording from both.

    A reward is in no class of the list of punitive measures.
    """
    content = value.content
    kind = None if content.reward else listed_kind or content.kind
    wording = wording_for(reward=content.reward, kind=kind, verb=content.verb)
    return replace(value, content=replace(content, kind=kind, wording=wording))

"""Reading measures as a check applies them: only what the published relation shows."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from measures.models import MeasureItem
from measures.rules.conditions import Condition, read_condition
from measures.selectors.items import documents_of, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedItem:
    """A published measure item with its articles and the sources that call for it."""

    id: int
    code: str
    department_id: int | None
    department_text: str
    content: str
    reward: bool
    kind: int | None
    wording: str
    means: str
    term_text: str
    extends_to_responsible: bool
    articles: tuple[str, ...]
    triggers: frozenset[int]
    unless_bad: frozenset[int]
    condition: Condition | None
    continues: bool
    own_until: date | None
    edition: int


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """A published item with where it applies: its matter ("": none) and stages."""

    item: PublishedItem
    matter_code: str
    stages: tuple[str, ...]


def items_of_matter(*, matter_code: str, stage: str, as_of: date, revision: int | None = None) -> list[PublishedItem]:
    """The published items for a matter at a stage on a day; `revision` asks what was published then (replay).

    Which documents are in force, and of what rank, is read as the register says it now, in a replay too: documents
    keep no earlier wording of themselves. A receipt's vector names the register's revision ("documents"), so that a
    replay can tell that they have changed since.
    """
    return [
        placed.item
        for placed in _published("matter_code = %s AND %s = ANY (stages)", [matter_code, stage], as_of, revision)
    ]


def items_in_force(
    *, as_of: date, department_id: int | None = None, codes: Collection[str] | None = None
) -> list[PlacedItem]:
    """The published items on a day, whatever their matter: of a department, or of these codes."""
    if codes is not None:
        return _published("code = ANY (%s)", [sorted(codes)], as_of, None)
    return _published("department_id = %s", [department_id], as_of, None)


def _published(which: str, given: list[Any], as_of: date, revision: int | None) -> list[PlacedItem]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT id, code, department_id, department_text, content, reward, kind, wording, means, term_text,
                   extends_to_responsible, articles, triggers, unless_bad,
                   coalesce(condition, 'null')::text, continues, own_until, edition, matter_code, stages
            FROM measures_pub_item(%s, %s) WHERE {which} ORDER BY code
            """,
            [as_of, revision, *given],
        )
        return [PlacedItem(_item(row), row[18], tuple(row[19])) for row in cursor.fetchall()]


def _item(row: tuple[Any, ...]) -> PublishedItem:
    return PublishedItem(
        id=row[0],
        code=row[1],
        department_id=row[2],
        department_text=row[3],
        content=row[4],
        reward=row[5],
        kind=row[6],
        wording=row[7],
        means=row[8],
        term_text=row[9],
        extends_to_responsible=row[10],
        articles=tuple(row[11]),
        triggers=frozenset(row[12]),
        unless_bad=frozenset(row[13] or ()),
        condition=read_condition(json.loads(row[14])),
        continues=row[15],
        own_until=row[16],
        edition=row[17],
    )


def draft_as_published(item: MeasureItem) -> PublishedItem:
    """A draft as the check would see it if it were published now: what a rehearsal puts in the published one's place.

    Its documents are taken as in force; whether they are is asked again when it is published.
    """
    value = value_of(item)
    content = value.content
    documents = documents_of(value)
    return PublishedItem(
        id=item.pk,
        code=content.code,
        department_id=content.department_id,
        department_text=content.department_text,
        content=content.content,
        reward=content.reward,
        kind=content.kind,
        wording=content.wording,
        means=content.means,
        term_text=content.term_text,
        extends_to_responsible=content.extends_to_responsible,
        articles=tuple(
            f"{_quoted(documents[one.document_code].short)}{one.article}"
            for one in value.articles
            if one.document_code in documents
        ),
        triggers=value.triggers,
        unless_bad=value.unless_bad,
        condition=read_condition(content.condition),
        continues=content.continues,
        own_until=content.own_until,
        edition=item.edition,
    )


def _quoted(short: str) -> str:
    """As `measures_pub_item` quotes a document: a number as it stands, a title in title marks."""
    return f"{short} " if "〔" in short else f"《{short}》"


def published_count() -> int:
    """How many measure items are published now."""
    return MeasureItem.objects.filter(rev_from__isnull=False, rev_to=None).count()

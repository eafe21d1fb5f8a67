"""Turning the pages of long lists: the last row seen goes into the link, and the next page starts right after it.

No page is ever found by counting rows (OFFSET): a list of a million rows turns as quickly as one of fifty. The
condition that a selector writes for the next page carries a redundant bound on the first column, without which
PostgreSQL reads the index from its start: Q(day__gte=d) & (Q(day__gt=d) | Q(id__gt=i)).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

CAP = 1000  # counts beside a list stop here
FIRST_YEAR, LAST_YEAR = 1970, 2999  # nothing happened outside: a moment beyond them was typed into the address


@dataclass(frozen=True, slots=True)
class Capped:
    """A count that stopped at CAP; it says so: 1000+."""

    value: int

    def __str__(self) -> str:
        return f"{CAP}+" if self.value > CAP else str(self.value)


def count_of(rows: QuerySet[Any]) -> Capped:
    """How many rows, without reading more than CAP of them."""
    return Capped(rows.order_by()[: CAP + 1].count())


def cursor_of(key: date | datetime, row_id: int) -> str:
    """The link's text for the last row seen."""
    return f"{key.isoformat()}~{row_id}"


def after_day(text: str) -> tuple[date, int] | None:
    """What `cursor_of` wrote of a day; None for anything else, which starts the list from its beginning."""
    key, _, row_id = text.partition("~")
    try:
        return date.fromisoformat(key), int(row_id)
    except ValueError:
        return None


def after_moment(text: str) -> tuple[datetime, int] | None:
    """What `cursor_of` wrote of a moment; None for anything else."""
    key, _, row_id = text.partition("~")
    try:
        moment, last = datetime.fromisoformat(key), int(row_id)
    except ValueError:
        return None
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.astimezone(UTC), last  # PostgreSQL refuses zones of sixteen hours and more

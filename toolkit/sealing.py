"""The register of what lies sealed in the database, and how a rotation brings it to the newest key.

Each app names its columns in its AppConfig: `sealed = (Sealed(...), LeftAlone(...))`. A test asks the models for
every column that may hold a ciphertext, so that a new one is in the register or the build is red.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from django.apps import apps
from django.db import models, transaction

from toolkit import crypto

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text column that crypto.encrypt wrote, or crypto.new_data_key. `place`: the aad as a format over the row's
    own columns; `rows`: which rows hold one that can still be opened.
    """

    model: str
    column: str
    place: str
    rows: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A column that a rotation does not touch. `why`: under the row's own data key, short-lived, or never changed."""

    model: str
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Column:
    """One line of the register, with its model."""

    model: type[models.Model]
    said: Sealed | LeftAlone

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.said.column}"


def register() -> Iterator[Column]:
    """Every declared column of every app."""
    for config in apps.get_app_configs():
        for said in getattr(config, "sealed", ()):
            yield Column(config.get_model(said.model), said)


def reseal(column: Column) -> int:
    """Seal the column's values under the newest field key and the configured cipher; how many changed. What is done
    is seen from the rows themselves: stopped, it goes on. Raises CannotOpen where an old key was taken out too early.
    """
    said = column.said
    if isinstance(said, LeftAlone):
        return 0
    changed = done = 0
    after: Any = None
    while done or after is None:
        after, done = _some(column.model, said, after)
        changed += done
    return changed


@transaction.atomic
def _some(model: type[models.Model], said: Sealed, after: Any) -> tuple[Any, int]:
    names = [name for _, name, _, _ in Formatter().parse(said.place) if name]
    old = model._base_manager.filter(**said.rows).exclude(**{said.column: ""})
    old = old.exclude(**{f"{said.column}__isnull": True})
    old = old.exclude(**{f"{said.column}__startswith": crypto.newest_prefix()})
    if after:
        old = old.filter(pk__gt=after)
    rows = list(old.only("pk", said.column, *names).select_for_update().order_by("pk")[:CHUNK])
    for row in rows:
        place = said.place.format(**{name: getattr(row, name) for name in names})
        setattr(row, said.column, crypto.rewrapped(getattr(row, said.column), aad=place))
    model._base_manager.bulk_update(rows, [said.column])
    return (rows[-1].pk if rows else 0), len(rows)

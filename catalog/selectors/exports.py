"""The rows of the catalogue's own spreadsheet: one per information item, in the columns that local law asks for."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.models import ItemVersion
from catalog.rules.definition import Field
from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A version with one of its information items; `number` counts the items of the version from 1."""

    version: ItemVersion
    number: int
    field: Field


def export_rows(actor: Actor, *, code: str = "", number: int | None = None) -> Iterator[ExportRow]:
    """Every information item of the current versions that the actor may see; of one item, or of one version of it."""
    raise NotImplementedError

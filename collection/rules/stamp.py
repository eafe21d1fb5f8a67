"""The hidden sheet by which a workbook of ours is known again: item, version, definition, batch, rows returned."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from catalog.rules.definition import Definition


@dataclass(frozen=True, slots=True)
class Stamp:
    """`digests`: row of the original file -> digest of the texts that were returned for it (`digest_of`)."""

    item_code: str
    version: int
    batch_id: int | None = None
    digests: dict[int, str] = field(default_factory=dict)


def stamp_in(data: bytes | Path | BinaryIO) -> Stamp | None:
    """The stamp of a workbook; None: not a workbook of ours (csv and xls included)."""
    raise NotImplementedError


def definition_in(data: bytes | Path | BinaryIO) -> Definition | None:
    """The definition that a template or a returned workbook carries; None: it carries none."""
    raise NotImplementedError

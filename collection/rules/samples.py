"""Penalty and permit rows as departments really send them, made from a seed: for the bench, tests and the demo."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from catalog.rules.definition import Definition


def penalty_rows(
    count: int,
    *,
    seed: int = 1,
    bad_share: float = 0.03,
    today: date,
    subjects: Sequence[tuple[str, str]] | None = None,
) -> Iterator[dict[str, str]]:
    """`count` rows by field code (30 fields of 双公示 and procedure, grade, publicity state).

    `subjects`: (unified code, name) to be punished; None: firms of the fictional city. `bad_share` of the rows holds
    one of the odd values that real files hold. The same arguments give the same rows.
    """
    raise NotImplementedError


def permit_rows(
    count: int,
    *,
    seed: int = 1,
    bad_share: float = 0.03,
    today: date,
    subjects: Sequence[tuple[str, str]] | None = None,
) -> Iterator[dict[str, str]]:
    """As `penalty_rows`, by the 28 fields of a permit."""
    raise NotImplementedError


def write_csv(
    path: Path, rows: Iterable[Mapping[str, str]], definition: Definition, *, encoding: str = "utf-8-sig"
) -> int:
    """Rows under the headings of the definition; returns their number."""
    raise NotImplementedError


def write_xlsx(path: Path, rows: Iterable[Mapping[str, str]], definition: Definition) -> int:
    """The same as a workbook, every cell as text; returns the number of rows."""
    raise NotImplementedError

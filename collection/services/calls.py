"""Rows that come in one call: a page form, an interface call, a run of an extraction. Checked and taken at once."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row that was not taken: its number (from 1) and [{field, name, code, message, severity}]."""

    row: int
    problems: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one call. `warnings`: [{row, field, message}]; `refusal`: why nothing was taken."""

    batch_id: int
    state: str
    total: int
    taken: int
    changed: int
    same: int
    returned: tuple[ReturnedRow, ...]
    warnings: tuple[dict[str, str | int], ...]
    refusal: str = ""


def receive_rows(
    *,
    item_code: str,
    rows: Sequence[Mapping[str, str]],
    channel: str,
    department_id: int,
    call_key: str,
    all_or_nothing: bool,
    confirmed: Container[int] = (),
    extraction_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Check and take up to 5,000 rows, by heading or field code, in one transaction. The same call_key again: the
    same receipt; with other rows: RuleBroken.
    """
    raise NotImplementedError

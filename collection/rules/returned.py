"""The workbook of returned rows: the user's own headings and texts, with the reasons beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.rules.definition import Definition
from collection.rules.stamp import Stamp

ROW_HEADING, REASON_HEADING, CONFIRM_HEADING = "原表行号", "退回原因", "确认无误"
CONFIRMED = "是"


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row as it came. `cells`: text by the user's own heading. `problems`: (heading or "", message, severity)."""

    row: int
    cells: dict[str, str]
    problems: tuple[tuple[str, str, str], ...]


def returned_workbook(
    *, headings: Sequence[str], rows: Iterable[ReturnedRow], stamp: Stamp, definition: Definition
) -> bytes:
    """An xlsx with the returned rows only; its stamp makes it known when it comes back mended."""
    raise NotImplementedError

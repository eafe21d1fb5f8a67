"""What every kind of file becomes before its headers are found: rows of raw cells with their places. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Row = tuple[int, list[str], list[tuple[int, str]]]  # index from 0, texts from column A, (place, flaw)
Merge = tuple[int, int, int]  # first column, last column, last row; the first row is the key it is kept under


@dataclass(slots=True)
class Table:
    """`rows` are read once; lines without cells may be left out.

    `merges` by their first row. `ragged`: a cell beyond the headers means that the row has slipped, as in a csv.
    `broken`: index -> message for rows that could not be parted into cells; filled while `rows` is read.
    """

    name: str
    rows: Iterator[Row] = field(repr=False)
    merges: Mapping[int, list[Merge]] = field(default_factory=dict)
    ragged: bool = False
    total: int | None = None
    broken: dict[int, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def filled_down(rows: Iterator[Row], merges: Mapping[int, list[Merge]]) -> Iterator[Row]:
    """The rows, with the text of a cell that is merged downwards in each of its rows."""
    if not merges:
        yield from rows
        return
    waiting = sorted(merges)
    at = 0
    active: dict[int, tuple[int, str]] = {}
    for index, texts, flaws in rows:
        while at < len(waiting) and waiting[at] <= index:
            top = waiting[at]
            at += 1
            for first, _, last in merges[top]:
                if last >= index and last > top:
                    active[first] = (last, texts[first] if top == index and first < len(texts) else "")
        for column, (last, value) in list(active.items()):
            if index > last:
                del active[column]
            elif value:
                texts += [""] * (column + 1 - len(texts))
                texts[column] = texts[column] or value
        yield index, texts, flaws

"""What stands in a cell, as text. Pure.

Every cell becomes text as a person sees it: whole numbers without a decimal point, dates as 2026-11-20. What cannot
be trusted (a formula without a result, a number whose digits were lost) is "" or the damaged text with a problem.
The work per cell is kept in C: a row is stripped by one map and searched by one join; only a row that holds
something odd is looked at cell by cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

EXACT_INTEGERS = 10**15  # a spreadsheet keeps 15 digits of a number; the rest are zeros
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
PRIVATE = re.compile("[\ue000-\uf8ff]")
LOST_DIGITS = "该单元格是数值格式，15 位以后的数字已丢失。请把该列设为文本格式后重新填写"
NO_RESULT = "公式没有计算结果或结果为错误。请在表格软件中打开并重新计算，或改填数值"

# The places of GB18030-2000 that had no character of their own in Unicode then and have one in the editions of 2005
# and 2022; Python's codec still gives private use. A person sees the same character before and after.
REAL_CHARACTERS = {
    0xE7C7: 0x1E3F,
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    **{0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE},
    **{0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9},
    **{0xE854: 0x9FBA, 0xE864: 0x9FBB},
}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell cannot be trusted, in Chinese; without a header the whole row."""

    header: str
    message: str


@dataclass(frozen=True, slots=True)
class Broken:
    """In place of a value that a workbook does not give: an error such as #N/A; "": a formula without result."""

    error: str

    @property
    def message(self) -> str:
        return f"单元格是错误值 {self.error}。请改正后重新提交" if self.error else NO_RESULT


def texts_of(row: Sequence[object]) -> tuple[list[str], list[tuple[int, str]]]:
    """A row's cells as text, and (place, message) for each that cannot be trusted."""
    try:
        texts = list(map(str.strip, row))  # type: ignore[arg-type]  # a TypeError sends other rows the slow way
    except TypeError:
        return _one_by_one(row)
    return texts, looked_at(texts)


def is_plain(text: str) -> bool:
    """Whether nothing in it needs a look: no protected or lost number, no private use character."""
    return "E+" not in text and "'" not in text and '="' not in text and "e+" not in text and not PRIVATE.search(text)


def looked_at(texts: list[str]) -> list[tuple[int, str]]:
    """Take from stripped texts the tricks that keep a code from becoming a number; find what became 3.39E+17."""
    if is_plain("\n".join(texts)):
        return []
    flaws = []
    for place, text in enumerate(texts):
        if text and not is_plain(text):
            texts[place] = text = unprotected(text).translate(REAL_CHARACTERS)
            if SCIENTIFIC.fullmatch(text):
                flaws.append((place, LOST_DIGITS))
    return flaws


def unprotected(text: str) -> str:
    """Without ="0123" or a leading apostrophe."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.removeprefix("'").strip()


def text_of(cell: object) -> tuple[str, str]:
    """A cell as text, and what is wrong with it ("" for nothing)."""
    if isinstance(cell, str):
        texts = [cell.strip()]
        flaws = looked_at(texts)
        return texts[0], flaws[0][1] if flaws else ""
    if cell is None:
        return "", ""
    if isinstance(cell, Broken):
        return "", cell.message
    if isinstance(cell, bool):
        return ("是" if cell else "否"), ""
    if isinstance(cell, int | float):
        if cell != cell or abs(cell) == float("inf"):
            return "", NO_RESULT
        text = str(int(cell)) if cell == int(cell) else repr(cell)
        return text, LOST_DIGITS if abs(cell) >= EXACT_INTEGERS else ""
    if isinstance(cell, datetime):
        return (cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")), ""
    if isinstance(cell, date | time):
        return cell.isoformat(), ""
    if isinstance(cell, timedelta):
        return str(cell), ""
    return str(cell), ""


def _one_by_one(row: Sequence[object]) -> tuple[list[str], list[tuple[int, str]]]:
    texts: list[str] = []
    flaws: list[tuple[int, str]] = []
    for place, cell in enumerate(row):
        text, flaw = text_of(cell) if cell != "" else ("", "")
        texts.append(text)
        if flaw:
            flaws.append((place, flaw))
    return texts, flaws

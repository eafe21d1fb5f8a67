"""Tables that people hand in: xlsx, xls and csv read into headers and rows of text. Pure but for the file's bytes.

The kinds of file are read by csv_tables and workbook_tables, cells become text in cells; here the headers are found
and the rows put under them.
"""

import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from collection.rules import csv_tables, sheet_guard, workbook_tables
from collection.rules.cells import LOST_DIGITS, NO_RESULT, CellProblem
from collection.rules.sheet_guard import BULK, SMALL, FileRefused, Limits
from collection.rules.tables import Row, Table

__all__ = ["BULK", "LOST_DIGITS", "NO_RESULT", "SMALL", "CellProblem", "FileRefused", "Limits"]

NAME_HEADERS = (
    "名称",
    "企业名称",
    "单位名称",
    "主体名称",
    "申请人",
    "申请单位",
    "申报单位",
    "法人名称",
    "姓名",
    "行政相对人名称",
    "name",
)
CODE_HEADERS = (
    "统一社会信用代码", "社会信用代码", "信用代码", "代码", "机构代码", "证照号码", "证件号码", "纳税人识别号",
    "注册号", "工商注册号", "组织机构代码", "法人及非法人组织统一社会信用代码", "行政相对人代码", "uscc", "code",
)  # fmt: skip
HEADER_SEARCH_ROWS = 10  # a title and a line "填报单位" often stand above the headers
LONGEST_HEADER = 60
MOST_COLUMNS = 16_384
NOISE = re.compile(r"[\s*＊:：]|[(（\[【].*?[)）\]】]")


class HeaderMissing(FileRefused):
    code = "collection.header_missing"
    message = "没有找到所需的列。请检查表头。"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as the spreadsheet shows it, and its text by header, in the order of the columns."""

    number: int
    cells: dict[str, str]
    problems: tuple[CellProblem, ...] = ()


# row number as the spreadsheet shows it; text by place of the header; what cannot be trusted
Line = tuple[int, list[str], tuple[CellProblem, ...]]


@dataclass(slots=True)
class Sheet:
    """A table: headers, and rows to be read once. Rows without any content are left out.

    Reading `lines` may still raise FileRefused: for what only the end of a file shows.
    """

    name: str
    headers: tuple[str, ...]
    lines: Iterator[Line] = field(repr=False)
    header_row: int = 1
    left_out: tuple[str, ...] = ()  # other sheets with content that were not read
    hidden: tuple[str, ...] = ()  # hidden sheets with content; not read either, the stamp's own left aside
    filled_down: int = 0  # ranges merged downwards whose text stands in each of their rows
    total: int | None = None  # rows below the headers, estimated before they are read; None: not known

    @property
    def rows(self) -> Iterator[SheetRow]:
        """The same as `lines`, once, each with its text by header."""
        headers = self.headers
        return (
            SheetRow(number, dict(zip(headers, texts, strict=True)), flaws) for number, texts, flaws in self.lines
        )


def read_sheet(
    source: Path | str | bytes | BinaryIO,
    name: str = "",
    *,
    expected: Collection[str] = (),
    limits: Limits = SMALL,
) -> Sheet:
    """The table of a file, of its bytes or of a seekable stream (open and not moved until the rows are read).

    `name` chooses a sheet (default: the first visible one that has expected headers, else the first with content).
    `expected` are header words; of the first ten rows the one that holds most of them is the header row.
    Raises FileRefused (Malformed) with a Chinese message for whatever cannot be read.
    """
    stream = _opened(source, limits)
    kind = sheet_guard.kind_of(stream)
    if kind == "csv":
        return _sheet_of(csv_tables.open_csv(stream, name, limits), expected, limits)[0]
    tables = (
        workbook_tables.open_xlsx(stream, name, limits) if kind == "xlsx" else workbook_tables.open_xls(stream, name)
    )
    first: Sheet | None = None
    with closing(tables):  # type: ignore[type-var]  # both are generators
        for table in tables:
            try:
                sheet, found = _sheet_of(table, expected, limits)
            except _NoHeader:
                continue
            if found or not expected:
                return sheet
            first = first or sheet
    if first is None:
        raise _NoHeader
    return first


def column_of(headers: Sequence[str], synonyms: Collection[str]) -> str | None:
    """The header that means one of the synonyms: exact first, then as a part; earlier synonyms win. None: absent.

    Marks that people add to headers (＊, （必填）, line breaks, full-width letters) do not count.
    """
    plain = {_plain(header): header for header in reversed(headers)}
    wanted = [_plain(synonym) for synonym in synonyms]
    for word in wanted:
        if word in plain:
            return plain[word]
    for word in wanted:
        if len(word) > 2:
            for key, header in reversed(plain.items()):
                if word in key:
                    return header
    return None


def require_column(headers: Sequence[str], synonyms: Sequence[str]) -> str:
    """`column_of`, or HeaderMissing naming what was looked for and what is there."""
    header = column_of(headers, synonyms)
    if header is None:
        there = "、".join(headers) or "（无）"
        raise HeaderMissing(f"没有找到“{synonyms[0]}”列。现有表头：{there}。请把该列的表头改为“{synonyms[0]}”。")
    return header


class _NoHeader(FileRefused):
    message = "表格的前 10 行没有内容，找不到表头。请把表头放在第一行后重新提交。"


def _opened(source: Path | str | bytes | BinaryIO, limits: Limits) -> BinaryIO:
    if isinstance(source, bytes):
        sheet_guard.check_size(len(source), limits)
        return io.BytesIO(source)
    if not isinstance(source, Path | str):
        sheet_guard.check_size(source.seek(0, 2), limits)
        return source
    path = Path(source)
    try:
        size = path.stat().st_size
        sheet_guard.check_size(size, limits)
        return io.BytesIO(path.read_bytes()) if size <= SMALL.size else path.open("rb")
    except FileNotFoundError as error:
        raise FileRefused(f"没有找到文件：{path.name}。") from error
    except (IsADirectoryError, PermissionError) as error:
        raise FileRefused(f"文件不能打开：{path.name}。") from error


def _plain(header: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", header)).lower()


# --- headers ---
def _sheet_of(table: Table, expected: Collection[str], limits: Limits) -> tuple[Sheet, bool]:
    """The table under its headers, and whether they hold an expected word."""
    top: list[Row] = []
    for row in table.rows:
        top.append(row)
        if row[0] >= HEADER_SEARCH_ROWS - 1:
            break
    texts = [row[1] for row in top]
    if not any(map(any, texts)):
        raise _NoHeader
    at, found = _header_place(texts, expected)
    index = top[at][0]
    groups = _groups(table, index, texts[at - 1]) if at and top[at - 1][0] == index - 1 else {}
    headers = _headers_of(texts[at], groups, {_plain(word) for word in expected})
    sheet = Sheet(
        name=table.name,
        headers=tuple(headers.values()),
        lines=_lines(chain(top[at + 1 :], table.rows), headers, len(texts[at]), table, limits),
        header_row=index + 1,
        left_out=table.left_out,
        hidden=table.hidden,
        filled_down=sum(last > top for top, merges in table.merges.items() for _, _, last in merges),
        total=None if table.total is None else max(table.total - index, 0),
    )
    return sheet, found


def _header_place(texts: list[list[str]], expected: Collection[str]) -> tuple[int, bool]:
    """The row with most of the expected headers, else the first with two different texts, else the first with any.

    A row with a single cell above wider rows is a title. The group titles of a header in two rows hold fewer of the
    expected words than the row below them.
    """
    rows = [{text for text in row if text} for row in texts]
    least = 2 if any(len(row) > 1 for row in rows) else 1
    words = {_plain(word) for word in expected}
    counts = [len({_plain(text) for text in row} & words) if len(row) >= least else 0 for row in rows]
    if any(counts):
        return counts.index(max(counts)), True
    for place, row in enumerate(rows):
        if len(row) >= least and column_of([text for text in row if len(text) < LONGEST_HEADER], expected):
            return place, True
    return next(place for place, row in enumerate(rows) if len(row) >= least), False


def _groups(table: Table, index: int, above: list[str]) -> dict[int, str]:
    """Column -> the title that a cell merged sideways in the row above spreads over it."""
    return {
        column: above[first]
        for first, last, bottom in table.merges.get(index - 1, ())
        if bottom == index - 1 and first < len(above)
        for column in range(first, min(last, MOST_COLUMNS) + 1)
    }


def _headers_of(row: list[str], groups: dict[int, str], expected: Collection[str]) -> dict[int, str]:
    """Column -> header; an empty one is left out, a repeated one is numbered.

    Under a group title "行政相对人" the header "名称" is "行政相对人名称", if that is expected and "名称" is not.
    """
    headers: dict[int, str] = {}
    for index, cell in enumerate(row):
        text = " ".join(cell.split())
        if not text:
            continue
        both = groups.get(index, "") + text
        if index in groups and _plain(both) in expected and _plain(text) not in expected:
            text = both
        count = sum(1 for known in headers.values() if known == text or known.startswith(f"{text}("))
        headers[index] = f"{text}({count + 1})" if count and text in headers.values() else text
    return headers


# --- rows ---
def _lines(raw: Iterator[Row], headers: dict[int, str], width: int, table: Table, limits: Limits) -> Iterator[Line]:
    names = list(headers.values())
    places = list(headers)
    side_by_side = places == list(range(len(places)))
    many = len(places)
    pick = itemgetter(*places)
    needed = places[-1] + 1
    place_of = {place: at for at, place in enumerate(places)}
    count = 0
    for index, texts, flaws in raw:
        if not any(texts) and not flaws:
            continue
        count += 1
        if count > limits.rows:
            count += sum(1 for rest in raw if any(rest[1]))
            raise csv_tables.too_many_rows(count, limits)
        problems: tuple[CellProblem, ...] = ()
        if flaws:
            problems = tuple(CellProblem(names[place_of[at]], message) for at, message in flaws if at in place_of)
        if table.ragged:
            problems += _row_problems(index, texts, width, table)
        if len(texts) < needed:
            texts += [""] * (needed - len(texts))
        if side_by_side:
            del texts[many:]
        else:
            texts = list(pick(texts)) if many > 1 else [pick(texts)]
        if problems or any(texts):
            yield index + 1, texts, problems


def _row_problems(index: int, texts: list[str], width: int, table: Table) -> tuple[CellProblem, ...]:
    if index in table.broken:
        return (CellProblem("", table.broken.pop(index)),)
    if len(texts) > width and any(texts[width:]):
        return (
            CellProblem(
                "",
                f"本行有 {len(texts)} 个单元格，表头只有 {width} 个，内容可能错位。"
                "请检查是否有未加引号的分隔符后重新提交。",
            ),
        )
    return ()

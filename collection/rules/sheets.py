"""Tables that people hand in: xlsx, xls and csv read into headers and rows of text. Pure but for the file's bytes.

Every cell becomes text, as a person sees it: whole numbers without a decimal point, dates as 2026-11-20. What cannot
be trusted (a formula without a result, a number whose digits were lost) is text "" or the damaged text plus a
problem on its row, so that the caller can put the reason beside the cell.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import openpyxl
import python_calamine

from collection.rules import sheet_guard
from collection.rules.sheet_guard import FileRefused

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
EXACT_INTEGERS = 10**15  # a spreadsheet keeps 15 digits of a number; the rest are zeros
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
NOISE = re.compile(r"[\s*＊:：]|[(（\[【].*?[)）\]】]")
DELIMITERS = (",", "\t", ";", "|")
LOST_DIGITS = "该单元格是数值格式，15 位以后的数字已丢失。请把该列设为文本格式后重新填写"
NO_RESULT = "公式没有计算结果或结果为错误。请在表格软件中打开并重新计算，或改填数值"


class HeaderMissing(FileRefused):
    code = "collection.header_missing"
    message = "没有找到所需的列。请检查表头。"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell cannot be trusted, in Chinese."""

    header: str
    message: str


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
    """A table: headers, and rows to be read once. Rows without any content are left out."""

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
        return (
            SheetRow(number, dict(zip(self.headers, texts, strict=True)), flaws)
            for number, texts, flaws in self.lines
        )


def read_sheet(
    source: Path | str | bytes | BinaryIO,
    name: str = "",
    *,
    expected: Collection[str] = (),
    limits: sheet_guard.Limits = sheet_guard.SMALL,
) -> Sheet:
    """The table of a file or of its bytes. `name` chooses a sheet (default: the first visible one with content).

    `expected` are header words; the first of the first ten rows that holds one of them is the header row.
    Raises FileRefused (Malformed) with a Chinese message for whatever cannot be read.
    """
    data = _bytes_of(source, limits)
    kind = sheet_guard.kind_of(data)
    if kind == "csv":
        return _sheet_of(name or "csv", _csv_rows(data), expected)
    formulas = sheet_guard.check_workbook(data).has_formulas if kind == "xlsx" else False
    return _from_workbook(data, name, expected, has_formulas=formulas)


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


def _bytes_of(source: Path | str | bytes | BinaryIO, limits: sheet_guard.Limits) -> bytes:
    if not isinstance(source, Path | str | bytes):
        source = source.read()
    if isinstance(source, bytes):
        sheet_guard.check_size(len(source))
        return source
    path = Path(source)
    try:
        sheet_guard.check_size(path.stat().st_size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileRefused(f"没有找到文件：{path.name}。") from error
    except (IsADirectoryError, PermissionError) as error:
        raise FileRefused(f"文件不能打开：{path.name}。") from error


def _plain(header: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", header)).lower()


# --- csv ---
def decode(data: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else GB18030, as spreadsheets here write it. Raises FileRefused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused("文字编码无法识别（可读取 UTF-8、GB18030 和带标记的 UTF-16）。请另存为 .xlsx 后重新提交。")


def _csv_rows(data: bytes) -> Iterator[list[object]]:
    text = decode(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in lines:
            yield [_unquoted(cell) for cell in row]
    except csv.Error as error:
        raise FileRefused(f"第 {lines.line_num} 行不是规范的 csv 格式。请另存为 .xlsx 后重新提交。") from error


def _unquoted(cell: str) -> str:
    """Without the tricks that keep a code from becoming a number: ="0123", a leading apostrophe."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.removeprefix("'")


# --- workbooks ---
def _from_workbook(data: bytes, name: str, expected: Collection[str], *, has_formulas: bool) -> Sheet:
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            visible = [s.name for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible]
            if name and name not in book.sheet_names:
                raise FileRefused(f"文件中没有名为“{name}”的工作表；有：{'、'.join(book.sheet_names)}。")
            sheets = [book.get_sheet_by_name(n) for n in ([name] if name else visible)]
    except python_calamine.PasswordError as error:
        raise FileRefused("文件设有打开密码，无法读取。请取消密码后重新提交。") from error
    except python_calamine.CalamineError as error:
        raise FileRefused from error
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        raise FileRefused("工作簿中没有内容。请检查后重新提交。")
    sheet = filled[0]
    unsure = _formula_cells(data, sheet.name) if has_formulas else {}
    result = _sheet_of(sheet.name, _workbook_rows(sheet), expected, unsure)
    result.left_out = tuple(other.name for other in filled[1:])
    return result


def _workbook_rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[object]]:
    """Rows from the first line and column A; a cell merged downwards stands in each of its rows."""
    assert sheet.start is not None
    left = [""] * sheet.start[1]
    merged = {
        (row, top_left[1]): top_left[0]
        for top_left, bottom_right in sheet.merged_cell_ranges or ()
        if bottom_right[0] - top_left[0] < HEADER_SEARCH_ROWS * 1000
        for row in range(top_left[0] + 1, bottom_right[0] + 1)
    }
    above: dict[tuple[int, int], object] = {}
    sources = {(top, column) for (_, column), top in merged.items()}
    for index, cells in enumerate(sheet.iter_rows()):
        row: list[object] = [*left, *cells]
        for column in range(len(row)) if merged else ():
            if (index, column) in sources:
                above[index, column] = row[column]
            elif row[column] == "" and (index, column) in merged:
                row[column] = above.get((merged[index, column], column), "")
        yield row


def _formula_cells(data: bytes, name: str) -> dict[tuple[int, int], str]:
    """(row, column), from 0, of cells that hold a formula or an error value, with the error value."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        sheet = book[name]
        sheet.reset_dimensions()  # the file's own statement of its size may lie
        return {
            (int(cell.row or 0) - 1, int(cell.column or 0) - 1): str(cell.value) if cell.data_type == "e" else ""
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type in ("f", "e")
        }
    finally:
        book.close()


# --- both ---
def _sheet_of(
    name: str,
    raw: Iterator[list[object]],
    expected: Collection[str],
    unsure: dict[tuple[int, int], str] | None = None,
) -> Sheet:
    top = [(index, row) for index, row in zip(range(HEADER_SEARCH_ROWS), raw, strict=False)]
    if not any(_text(cell)[0] for _, row in top for cell in row):
        raise FileRefused("表格的前 10 行没有内容，找不到表头。请把表头放在第一行后重新提交。")
    at = _header_index(top, expected)
    headers = _headers_of(top[at][1])
    rest = chain(top[at + 1 :], enumerate(raw, start=len(top)))
    return Sheet(
        name=name, headers=tuple(headers.values()), lines=_lines(rest, headers, unsure or {}), header_row=at + 1
    )


def _header_index(top: list[tuple[int, list[object]]], expected: Collection[str]) -> int:
    """The first row with an expected header, else the first with two different texts, else the first with any.

    A row with a single cell above wider rows is a title.
    """
    texts = [[text for cell in row if (text := _text(cell)[0])] for _, row in top]
    least = 2 if any(len(set(row)) > 1 for row in texts) else 1
    for index, row in enumerate(texts):
        if len(set(row)) >= least and column_of([t for t in row if len(t) < LONGEST_HEADER], expected):
            return index
    return next(index for index, row in enumerate(texts) if len(set(row)) >= least)


def _headers_of(row: list[object]) -> dict[int, str]:
    """Column -> header; an empty one is left out, a repeated one is numbered."""
    headers: dict[int, str] = {}
    for index, cell in enumerate(row):
        text = " ".join(_text(cell)[0].split())
        if text:
            count = sum(1 for known in headers.values() if known == text or known.startswith(f"{text}("))
            headers[index] = f"{text}({count + 1})" if count and text in headers.values() else text
    return headers


def _lines(
    raw: Iterator[tuple[int, list[object]]], headers: dict[int, str], unsure: dict[tuple[int, int], str]
) -> Iterator[Line]:
    for index, row in raw:
        texts: list[str] = []
        problems: list[CellProblem] = []
        for column, header in headers.items():
            text, problem = _text(row[column]) if column < len(row) else ("", "")
            if not text and (index, column) in unsure:
                error = unsure[index, column]
                problem = f"单元格是错误值 {error}。请改正后重新提交" if error else NO_RESULT
            texts.append(text)
            if problem:
                problems.append(CellProblem(header, problem))
        if problems or any(texts):
            yield index + 1, texts, tuple(problems)


def _text(cell: object) -> tuple[str, str]:
    """A cell as text, and what is wrong with it ("" for nothing)."""
    if isinstance(cell, str):
        text = cell.strip()
        return text, LOST_DIGITS if SCIENTIFIC.fullmatch(text) else ""
    if cell is None:
        return "", ""
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

"""Reading xlsx and xls: which sheet, and by which reader. Pure.

xls goes through calamine, xlsx too as long as it can be held in memory and every cell has a value of its own; larger
books and books with formulas or error values are streamed (workbook_stream).
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

import python_calamine

from collection.rules import sheet_guard
from collection.rules.cells import texts_of
from collection.rules.sheet_guard import FileRefused, Limits
from collection.rules.tables import Row, Table, filled_down
from collection.rules.workbook_stream import SheetEntry, sheets_of, stream_rows

HELD_CELLS = 4_000_000  # 100,000 rows of 33 columns and some; docs/decisions/0014 has what that takes
HELD_BYTES = 256 * 1024 * 1024
STAMP_SHEET = "_credit"  # collection.rules.stamp writes it; people do not see it
EXPLAINED, CODES = "填报说明", "代码表"  # sheets of our own templates, beside the data
ENCRYPTED = "文件设有打开密码，无法读取。请取消密码后重新提交。"
NO_MOMENT = (OverflowError, ValueError)  # calamine makes dates of numbers that are none
NO_CONTENT = "工作簿中没有内容。请检查后重新提交。"


def open_xlsx(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Table]:
    """The visible sheets with content in their order, or the one called `name`. Raises FileRefused."""
    book = sheet_guard.check_workbook(stream, limits)
    sheets = sheets_of(stream)
    ours = {STAMP_SHEET, EXPLAINED, CODES} if any(s.name == STAMP_SHEET for s in sheets) else set()
    filled = [s for s in sheets if s.part in book.parts and book.parts[s.part].filled and s.name not in ours]
    chosen = [s for s in sheets if s.name == name] if name else [s for s in filled if s.visible]
    if name and not chosen:
        raise FileRefused(f"文件中没有名为“{name}”的工作表；有：{'、'.join(s.name for s in sheets)}。")
    if any(s.part not in book.parts for s in sheets):
        raise FileRefused(sheet_guard.DAMAGED)
    if not any(s in filled for s in chosen):
        raise FileRefused(NO_CONTENT)
    for sheet in chosen:
        part = book.parts[sheet.part]
        held = part.rows * part.columns <= HELD_CELLS and book.unpacked <= HELD_BYTES and not part.formulas
        rows = _held_rows(stream, sheet) if held else stream_rows(stream, sheet.part)
        yield Table(
            sheet.name,
            filled_down(rows, part.merges),
            part.merges,
            total=max(part.rows - 1, 0),
            left_out=tuple(s.name for s in filled if s.visible and s is not sheet),
            hidden=tuple(s.name for s in filled if not s.visible and s is not sheet),
        )


def open_xls(stream: BinaryIO, name: str) -> Iterator[Table]:
    """The same for the old format. Raises FileRefused."""
    stream.seek(0)
    try:
        book = python_calamine.load_workbook(io.BytesIO(stream.read()))
    except python_calamine.PasswordError as error:
        raise FileRefused(ENCRYPTED) from error
    except python_calamine.CalamineError as error:
        raise FileRefused from error
    if name and name not in book.sheet_names:
        raise FileRefused(f"文件中没有名为“{name}”的工作表；有：{'、'.join(book.sheet_names)}。")
    visible = {s.name for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible}
    every = {n: book.get_sheet_by_name(n) for n in book.sheet_names}
    filled = [n for n, sheet in every.items() if sheet.start is not None]
    chosen = [name] if name else [n for n in filled if n in visible]
    if not any(n in filled for n in chosen):
        raise FileRefused(NO_CONTENT)
    for one in chosen:
        sheet = every[one]
        merges: dict[int, list[tuple[int, int, int]]] = {}
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            merges.setdefault(top, []).append((left, right, bottom))
        yield Table(
            one,
            filled_down(_rows_of_xls(sheet), merges),
            merges,
            total=max(sheet.total_height - 1, 0),
            left_out=tuple(n for n in filled if n in visible and n != one),
            hidden=tuple(n for n in filled if n not in visible and n != one),
        )


def _held_rows(stream: BinaryIO, sheet: SheetEntry) -> Iterator[Row]:
    """The rows by calamine; from where it does not understand the book, by the other reader."""
    stream.seek(0)
    done = -1
    try:
        book = python_calamine.load_workbook(stream)
        for row in _rows_of(book.get_sheet_by_name(sheet.name)):
            done = row[0]
            yield row
    except python_calamine.PasswordError as error:
        raise FileRefused(ENCRYPTED) from error
    except (python_calamine.CalamineError, *NO_MOMENT):
        yield from (row for row in stream_rows(stream, sheet.part) if row[0] > done)


def _rows_of(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for index, cells in enumerate(sheet.iter_rows()):
        yield index, *texts_of([*left, *cells] if left else cells)


def _rows_of_xls(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    try:
        yield from _rows_of(sheet)
    except NO_MOMENT as error:
        raise FileRefused from error

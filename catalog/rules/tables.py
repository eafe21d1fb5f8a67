"""Small tables that the credit office brings: field lists, lists of powers and duties. Pure: bytes in, rows out.

The reader of reported files (collection.rules) stands on a higher floor and is made for a million rows; these have
some hundreds. The limits are the house's own: 5 MB, 100 MB unpacked, 20,000 rows.
"""

import csv
import io
import zipfile

import python_calamine

from kernel.errors import Malformed

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 20_000
CHUNK = 1024 * 1024
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; what is longer has lost its end
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


class TableRefused(Malformed):
    """A file that is no table that can be read; the message says what to do instead."""

    code = "catalog.table_refused"
    message = "文件无法读取。请用表格软件另存为 .xlsx 或 .csv 后重新提交。"


def read_table(data: bytes) -> list[list[str]]:
    """Every row of the first visible sheet, or of the csv, as trimmed text; empty rows are kept, so that row numbers
    are those of the file. Raises TableRefused.
    """
    if not data.strip():
        raise TableRefused("文件是空的，没有可读取的内容。请检查后重新提交。")
    if len(data) > MAX_BYTES:
        raise TableRefused(f"文件超过 {MAX_BYTES // CHUNK} MB。请删去图片和多余的工作表后重新提交。")
    if data.startswith(OLE):
        raise TableRefused("文件是旧版 .xls 格式或设有打开密码。请取消密码，另存为 .xlsx 后重新提交。")
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise TableRefused("这是网页或 XML 格式的文件。请在表格软件中打开，另存为 .xlsx 后重新提交。")
    rows = _workbook(data) if data.startswith(b"PK") else _csv(data)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise TableRefused("文件中没有内容。请检查后重新提交。")
    if len(rows) > MAX_ROWS:
        raise TableRefused(f"文件超过 {MAX_ROWS} 行。请分成几个文件提交。")
    return rows


def by_heading(rows: list[list[str]], wanted: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Rows below the heading row (the first that has every wanted heading), as (row number of the file, cells).

    Rows without any text are left out. Raises TableRefused when no row has the headings.
    """
    found = next((at for at, row in enumerate(rows[:10]) if set(wanted) <= {_heading(cell) for cell in row}), None)
    if found is None:
        raise TableRefused(f"没有找到表头。首行须有：{'、'.join(wanted)}。请下载模板填写后重新提交。")
    headings = [_heading(cell) for cell in rows[found]]
    return [
        (number, {name: cell for name, cell in zip(headings, row, strict=False) if name})
        for number, row in enumerate(rows[found + 1 :], start=found + 2)
        if any(row)
    ]


def _heading(cell: str) -> str:
    return cell.replace("＊", "").replace("*", "").replace("\n", "").strip()


def _workbook(data: bytes) -> list[list[str]]:
    try:
        _weigh(data)
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            shown = [s.name for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible]
            cells = book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False) if shown else []
    except (python_calamine.CalamineError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, OSError) as error:
        raise TableRefused("表格文件已损坏、不完整或设有密码。请重新另存为 .xlsx 后提交。") from error
    return [
        [_text(cell, row, column) for column, cell in enumerate(line, start=1)]
        for row, line in enumerate(cells, start=1)
    ]


def _weigh(data: bytes) -> None:
    """A zip's directory may lie about sizes: unpack once, and stop at the limit."""
    weight = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                while piece := member.read(CHUNK):
                    weight += len(piece)
                    if weight > MAX_UNPACKED:
                        raise TableRefused("文件展开后过大，不予读取。请只保留需要的工作表后重新提交。")


def _text(cell: object, row: int, column: int) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            raise TableRefused(
                f"第 {row} 行第 {column} 列的长数字按数值保存，末几位已经丢失。请把该列设为文本格式，重新填写后提交。"
            )
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return str(cell).strip()


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableRefused
    if "\x00" in text:
        raise TableRefused("这不是表格文件。请提交 .xlsx 或 .csv 文件。")
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count)))
    except csv.Error as error:
        raise TableRefused from error
    return [[cell.strip() for cell in row] for row in rows]

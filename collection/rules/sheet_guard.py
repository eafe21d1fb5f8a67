"""What a file of cells may be before anybody unpacks it. Pure: bytes in, a finding or a refusal out.

The limits are the house's own (no law sets them): 50 MB as uploaded, 300 MB or 2,000 members unpacked, 20 million
cells. A workbook's directory may lie about sizes, so every part that will be read is unpacked once and its checksum
compared before the fast reader sees the file.
"""

import io
import re
import zipfile
from dataclasses import dataclass

from kernel.errors import Malformed

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_CELLS = 20_000_000
CHUNK = 1024 * 1024
OVERLAP = 128  # longer than any tag that the scan looks for
ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
# no "<" inside a tag: else a sheet of nothing but tags that never end is read once for each of them
CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*>")
FORMULA_OR_ERROR = re.compile(rb"<(?:\w+:)?f[\s>/]|\st=[\"']e[\"']")


class FileRefused(Malformed):
    """A file that cannot be read as a table; the message says what to do instead."""

    code = "collection.file_refused"
    message = "文件无法读取。请用表格软件另存为 .xlsx 或 .csv 后重新提交。"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as handed in, bytes and parts unpacked, cells, rows below the headers."""

    size: int
    unpacked: int
    members: int
    cells: int
    rows: int


SMALL = Limits(MAX_BYTES, MAX_UNPACKED, MAX_MEMBERS, MAX_CELLS, 1_000_000)  # read while somebody waits at a page
BULK = Limits(1024**3, 8 * 1024**3, MAX_MEMBERS, 100_000_000, 1_000_000)  # read by a worker, in bounded memory


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the scan found: whether some cell holds a formula or an error value, so that blanks need explaining."""

    has_formulas: bool


def check_size(size: int) -> None:
    """Refuse an empty file and one over 50 MB. Raises FileRefused."""
    if size == 0:
        raise FileRefused("文件是空的，没有可读取的内容。请检查后重新提交。")
    if size > MAX_BYTES:
        raise FileRefused(
            f"文件有 {size / 1024 / 1024:.0f} MB，超过 {MAX_BYTES // 1024 // 1024} MB 的上限。"
            "请删去图片和多余的工作表，或分成几个文件提交。"
        )


def kind_of(data: bytes) -> str:
    """xlsx, xls or csv by content, never by name. Raises FileRefused for what only looks like a table."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"PK"):
        return "xlsx"
    if data.startswith(OLE_MAGIC):
        if ENCRYPTED_MARK in data:
            raise FileRefused("文件设有打开密码，无法读取。请取消密码后重新提交。")
        return "xls"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<div")):
        raise FileRefused("这是网页格式的文件（扩展名虽为表格）。请在表格软件中打开，另存为 .xlsx 后重新提交。")
    if head.startswith(b"<?xml"):
        raise FileRefused("这是 XML 格式的文件。请在表格软件中打开，另存为 .xlsx 后重新提交。")
    if head.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise FileRefused("这不是表格文件。请提交 .xlsx、.xls 或 .csv 文件。")
    return "csv"


def check_workbook(data: bytes) -> Workbook:
    """Refuse zip bombs, lying directories, sheets with absurd dimensions and files that are no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _scan(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise FileRefused("表格文件已损坏或不完整。请重新导出后提交。") from error


def _scan(archive: zipfile.ZipFile) -> Workbook:
    members = archive.infolist()
    unpacked = sum(m.file_size for m in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise FileRefused(
            f"文件解压后过大（{unpacked / 1024 / 1024:.0f} MB，{len(members)} 个部件），已拒绝读取。"
            "请只保留需要报送的工作表，分成几个文件提交。"
        )
    names = {m.filename for m in members}
    if "xl/workbook.xml" not in names:
        raise FileRefused("只能读取 .xlsx、.xls 和 .csv 表格。请在表格软件中另存为 .xlsx 后重新提交。")
    formulas = False
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            formulas |= _scan_member(archive, member)
    return Workbook(has_formulas=formulas)


def _scan_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Unpack one part to its end (zipfile compares the checksum); for a sheet, measure it on the way."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    rows = columns = 0
    formulas = False
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            if not is_sheet:
                continue
            text = tail + chunk
            for match in CELL.finditer(text):
                rows = max(rows, int(match[2]))
                columns = max(columns, _column_number(match[1]))
            formulas = formulas or FORMULA_OR_ERROR.search(text) is not None
            if rows * columns > MAX_CELLS:
                raise FileRefused(
                    f"工作表有 {rows} 行 × {columns} 列，超过可读取的范围。"
                    "请删去表格以外的空行空列（含格式）后重新提交。"
                )
            tail = text[-OVERLAP:]
    return formulas


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

"""What a file of cells may be before anybody reads it. Pure: a file's bytes in, a finding or a refusal out.

The limits are the house's own (no law sets them). A workbook's directory may lie about sizes, so every part that will
be read is unpacked once and its checksum compared before any reader sees the file. On the way each sheet is measured:
its extent decides which reader can hold it, its formulas and merged cells what that reader must look for.
"""

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import BinaryIO

from kernel.errors import Malformed

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_CELLS = 20_000_000
CHUNK = 1024 * 1024
OVERLAP = 128  # longer than any tag that the scan looks for
MAX_XLS = 200 * 1024 * 1024  # the old format ends at 65,536 rows
ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
# no "<" inside a tag: else a sheet of nothing but tags that never end is read once for each of them
# a tag that closes itself holds nothing: borders drawn down to the last line are no rows
CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*(?<!/)>")
REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*(?<!/)>")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
# each begins with the one letter that is rare in a sheet, which lets the search run at the speed of memory
FORMULA = re.compile(rb"f(?<=[<:]f)[\s/>]")
ERROR = re.compile(rb"e(?<=t=[\"']e)[\"']")
CONTENT = (b"<v>", b":v>", b"<is>", b":is>", b"<v ", b"<is ")
DAMAGED = "表格文件已损坏或不完整。请重新导出后提交。"


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
BULK = Limits(1000 * 1024**2, 4 * 1024**3, MAX_MEMBERS, 100_000_000, 1_000_000)  # by a worker, in bounded memory


@dataclass(slots=True)
class Part:
    """A sheet as the scan measured it: extent, whether a cell holds a value, a formula or an error, merged ranges.

    `merges`: first row -> (first column, last column, last row), all from 0.
    """

    rows: int = 0
    columns: int = 0
    filled: bool = False
    formulas: bool = False
    merges: defaultdict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))

    def reach(self, cell: re.Match[bytes]) -> None:
        self.rows = max(self.rows, int(cell[2]))
        self.columns = max(self.columns, column_number(cell[1]))


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the scan found: the sheets by the name of their part, and the bytes of everything unpacked."""

    parts: dict[str, Part]
    unpacked: int

    @property
    def has_formulas(self) -> bool:
        return any(part.formulas for part in self.parts.values())


def check_size(size: int, limits: Limits = SMALL) -> None:
    """Refuse an empty file and one over the limit. Raises FileRefused."""
    if size == 0:
        raise FileRefused("文件是空的，没有可读取的内容。请检查后重新提交。")
    if size > limits.size:
        raise FileRefused(
            f"文件有 {size / 1024 / 1024:.0f} MB，超过 {limits.size // 1024 // 1024} MB 的上限。"
            "请删去图片和多余的工作表，或分成几个文件提交。"
        )


def kind_of(stream: BinaryIO) -> str:
    """xlsx, xls or csv by content, never by name. Raises FileRefused for what only looks like a table."""
    stream.seek(0)
    start = stream.read(4096)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"PK"):
        return "xlsx"
    if start.startswith(OLE_MAGIC):
        _demand_open_ole(stream)
        return "xls"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<div")):
        raise FileRefused("这是网页格式的文件（扩展名虽为表格）。请在表格软件中打开，另存为 .xlsx 后重新提交。")
    if head.startswith(b"<?xml"):
        raise FileRefused("这是 XML 格式的文件。请在表格软件中打开，另存为 .xlsx 后重新提交。")
    if head.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")):
        raise FileRefused("这不是表格文件。请提交 .xlsx、.xls 或 .csv 文件。")
    return "csv"


def _demand_open_ole(stream: BinaryIO) -> None:
    stream.seek(0, 2)
    if stream.tell() > MAX_XLS:
        raise FileRefused(f".xls 文件超过 {MAX_XLS // 1024 // 1024} MB。请另存为 .xlsx 后重新提交。")
    stream.seek(0)
    tail = b""
    while chunk := stream.read(CHUNK):
        if ENCRYPTED_MARK in tail + chunk:
            raise FileRefused("文件设有打开密码，无法读取。请取消密码后重新提交。")
        tail = chunk[-len(ENCRYPTED_MARK) :]


def check_workbook(stream: BinaryIO, limits: Limits = SMALL) -> Workbook:
    """Refuse zip bombs, lying directories, sheets with absurd dimensions and files that are no workbook."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _scan(archive, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise FileRefused(DAMAGED) from error


def check_directory(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """The parts of a workbook, if its directory promises no more than may be unpacked. Raises FileRefused."""
    members = archive.infolist()
    unpacked = sum(m.file_size for m in members)
    if len(members) > limits.members or unpacked > limits.unpacked:
        raise FileRefused(
            f"文件解压后过大（{unpacked / 1024 / 1024:.0f} MB，{len(members)} 个部件），已拒绝读取。"
            "请只保留需要报送的工作表，分成几个文件提交。"
        )
    if all(m.filename != "xl/workbook.xml" for m in members):
        raise FileRefused("只能读取 .xlsx、.xls 和 .csv 表格。请在表格软件中另存为 .xlsx 后重新提交。")
    return members


def _scan(archive: zipfile.ZipFile, limits: Limits) -> Workbook:
    members = check_directory(archive, limits)
    parts: dict[str, Part] = {}
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            part = _scan_member(archive, member, limits)
            if part is not None:
                parts[member.filename] = part
    return Workbook(parts, sum(m.file_size for m in members if m.filename.endswith(".xml")))


def _scan_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> Part | None:
    """Unpack one part to its end (zipfile compares the checksum); for a sheet, measure it on the way."""
    found = Part() if member.filename.startswith("xl/worksheets/") else None
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            if found is None:
                continue
            text = tail + chunk
            _measure(text, found)
            if found.rows * found.columns > limits.cells:
                raise FileRefused(
                    f"工作表有 {found.rows} 行 × {found.columns} 列，超过可读取的范围。"
                    "请删去表格以外的空行空列（含格式）后重新提交。"
                )
            tail = text[-OVERLAP:]
    return found


def _measure(text: bytes, found: Part) -> None:
    """Add what a piece of a sheet's XML shows. Cells are counted one by one only where the extent grows unusually."""
    for match in REFERENCE.finditer(text, max(0, len(text) - OVERLAP * 32)):
        found.reach(match)
    beyond = rb"r=[\"'](?:%s|[A-Z]{1,3}%s[\"'])[^<>]*(?<!/)>" % (_wider(found.columns), _larger(found.rows))
    if not found.rows or re.search(beyond, text):
        for match in CELL.finditer(text):
            found.reach(match)
    found.filled = found.filled or any(mark in text for mark in CONTENT)
    found.formulas = found.formulas or bool(FORMULA.search(text) or ERROR.search(text))
    if b"mergeCell" in text:
        for match in MERGED.finditer(text):
            top, bottom = int(match[2]) - 1, int(match[4]) - 1
            merge = (column_number(match[1]) - 1, column_number(match[3]) - 1, bottom)
            if merge not in found.merges[top][-1:]:
                found.merges[top].append(merge)


def column_number(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _wider(columns: int) -> bytes:
    """A pattern of the letters of every column beyond it, with the digit that follows."""
    letters = column_letters(columns).encode()
    ways = [rb"[A-Z]{%d,3}" % (len(letters) + 1)] if len(letters) < 3 else []
    for place, letter in enumerate(letters):
        if letter < ord("Z"):
            ways.append(letters[:place] + rb"[%c-Z]" % (letter + 1) + rb"[A-Z]" * (len(letters) - place - 1))
    return rb"(?:" + rb"|".join(ways or [rb"(?!)"]) + rb")\d"


def _larger(rows: int) -> bytes:
    """A pattern of every number of up to seven digits above it."""
    digits = str(rows).encode()
    ways = [rb"\d{%d,7}" % (len(digits) + 1)] if len(digits) < 7 else []
    for place, digit in enumerate(digits):
        if digit < ord("9"):
            ways.append(digits[:place] + rb"[%c-9]" % (digit + 1) + rb"\d" * (len(digits) - place - 1))
    return rb"(?:" + rb"|".join(ways or [rb"(?!)"]) + rb")"

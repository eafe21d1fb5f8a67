"""Reading csv from a stream: encoding, delimiter and quotes as spreadsheets and other systems here write them. Pure.

The file is read twice and never held: once to learn its encoding (a mistake on the last line is a refusal that names
the line, never a replacement character) and how many lines it has, once for the rows. About 1 MB is in memory.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from collection.rules import cells
from collection.rules.sheet_guard import FileRefused, Limits
from collection.rules.tables import Row, Table

CHUNK = 1024 * 1024
LONGEST_LINE = 8 * CHUNK
LONGEST_CELL = 128 * 1024  # of the csv module
HEAD = 64 * 1024
DELIMITERS = (",", "\t", ";", "|")
SURE = 8  # so many characters of several bytes that are good UTF-8 in a row are no accident
RARE_SHARE = 0.2
BY_FAR = 8
READABLE = "可读取 UTF-8、GB18030 和带标记的 UTF-16"
SAVE_AGAIN = "请另存为 .xlsx 后重新提交。"


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading learned."""

    encoding: str
    lines: int


def open_csv(stream: BinaryIO, name: str, limits: Limits) -> Table:
    """The rows of a csv. Raises FileRefused for its encoding now, for its quotes while the rows are read."""
    survey = surveyed(stream)
    table = Table(name or "csv", iter(()), ragged=True, total=max(survey.lines - 1, 0))
    text = _Text(stream, survey.encoding)
    delimiter = _delimiter(stream, survey.encoding)
    if survey.lines > limits.rows:
        count = sum(1 for row in csv.reader(_Text(stream, survey.encoding).lines(), delimiter=delimiter) if row) - 1
        if count > limits.rows:
            raise too_many_rows(count, limits)
    table.rows = _rows(text, delimiter, table.broken)
    return table


def too_many_rows(count: int, limits: Limits) -> FileRefused:
    return FileRefused(
        f"文件有 {count:,} 行数据，超过一次 {limits.rows:,} 行的上限。请分成几个文件提交（每个文件都要有表头）。"
    )


# --- encoding ---
def surveyed(stream: BinaryIO) -> Survey:
    """The encoding by the byte order mark, else UTF-8, else GB18030; and the number of lines. Raises FileRefused."""
    stream.seek(0)
    head = stream.read(HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = ["utf-16"]
    elif head.startswith(b"\xef\xbb\xbf"):
        found = ["utf-8-sig"]
    else:
        if b"\0" in head and _looks_like_utf16(head):
            raise FileRefused(f"文件像是没有标记的 UTF-16 编码，编码无法识别（{READABLE}）。{SAVE_AGAIN}")
        found = ["utf-8", "gb18030"]
    for encoding in found:
        lines, wrong, letters = _tried(stream, encoding)
        if not wrong:
            if encoding == "gb18030":
                _demand_simplified(head)
            return Survey(encoding, lines)
        if encoding == "utf-8" and letters >= SURE:
            break
    if encoding == "utf-8" or encoding == "utf-8-sig":
        raise FileRefused(f"第 {wrong} 行的文字编码与前面的行不同（前面是 UTF-8），编码无法识别。{SAVE_AGAIN}")
    raise FileRefused(f"第 {wrong} 行的文字编码无法识别（{READABLE}）。{SAVE_AGAIN}")


def _tried(stream: BinaryIO, encoding: str) -> tuple[int, int, int]:
    """(lines, the first wrong line or 0, characters of several bytes before it). A NUL is wrong in any encoding."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = letters = 0
    ending = "\n"
    while True:
        chunk = stream.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            return lines, lines + good.count("\n") + 1, letters + sum(1 for char in good if char > "\x7f")
        if "\0" in text:
            line = lines + text[: text.index("\0")].count("\n") + 1
            raise FileRefused(f"第 {line} 行含有空字符（NUL），编码无法识别（{READABLE}）。{SAVE_AGAIN}")
        if encoding == "gb18030" and (place := _line_in_utf8(chunk)):
            line = lines + place
            raise FileRefused(
                f"第 {line} 行是 UTF-8 编码，与文件其余各行（GB18030）不同。请统一编码，{SAVE_AGAIN[1:]}"
            )
        if not chunk:
            return lines + (ending not in "\r\n"), 0, letters
        letters = letters or len(text.encode()) - len(text)
        lines += text.count("\n")
        ending = text[-1:] or ending


def _line_in_utf8(chunk: bytes) -> int:
    """The first line that is good UTF-8 with too many letters for an accident, from 1; 0: none."""
    for place, line in enumerate(chunk.split(b"\n"), start=1):
        if not line.isascii():
            try:
                text = line.decode()
            except UnicodeDecodeError:
                continue
            if len(line) - len(text) >= 2 * SURE:
                return place
    return 0


def _looks_like_utf16(head: bytes) -> bool:
    """Delimiters and digits with a NUL always on the same side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > 4 and min(even, odd) * 20 < max(even, odd)


def _demand_simplified(head: bytes) -> None:
    """Big5 is nearly always good GB18030 of rare characters. Raises FileRefused."""
    text = head.decode("gb18030", "ignore")
    written = [
        char for char in text if "\u4e00" <= char <= "\u9fff" or char > "\uff00" or "\ue000" <= char < "\uf900"
    ]
    rare = sum(1 for char in written if not char.encode("gb2312", "ignore"))
    if len(written) < SURE or rare < len(written) * RARE_SHARE:
        return
    try:
        other = codecs.getincrementaldecoder("big5")("strict").decode(head)
    except UnicodeDecodeError:
        return
    common = sum(1 for char in other if "\u4e00" <= char <= "\u9fff" and char.encode("big5") < b"\xc9\x40")
    if common > len(written) * (1 - RARE_SHARE) * 0.5:
        raise FileRefused(f"文件像是繁体 Big5 编码，编码无法识别（{READABLE}）。{SAVE_AGAIN}")


# --- rows ---
def _delimiter(stream: BinaryIO, encoding: str) -> str:
    """The mark that is most frequent in the first line that has any, unless another one is so in a later line by far
    (a comma in a title above a table with tabs)."""
    stream.seek(0)
    text = codecs.getincrementaldecoder(encoding)("strict").decode(stream.read(HEAD))
    counts = [
        {mark: line.count(mark) for mark in DELIMITERS} for line in re.split(r"[\r\n]+", text, maxsplit=20)[:10]
    ]
    first = next((count for count in counts if any(count.values())), counts[0])
    usual = max(DELIMITERS, key=lambda mark: first[mark])
    most = max(DELIMITERS, key=lambda mark: max(count[mark] for count in counts))
    return most if max(count[most] for count in counts) >= BY_FAR * first[usual] else usual


class _Text:
    """Lines of a stream. `odd`: something in the part of the file that gave the last one needs a look."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream, self.encoding = stream, encoding
        self.odd = False

    def lines(self) -> Iterator[str]:
        self.stream.seek(0)
        decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        rest = ""
        before = False
        while True:
            chunk = self.stream.read(CHUNK)
            text = rest + decoder.decode(chunk, final=not chunk)
            cut = text.rfind("\n") + 1 or text.rfind("\r", 0, len(text) - 1) + 1
            if not chunk:
                cut = len(text)
            elif not cut and len(text) > LONGEST_LINE:
                raise FileRefused(f"文件的一行超过 {LONGEST_LINE:,} 个字符，不是规范的 csv 格式。{SAVE_AGAIN}")
            text, rest = text[:cut], text[cut:]
            now = "'" in text or "=" in text or "+" in text or cells.PRIVATE.search(text) is not None
            self.odd, before = now or before, now  # a record may have begun in the part before
            yield from io.StringIO(text, newline="")
            if not chunk:
                return


def _rows(text: _Text, delimiter: str, broken: dict[int, str]) -> Iterator[Row]:
    """A line without a quote is a row, and parted as such many times faster than by the reader that knows quotes; any
    other goes to that reader, with the lines that follow it until its quotes are closed."""
    lines = text.lines()
    for index, line in enumerate(lines):
        if '"' not in line and len(line) <= LONGEST_CELL:
            texts = list(map(str.strip, line.split(delimiter)))
        else:
            texts = list(map(str.strip, _quoted(line, lines, delimiter, broken, index)))
        yield index, texts, cells.looked_at(texts) if text.odd else []


def _quoted(line: str, rest: Iterator[str], delimiter: str, broken: dict[int, str], index: int) -> list[str]:
    """The row that begins with the line. One with a wrong quote is `broken`, if it ends with its line."""
    reader = csv.reader(chain([line], rest), delimiter=delimiter, strict=True)
    try:
        return next(reader)
    except csv.Error as error:
        if reader.line_num > 1 or "unexpected end" in str(error) or "limit" in str(error):
            raise FileRefused(
                f"第 {index + 1} 行有一个没有配对的双引号，其后的内容无法分行，不是规范的 csv 格式。"
                f"请删去或补全该引号，或{SAVE_AGAIN[1:]}"
            ) from error
        broken[index] = "本行的双引号不成对，各列可能错位。请删去多余的双引号后重新提交。"
        return next(csv.reader([line], delimiter=delimiter))

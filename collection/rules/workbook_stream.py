"""Rows of an xlsx sheet straight from its XML, in bounded memory, with what calamine does not tell.

calamine is faster, but holds the whole sheet and gives "" for an error value and for a formula without a result. This
reader takes what calamine cannot: books too large to hold, and books with formulas or errors, where a blank needs a
reason. tests/collection/test_rules_workbooks.py holds the two to the same rows.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import IO, BinaryIO, overload
from xml.parsers import expat

from lxml import etree

from collection.rules import workbook_fast
from collection.rules.cells import Broken, texts_of
from collection.rules.shared_strings import CHUNK, NoDoctype, parser_of, shared_strings, texts_in
from collection.rules.sheet_guard import DAMAGED, FileRefused, column_number
from collection.rules.tables import Row

MOST_COLUMNS = 16_384
EXCELS_EPOCH = date(1899, 12, 30)
AFTER_9999 = 2_958_466  # the serial number of the day after the last that a spreadsheet knows
MOST_DAYS = 999_999_999  # of a timedelta
DAY = 86_400_000  # milliseconds
DIGITS = "0123456789"
SHARED = "\x00"  # cannot stand in XML
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})  # as calamine takes them
DURATION_FORMAT = 46
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it: name, whether people see it, the name of its part."""

    name: str
    visible: bool
    part: str


class _Bad(Exception):
    """Something in the XML that no sheet holds."""


def sheets_of(stream: BinaryIO) -> list[SheetEntry]:
    """The sheets in the order of their tabs. Raises FileRefused."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _listed(archive)
    except (etree.XMLSyntaxError, KeyError, NoDoctype, _Bad, zipfile.BadZipFile) as error:
        raise FileRefused(DAMAGED) from error


def stream_rows(stream: BinaryIO, part: str) -> Iterator[Row]:
    """Each row of a part that has cells. Raises FileRefused."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            strings: Sequence[str] = ()
            if "xl/sharedStrings.xml" in names:
                size = archive.getinfo("xl/sharedStrings.xml").file_size
                with archive.open("xl/sharedStrings.xml") as texts:
                    strings = shared_strings(texts, size)
            book = _tree(archive, "xl/workbook.xml")
            styles = _date_styles(_tree(archive, "xl/styles.xml")) if "xl/styles.xml" in names else {}
            done = -1
            try:
                with archive.open(part) as xml:
                    for index, row in _fast_rows(xml, strings, styles, _epoch(book)):
                        done = index
                        yield index, *texts_of(row)
            except workbook_fast.Unusual:
                with archive.open(part) as xml:
                    for index, row in _parsed_rows(xml, strings, styles, _epoch(book)):
                        if index > done:
                            yield index, *texts_of(row)
    except (
        expat.ExpatError,
        etree.XMLSyntaxError,
        NoDoctype,
        _Bad,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        raise FileRefused(DAMAGED) from error


def _parsed_rows(
    xml: IO[bytes], strings: Sequence[str], styles: dict[str, str], since: date
) -> Iterator[tuple[int, list[object]]]:
    sheet = _Sheet(strings, styles, since=since)
    while chunk := xml.read(CHUNK):
        yield from sheet.fed(chunk)
    yield from sheet.fed(b"", last=True)


def _fast_rows(
    xml: IO[bytes], strings: Sequence[str], styles: dict[str, str], since: date
) -> Iterator[tuple[int, list[object]]]:
    """The same for the usual XML. Raises workbook_fast.Unusual where that ends."""
    places: dict[str, int] = {}
    for index, cells in workbook_fast.rows_in(xml):
        if isinstance(cells, bytes):
            alone = io.BytesIO(b'<row r="%d">%b</row>' % (index + 1, cells))
            yield from _parsed_rows(alone, strings, styles, since)
            continue
        row: list[object] = []
        for letters, style, kind, formula, has_value, text in cells:
            column = places.get(letters, -1)
            if column < 0:
                column = places[letters] = column_number(letters.encode()) - 1
            if column != len(row):
                row.extend([""] * (column - len(row)))
                if column < len(row):
                    raise workbook_fast.Unusual
            if kind == "s" and has_value and text:
                shared = strings[int(text)]
                row.append(_unescaped(shared) if "_x" in shared else shared)
            else:
                row.append(_value(text, kind, style, formula, strings, styles, since))
        if row:
            yield index, row


def few_rows(stream: BinaryIO, part: str, most: int) -> list[list[str]]:
    """The texts of a small sheet that may stand beside a very large one: of the workbook's texts only those are read
    that come before the last one needed. Raises FileRefused.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            sheet = _Sheet(_Numbers(), {}, since=EXCELS_EPOCH)
            rows: list[list[object]] = []
            with archive.open(part) as xml:
                while (chunk := xml.read(CHUNK)) and len(rows) < most:
                    rows += [row for _, row in sheet.fed(chunk)]
            wanted = {
                int(str(cell)[1:]) for row in rows for cell in row if isinstance(cell, str) and cell[:1] == SHARED
            }
            found: dict[str, str] = {}
            if wanted:
                with archive.open("xl/sharedStrings.xml") as texts:
                    count = 0
                    for some in texts_in(texts):
                        found |= {f"{SHARED}{n}": text for n, text in enumerate(some, count) if n in wanted}
                        count += len(some)
                        if count > max(wanted):
                            break
            return [texts_of([found.get(str(cell), cell) for cell in row])[0] for row in rows]
    except (expat.ExpatError, NoDoctype, _Bad, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise FileRefused(DAMAGED) from error


class _Numbers(Sequence[str]):
    """In place of the workbook's texts: the number of each, to be looked up later."""

    def __len__(self) -> int:
        return 0

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        return f"{SHARED}{number}"


def _tree(archive: zipfile.ZipFile, name: str) -> "etree._Element":
    """A small part as a tree. No entity is resolved, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    text = archive.read(name)
    if b"<!DOCTYPE" in text:
        raise NoDoctype(name)
    return etree.fromstring(text, parser)


def _listed(archive: zipfile.ZipFile) -> list[SheetEntry]:
    targets = {
        str(one.get("Id")): posixpath.normpath(posixpath.join("/xl", str(one.get("Target")))).lstrip("/")
        for one in _tree(archive, "xl/_rels/workbook.xml.rels").iter("{*}Relationship")
    }
    listed = []
    for one in _tree(archive, "xl/workbook.xml").iter("{*}sheet"):
        key = next((str(value) for name, value in one.attrib.items() if str(name).endswith("}id")), "")
        part = targets.get(key, "")
        if part.startswith("xl/worksheets/"):
            listed.append(SheetEntry(str(one.get("name")), one.get("state", "visible") == "visible", part))
    return listed


def _epoch(book: "etree._Element") -> date:
    pr = next(book.iter("{*}workbookPr"), None)
    return date(1904, 1, 1) if pr is not None and pr.get("date1904") in ("1", "true") else EXCELS_EPOCH


def _date_styles(styles: "etree._Element") -> dict[str, str]:
    """Style number as cells write it -> "date" or "duration"."""
    own = {str(one.get("numFmtId")): _format_kind(str(one.get("formatCode"))) for one in styles.iter("{*}numFmt")}
    kinds: dict[str, str] = {}
    for table in styles.iter("{*}cellXfs"):
        for number, xf in enumerate(table.iter("{*}xf")):
            key = str(xf.get("numFmtId", "0"))
            kind = own.get(key, "")
            if key not in own:
                kind = "date" if int(key) in DATE_FORMATS else "duration" if int(key) == DURATION_FORMAT else ""
            if kind:
                kinds[str(number)] = kind
    return kinds


def _format_kind(code: str) -> str:
    first = LITERAL.sub("", code).split(";")[0].lower()
    if "[h" in first or "[m" in first or "[s" in first:
        return "duration"
    return "date" if re.search(r"[dmhys]|am/pm", first) else ""


class _Sheet:
    """Feeds on the XML of a sheet and gives the rows that are complete."""

    def __init__(self, strings: Sequence[str], styles: dict[str, str], *, since: date) -> None:
        self._rows: list[tuple[int, list[object]]] = []
        self._parser = parser_of()
        self._handlers(strings, styles, since)

    def fed(self, chunk: bytes, *, last: bool = False) -> list[tuple[int, list[object]]]:
        self._parser.Parse(chunk, last)
        rows, self._rows[:] = self._rows[:], []
        return rows

    def _handlers(self, strings: Sequence[str], styles: dict[str, str], since: date) -> None:
        """Local names instead of attributes: these run for every cell."""
        parser, rows = self._parser, self._rows
        places: dict[str, int] = {}
        pieces: list[str] = []
        row: list[object] = []
        index = column = -1
        kind = style = ""
        formula = has_value = False
        hints = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, index, column, kind, style, formula, has_value, hints
            if ":" in name:
                name = name.rpartition(":")[2]
            if name == "c":
                letters = attributes.get("r", "").rstrip(DIGITS)
                if not letters:
                    column += 1
                elif letters in places:
                    column = places[letters]
                else:
                    column = places[letters] = column_number(letters.encode()) - 1
                    if not 0 <= column < MOST_COLUMNS or not letters.isupper():
                        raise _Bad
                kind, style = attributes.get("t", ""), attributes.get("s", "")
                formula = has_value = False
                pieces.clear()
            elif name == "v":
                has_value = True
                parser.CharacterDataHandler = pieces.append
            elif name == "t":
                if not hints:
                    has_value = True
                    parser.CharacterDataHandler = pieces.append
            elif name == "f":
                formula = True
            elif name == "row":
                index = int(attributes["r"]) - 1 if "r" in attributes else index + 1
                column, row = -1, []
            elif name == "rPh":
                hints += 1

        def end(name: str) -> None:
            nonlocal hints
            if ":" in name:
                name = name.rpartition(":")[2]
            if name in ("v", "t"):
                parser.CharacterDataHandler = None
            elif name == "c":
                if has_value or formula:
                    value = _value("".join(pieces), kind, style, formula, strings, styles, since)
                    if column == len(row):
                        row.append(value)
                    else:
                        row.extend([""] * (column + 1 - len(row)))
                        row[column] = value
            elif name == "row":
                if row:
                    rows.append((index, row))
            elif name == "rPh":
                hints -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end


def _value(
    text: str, kind: str, style: str, formula: bool, strings: Sequence[str], styles: dict[str, str], since: date
) -> object:
    if kind == "s":
        return _unescaped(strings[int(text)]) if text else ""
    if kind in ("str", "inlineStr"):
        return _unescaped(text)
    if kind == "e":
        return Broken(text or "#N/A")
    if not text:
        return Broken("") if formula else ""
    if kind == "b":
        return text in ("1", "true")
    if kind == "d":
        return text
    number = float(text)
    return DATED[styles[style]](number, since) if style in styles else number


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _moment(number: float, since: date) -> object:
    """A serial number as the date or time that the sheet shows; a number that is no day stays a number."""
    if not 0 <= number < AFTER_9999 - (since - EXCELS_EPOCH).days:
        return number
    days, milliseconds = divmod(round(number * DAY), DAY)
    seconds, rest = divmod(milliseconds, 1000)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest * 1000)
    if not days:
        return clock
    day = since + timedelta(days=days + (1 if since == EXCELS_EPOCH and days < 60 else 0))  # 1900-02-29 never was
    return f"{day} {clock}" if milliseconds else day


def _duration(number: float, _: date) -> object:
    return timedelta(milliseconds=round(number * DAY)) if abs(number) < MOST_DAYS else number


DATED: dict[str, Callable[[float, date], object]] = {"date": _moment, "duration": _duration}

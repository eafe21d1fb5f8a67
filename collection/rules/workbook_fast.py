"""The usual XML of a sheet and of its texts, by patterns instead of a parser: four times as fast. Pure.

A pattern takes a row only if nothing else can be in it: every "<" of the row belongs to a tag that the pattern
accounts for. What it does not know (a prefix, a comment, an entity, runs of text, another encoding) goes to the
parser, row by row, or from that row on where the whole part is unusual.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO

CHUNK = 1024 * 1024
LONGEST_ROW = 64 * CHUNK
CELL = re.compile(
    r'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(s|n|str|b|e|inlineStr)")?'
    r"(?:(/)>|>(<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?"
    r'(?:(<v>)([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|<v/>)?</c>)'
)
TEXT = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
ROW_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
UTF8 = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="\w+")?\s*\?>)?'
)
Cell = tuple[str, str, str, bool, bool, str]  # letters, style, type, formula, with a value, text


class Unusual(Exception):
    """The rest of the part is for the parser."""


def rows_in(part: IO[bytes]) -> Iterator[tuple[int, list[Cell] | bytes]]:
    """(index from 0, cells that hold something) of each row; bytes in place of cells: a row for the parser.

    Raises Unusual.
    """
    rest = b""
    begun = ended = False
    while chunk := part.read(CHUNK):
        if b"<!" in chunk or (rest[-1:] == b"<" and chunk[:1] == b"!"):
            raise Unusual
        if not begun:
            declared = UTF8.match(chunk)
            begun = declared is not None and chunk[declared.end() :].lstrip()[:10] == b"<worksheet"
            if not begun:
                raise Unusual
        pieces = (rest + chunk).split(b"</row>")
        rest = pieces.pop()
        if len(rest) > LONGEST_ROW:
            raise Unusual
        for piece in pieces:
            at = piece.rfind(b"<row")
            close = piece.find(b">", at)
            number = ROW_NUMBER.search(piece, at, close)
            if at < 0 or number is None:
                raise Unusual
            yield int(number[1]) - 1, _cells(piece[close + 1 :])
        ended = ended or b"</sheetData>" in rest or b"<sheetData/>" in rest
    if not ended:
        raise Unusual


def _cells(row: bytes) -> list[Cell] | bytes:
    if b"&" in row or b"\r" in row:
        return row
    text = row.decode()
    found = CELL.findall(text)
    tags = 0
    cells: list[Cell] = []
    for letters, style, kind, alone, formula, value, number, inline in found:
        if alone:
            tags += 1
            continue
        tags += 2 + (0 if not formula else 1 if formula.endswith("/>") else 2)
        if value:
            tags += 2
            cells.append((letters, style, kind, bool(formula), True, number))
        elif inline or kind == "inlineStr":
            tags += 4
            cells.append((letters, style, kind, bool(formula), True, inline))
        elif formula:
            cells.append((letters, style, kind, True, False, ""))
    return cells if tags == text.count("<") else row


def texts_in(part: IO[bytes], parsed: Callable[[bytes], list[str]]) -> Iterator[list[str]]:
    """The texts of xl/sharedStrings.xml in order, some at a time; `parsed` reads those that the pattern cannot.

    Raises Unusual, before the first text only.
    """
    rest = b""
    begun = False
    while chunk := part.read(CHUNK):
        if not begun:
            declared = UTF8.match(chunk)
            start = chunk.find(b">", chunk.find(b"<sst")) + 1
            if declared is None or not start or not chunk[declared.end() :].lstrip().startswith(b"<sst"):
                raise Unusual
            begun, chunk = True, chunk[start:]
        whole = rest + chunk
        cut = whole.rfind(b"</si>") + 5
        if cut < 5:
            rest = whole
            continue
        piece, rest = whole[:cut], whole[cut:]
        yield _texts(piece) or parsed(piece)


def _texts(piece: bytes) -> list[str]:
    """The texts of a piece; nothing: it holds something else too."""
    if b"&#" in piece or b"\r" in piece:
        return []
    text = piece.decode()
    found = TEXT.findall(text)
    if len(found) * 4 != text.count("<"):
        return []
    if "&" not in text:
        return found
    return [_plain(one) if "&" in one else one for one in found]


def _plain(text: str) -> str:
    """The ampersand is undone last, so that &amp;lt; stays the &lt; that was written."""
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text

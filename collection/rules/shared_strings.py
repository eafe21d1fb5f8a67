"""The table of texts of a workbook, in bounded memory.

A workbook keeps each different text once and its cells hold numbers of texts. A million rows have ten million texts,
more than may be held: they are packed in blocks, in the order in which cells first used them, so that reading the
rows in order unpacks each block about once. Nothing is written to disk, where it would lie unencrypted.
"""

import io
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import IO, overload
from xml.parsers import expat

from collection.rules import workbook_fast

HELD = 64 * 1024 * 1024  # bytes of XML up to which the texts are simply held
BLOCK = 64  # texts: a name that comes back after 100,000 rows costs the unpacking of so many
UNPACKED_BLOCKS = 4_000
CHUNK = 256 * 1024
BETWEEN = "\x00"  # cannot stand in XML


class NoDoctype(ValueError):
    """A part of a workbook declares a document type; none ever does, and entities of its own can be a bomb."""


def parser_of() -> expat.XMLParserType:
    """A parser that takes no document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK

    def refuse(*_: object) -> None:
        raise NoDoctype("a document type in a workbook")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def texts_in(part: IO[bytes]) -> Iterator[list[str]]:
    """The texts of xl/sharedStrings.xml in order, some at a time; runs joined, phonetic hints left out."""
    parser = parser_of()
    found: list[str] = []
    pieces: list[str] = []
    hints = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal hints
        local = name.rpartition(":")[2]
        if local == "t" and not hints:
            parser.CharacterDataHandler = pieces.append
        elif local == "rPh":
            hints += 1
        elif local == "si":
            pieces.clear()

    def end(name: str) -> None:
        nonlocal hints
        local = name.rpartition(":")[2]
        if local == "t":
            parser.CharacterDataHandler = None
        elif local == "si":
            found.append("".join(pieces))
        elif local == "rPh":
            hints -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    while chunk := part.read(CHUNK):
        parser.Parse(chunk, False)
        if found:
            yield found[:]
            found.clear()
    parser.Parse(b"", True)
    yield found


class Packed(Sequence[str]):
    """Texts by number. About a third of their size in memory, and the last blocks used."""

    def __init__(self, parts: Iterator[list[str]]) -> None:
        self._blocks: list[bytes] = []
        self._count = 0
        waiting: list[str] = []
        for texts in parts:
            waiting += texts
            while len(waiting) >= BLOCK:
                self._pack(waiting[:BLOCK])
                del waiting[:BLOCK]
        if waiting:
            self._pack(waiting)
        self._block = lru_cache(UNPACKED_BLOCKS)(self._unpacked)

    def _pack(self, texts: list[str]) -> None:
        self._blocks.append(zlib.compress(BETWEEN.join(texts).encode(), 1))
        self._count += len(texts)

    def _unpacked(self, number: int) -> list[str]:
        return zlib.decompress(self._blocks[number]).decode().split(BETWEEN)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(self._count))]
        return self._block(number // BLOCK)[number % BLOCK]


def shared_strings(part: IO[bytes], size: int) -> Sequence[str]:
    """Texts by number: held where the part's `size` is small, packed otherwise. Raises ExpatError, NoDoctype."""
    try:
        return _kept(workbook_fast.texts_in(part, _parsed), size)
    except workbook_fast.Unusual:
        part.seek(0)
        return _kept(texts_in(part), size)


def _kept(parts: Iterator[list[str]], size: int) -> Sequence[str]:
    return Packed(parts) if size > HELD else [text for texts in parts for text in texts]


def _parsed(piece: bytes) -> list[str]:
    return [text for texts in texts_in(io.BytesIO(b"<sst>" + piece + b"</sst>")) for text in texts]

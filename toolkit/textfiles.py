"""Text files as people send them: plain or gzip, UTF-8 with or without a mark, UTF-16 or GB18030, as a stream."""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SAMPLE = 1 << 18  # bytes that the encoding is judged by
LONGEST_LINE = 1 << 16  # characters; what goes on longer is cut there and fails as a row


def encoding_of(sample: bytes) -> str:
    """The encoding of a text by its first bytes. What is not UTF-8 is taken as GB18030, which holds all of GBK."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a character cut in two at the end is no error
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


@contextmanager
def open_text(path: Path) -> Iterator[io.TextIOWrapper]:
    """The file as text. Characters that its encoding does not know come back as U+FFFD, for the row to be refused."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        sample = stream.read(SAMPLE)
        stream.seek(0)
        with io.TextIOWrapper(stream, encoding=encoding_of(sample), errors="replace", newline="") as text:
            yield text


def csv_rows(text: IO[str]) -> Iterator[list[str]]:
    """Rows of a csv, separated by commas, tabs or semicolons, whichever the first line has most of."""
    first = text.readline(LONGEST_LINE)
    separator = max(",\t;", key=first.count)

    def lines() -> Iterator[str]:
        yield first
        while line := text.readline(LONGEST_LINE):
            yield line.replace("\x00", "")

    yield from csv.reader(lines(), delimiter=separator)

"""Tables for a terminal: Chinese characters take two places. Pure."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def padded(text: str, places: int) -> str:
    return text + " " * (places - width(text))


def aligned(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two spaces apart, a rule below the headers."""
    widths = [max(width(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    lines = ["  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)) for row in rows]
    head = "  ".join(padded(cell, places) for cell, places in zip(headers, widths, strict=True))
    return "\n".join(line.rstrip() for line in (head, "─" * width(head.rstrip()), *lines))

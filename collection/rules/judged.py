"""What reading one cell gives, and the marks that people write for "nothing". Pure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from collection.rules.problems import Problem, Severity


class Judged(NamedTuple):
    """One cell: its canonical text, its value where the type has one, what is wrong. `filled`: somebody wrote in it.

    An error leaves `text` empty, a warning does not.
    """

    text: str
    value: date | Decimal | None
    problems: tuple[Problem, ...]
    filled: bool


Judge = Callable[[str], Judged]
EMPTY = Judged("", None, (), False)

MISSING_WORDS = frozenset({"无", "暂无", "没有", "空", "不详", "未知", "/", "\\", "n/a", "na", "null", "none", "nil"})
_DASHES = frozenset("-‐‑‒–—―−－﹣_ー")
LONGEST_MARK = 8


def is_missing(text: str) -> bool:
    """Whether a text stands for "nothing": empty, 无, /, — —, NULL. A zero is a value."""
    if len(text) > LONGEST_MARK:
        return not text.strip()
    bare = "".join(text.split()).casefold()
    return not bare or bare in MISSING_WORDS or _DASHES.issuperset(bare)


def refused(field: str, code: str, message: str) -> Judged:
    return Judged("", None, (Problem(field, code, message),), True)


def warning(field: str, code: str, message: str) -> Problem:
    return Problem(field, code, message, Severity.WARNING)

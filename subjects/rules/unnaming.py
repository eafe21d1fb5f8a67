"""What a text for everybody may not tell of a person: his name, and any number by which he is known or reached.

Pure. Names: which pieces of the text could be one, given how the names that the register knows begin; whether a piece
is one is found elsewhere, by a keyed digest. Numbers: by their shape, also mistyped or grouped; a unified code stays.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kernel.identifiers import normalise_code, reg_no_valid, uscc_problem
from kernel.names import name_key

NAMELESS, NUMBERLESS = "某某", "（号码不公开）"
LONGEST = 4  # characters of a Han name that is written without a dot
LONGEST_WITH_DOT = 24
_GAP = "\\s\u200b-\u200f\u2060\ufeff"
_SKIPPED = re.compile(f"[{_GAP}·•・‧.·]")
_DOTS = frozenset("·•・‧·")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")
_WORDS = re.compile(r"[A-Za-z\u00c0-\u024f'’-]+(?:[ ·.,]+[A-Za-z\u00c0-\u024f'’-]+){0,4}")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f'’-]+")
_WIDE = str.maketrans("０１２３４５６７８９＠－", "0123456789@-")
_DIGITS = re.compile(rf"(?<![0-9A-Za-z])\d(?:[{_GAP}./-]?\d){{13,18}}[{_GAP}./-]?[\dXxＸｘ]?(?![0-9A-Za-z])")
_BORN = re.compile(r"\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_BORN_SHORT = re.compile(r"\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86[{_GAP}-]?)?1[3-9]\d(?:[{_GAP}-]?\d){{8}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)|(?<!\d)[（(]0\d{2,3}[)）]\s?\d{7,8}(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_TRAVEL = re.compile(r"(?<![0-9A-Za-z])(?:[EGDPS]\d{8}|E[A-HJ-NP-Z]\d{7}|[DPS]E\d{7}|[HMC]\d{8,10})(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that could be a name, and the key by which that is found."""

    start: int
    end: int
    key: str


def numberless(text: str) -> str:
    """The text without citizens' numbers, passports, telephone and card numbers, mail addresses."""
    text = _MAIL.sub(NUMBERLESS, text.translate(_WIDE))
    text = _DIGITS.sub(_judged, text)
    for shape in (_MOBILE, _LANDLINE, _TRAVEL):
        text = shape.sub(NUMBERLESS, text)
    return text


def _judged(found: re.Match[str]) -> str:
    digits = normalise_code(re.sub(f"[{_GAP}./-]", "", found.group()))
    if len(digits) == 18 and (_BORN.fullmatch(digits) or uscc_problem(digits) is not None):
        return NUMBERLESS
    if len(digits) == 15:
        return NUMBERLESS if _BORN_SHORT.fullmatch(digits) and not reg_no_valid(digits) else found.group()
    return NUMBERLESS if len(digits) in (16, 17, 19) else found.group()  # cards; a number with one place lost or more


def pieces(text: str, heads: Collection[str]) -> Iterator[Piece]:
    """Whatever could be the name of a person whose name begins with one of `heads` (one or two characters)."""
    plain, places, dotted = _plain(text)
    for start, sign in enumerate(plain):
        if sign not in heads and plain[start : start + 2] not in heads:
            continue
        longest = LONGEST_WITH_DOT if dotted else LONGEST
        for length in range(2, longest + 1):
            said = plain[start : start + length]
            if len(said) < length or "\n" in said:
                break
            yield Piece(places[start], places[start + length - 1] + 1, said)
    for run in _WORDS.finditer(text):
        words = list(_WORD.finditer(run.group()))
        for first, word in enumerate(words):
            for last in words[first + 1 :]:
                start, end = run.start() + word.start(), run.start() + last.end()
                yield Piece(start, end, name_key(text[start:end]))


def _plain(text: str) -> tuple[str, list[int], bool]:
    """The Han characters as keys have them, each with its place in the text; a line break for whatever else."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        wide = unicodedata.normalize("NFKC", sign)
        if _SKIPPED.fullmatch(sign):
            continue
        if len(wide) == 1 and _HAN.fullmatch(wide):
            signs.append(wide)
            places.append(place)
        elif signs and signs[-1] != "\n":
            signs.append("\n")
            places.append(place)
    joined = "".join(signs)
    simple = "\n".join(name_key(part) if part else "" for part in joined.split("\n"))
    same = simple if len(simple) == len(joined) else joined
    return same, places, any(sign in _DOTS for sign in text)


def nameless(text: str, found: Collection[Piece]) -> str:
    """The text with these pieces left out, the longer before the shorter where they overlap."""
    taken: list[Piece] = []
    for piece in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(piece.end <= other.start or piece.start >= other.end for other in taken):
            taken.append(piece)
    for piece in sorted(taken, key=lambda one: -one.start):
        text = text[: piece.start] + NAMELESS + text[piece.end :]
    return text

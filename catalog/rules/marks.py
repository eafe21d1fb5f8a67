"""Two wordings side by side, with what differs marked: three changed characters among two hundred must be seen.

Pure. Pieces that are changed are struck out or underlined by the page, so that nobody needs to tell colours apart.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"[A-Za-z0-9_.]+|.", re.DOTALL)  # numbers and codes whole, Chinese by character
SHORTEST = 2  # a single character that two texts share by chance ties nothing together
LONGEST = 4000  # words; longer texts are shown whole


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    changed: bool


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces. Where little is common, or one side is empty, each side is one piece."""
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if not before or not after or max(len(old), len(new)) > LONGEST or matcher.ratio() < 0.5:
        return _whole(before), _whole(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        same = tag == "equal" and a2 - a1 >= SHORTEST
        _add(left, "".join(old[a1:a2]), not same)
        _add(right, "".join(new[b1:b2]), not same)
    return tuple(left), tuple(right)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()


def _add(pieces: list[Piece], text: str, changed: bool) -> None:
    if text and pieces and pieces[-1].changed == changed:
        text = pieces.pop().text + text
    if text:
        pieces.append(Piece(text, changed))

"""双随机抽取: a weighted draw that anybody can repeat with nothing but SHA-256. Pure.

Each participant of weight w holds w tickets, numbered from 1. The value of a ticket is the SHA-256 of the text
"seed|code|number" in UTF-8, written in hexadecimal; a participant's mark is the least value of his tickets; whoever
has the least marks is drawn, in their order. This is weighted sampling without replacement (Efraimidis and Spirakis,
2006: the least of w uniform numbers is distributed as their exponential keys are), kept to whole numbers, so that no
two machines round differently.

Draws are of organisations alone: the weight follows the grade of an organisation, never of a person.
国办发〔2019〕35号 第十项 (from general knowledge, to be confirmed): share and frequency of checks follow the grade.
"""

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from kernel.errors import Malformed

ALGORITHM = "sha256-least-ticket-1"
MOST_WEIGHT = 20
MOST_SHARE = Decimal(100)


class NothingToDraw(Malformed):
    code = "screening.nothing_to_draw"
    message = "没有可以抽取的对象：名单中没有已识别的组织，或者权重全部为 0。"


class WantedWrong(Malformed):
    code = "screening.draw_wanted_wrong"
    message = "请填写抽取家数（正整数）或者抽取比例（大于 0、不超过 100 的百分数），二者填一项。"


@dataclass(frozen=True, slots=True)
class Participant:
    """`weight` 0: exempt from this draw. `code`: unified social credit code."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Drawn:
    place: int  # from 1
    code: str
    weight: int
    mark: str  # 64 hexadecimal digits


def ticket(seed: str, code: str, number: int) -> str:
    """The value of one ticket."""
    return hashlib.sha256(f"{seed}|{code}|{number}".encode()).hexdigest()


def mark(seed: str, participant: Participant) -> str:
    """The least of a participant's tickets. The common beginning of the text is hashed once."""
    begun = hashlib.sha256(f"{seed}|{participant.code}|".encode())
    least = ""
    for number in range(1, participant.weight + 1):
        one = begun.copy()
        one.update(b"%d" % number)
        value = one.hexdigest()
        if not least or value < least:
            least = value
    return least


def draw(participants: Iterable[Participant], *, seed: str, count: int) -> list[Drawn]:
    """Those drawn, in order. The order in which participants are handed in does not matter; more are asked for than
    there are: all are drawn.
    """
    marks = ((mark(seed, one), one.code, one.weight) for one in participants if one.weight > 0)
    least = heapq.nsmallest(count, marks)
    return [Drawn(place, code, weight, value) for place, (value, code, weight) in enumerate(least, start=1)]


def count_of_share(share: Decimal, eligible: int) -> int:
    """How many a percentage is, rounded up: a draw that is ordered draws somebody."""
    return min(eligible, int((share * eligible / 100).to_integral_value(ROUND_CEILING)))


def wanted(*, number: int | None, share: Decimal | None, eligible: int) -> int:
    """How many are to be drawn of so many eligible. Raises WantedWrong, NothingToDraw."""
    if (number is None) == (share is None):
        raise WantedWrong
    if not eligible:
        raise NothingToDraw
    if number is not None:
        if number < 1:
            raise WantedWrong
        return min(number, eligible)
    assert share is not None
    if not 0 < share <= MOST_SHARE:
        raise WantedWrong
    return count_of_share(share, eligible)


def digest(participants: Sequence[Participant]) -> str:
    """What the seed is published together with: SHA-256 of the lines "code weight", in the order of codes."""
    whole = hashlib.sha256()
    for one in sorted(participants, key=lambda p: p.code):
        whole.update(f"{one.code} {one.weight}\n".encode())
    return whole.hexdigest()

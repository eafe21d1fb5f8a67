"""Which names the index is asked for: sets of grams, so chosen that a spoilt name still has all of one set. Pure.

A gram is a character or two neighbouring ones. To find the names that have all grams of a set the index reads all
that it holds of each of them. So a set keeps only its rarest grams, as many as pay for themselves, sets are priced by
how common their grams are, and the dear ones are asked only where the cheap ones found nothing good.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

from kernel.names import grams
from subjects.rules.ranking import Question
from subjects.rules.signs import words_of

MOST_HITS = 2_000  # a set that fits more names tells nothing
FEW_HITS = 300
# microseconds of PostgreSQL that one search may take, by the prices below; the last for up to three characters
CHEAP, DEAR, DEAREST = 6_000.0, 8_000.0, 10_000.0
DEAREST_SET = 6_000.0
PER_SET, PER_POSTING, PER_TEST, PER_HIT, PER_NAME, MOST_READ = 150.0, 0.0042, 0.02, 0.15, 2.0, 750
FEW_AFTER = 30  # names that a set may be expected to fit when it gives up its commoner grams
LINKED, LINKED_PAIRS = 0.8, 0.5  # grams come together more often than by chance, pairs still more
MOST_SPELLED = 4  # characters of a short name of which each may stand for a word
BIG_FIRMS = ("股份", "集团")


@dataclass(frozen=True, slots=True)
class Commonness:
    """How many names there are, and the share of them that has a gram. A gram that is not listed is rare."""

    names: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)
    least: float = 0.0

    def of(self, gram: str) -> float:
        return self.shares.get(gram, self.least)

    def cost(self, wanted: frozenset[str]) -> float:
        """Microseconds to read all postings, to try each of the rarest's against the others, to fetch the names."""
        shares = [self.of(gram) for gram in wanted]
        read = self.names * (sum(shares) * PER_POSTING + min(shares) * len(shares) * PER_TEST)
        hits = self.hits(wanted)
        return PER_SET + read + hits * PER_HIT + min(hits, MOST_READ) * PER_NAME

    def hits(self, wanted: frozenset[str]) -> float:
        """About how many names have all of them."""
        first, *rest = sorted((self.of(gram), len(gram)) for gram in wanted)
        expected = self.names * first[0]
        for share, length in rest:
            expected *= share ** (LINKED if length == 1 else LINKED_PAIRS)
        return expected

    def worth_reading(self, wanted: frozenset[str]) -> frozenset[str]:
        """Its rarest grams, up to the one that would cost more to read than the names cost that it keeps away."""
        if not self.names:
            return wanted
        kept: list[str] = []
        hits = float("inf")
        for gram in sorted(wanted, key=lambda gram: (self.of(gram), -len(gram), gram)):
            if any(gram in one for one in kept):
                continue  # 中国 tells 国
            fewer = self.hits(frozenset([*kept, gram]))
            if hits <= FEW_AFTER and (hits - fewer) * PER_NAME < self.names * self.of(gram) * PER_POSTING:
                break
            kept.append(gram)
            hits = fewer
        return frozenset(kept)


def sets_to_ask(
    asked: Question, common: Commonness, *, deep: bool, before: Collection[frozenset[str]] = ()
) -> list[frozenset[str]]:
    """The sets of one search, the most telling first; `deep`: those for a name that is badly spoilt or abridged.

    `before`: what was asked already. A set all of whose names another one gives is left out.
    """
    left = CHEAP if not deep else DEAREST if len(asked.whole) <= 3 else DEAR
    chosen: list[frozenset[str]] = []
    given = [one for one in before if common.hits(one) <= FEW_HITS]
    for whole, most in _deep(asked, common) if deep else _usual(asked, common):
        wanted = common.worth_reading(whole)
        price = common.cost(wanted) if wanted else left + 1
        if price > min(left, DEAREST_SET) or wanted in before or wanted in chosen or common.hits(wanted) > most:
            continue
        if any(one <= wanted for one in given):
            continue
        left -= price
        chosen.append(wanted)
        if common.hits(wanted) <= FEW_HITS:
            given.append(wanted)
    return chosen


def _usual(asked: Question, common: Commonness) -> Iterator[tuple[frozenset[str], float]]:
    core, whole = asked.core, asked.whole
    yield _pairs(whole), float("inf")
    yield _pairs(core), float("inf")
    if asked.is_short:
        for firm in BIG_FIRMS:
            yield _pairs(core) | {firm}, float("inf")
            yield frozenset(core) | {firm}, MOST_HITS
            if len(asked.whole) == 4:  # two words, others between them: 赤峰黄金
                yield frozenset((asked.whole[:2], asked.whole[2:], firm)), MOST_HITS
    if len(asked.brand) > 1:
        yield _pairs(asked.brand), MOST_HITS
    yield frozenset(core), MOST_HITS
    for parts in (2, 3):  # whoever spoils one place of two, or two of three, leaves a part whole
        for part in _parts(whole, parts):
            yield _pairs(part), MOST_HITS
    yield from _all_but(whole, common, 1, FEW_HITS)


def _deep(asked: Question, common: Commonness) -> Iterator[tuple[frozenset[str], float]]:
    if asked.is_short:
        yield from ((wanted, MOST_HITS) for wanted in _spelled(asked.whole))
    yield from ((wanted, MOST_HITS) for wanted, _ in _usual(asked, common))
    yield from _all_but(asked.core, common, 1, MOST_HITS)
    yield from _all_but(asked.whole, common, 2, FEW_HITS)
    if asked.is_short:
        for left_out in (1, 2):
            for wanted, _ in _all_but(asked.core, common, left_out, float("inf")):
                yield wanted | {BIG_FIRMS[0]}, FEW_HITS


def _spelled(short: str) -> Iterator[frozenset[str]]:
    """One character, or both of two, as a word that it may stand for: 武大 -> 武 and 大学."""
    if len(short) > MOST_SPELLED:
        return
    if len(short) == 2:
        yield from (_pairs(one) | _pairs(other) for one, other in product(*map(words_of, short)))
    for place in reversed(range(len(short))):
        rest = frozenset(short[:place] + short[place + 1 :])
        yield from (_pairs(word) | rest for word in words_of(short[place]))


def _pairs(text: str) -> frozenset[str]:
    """The neighbouring characters; of one character itself."""
    return frozenset(gram for gram in grams(text) if len(gram) == min(2, len(text)))


def _parts(text: str, number: int) -> list[str]:
    if len(text) < 2 * number:
        return []
    places = [len(text) * n // number for n in range(number + 1)]
    return [text[start:end] for start, end in pairwise(places)]


def _all_but(text: str, common: Commonness, left_out: int, most: float) -> Iterator[tuple[frozenset[str], float]]:
    """Subsets of the rarest characters that lack so many of them, of as few characters as are telling enough."""
    rarest = sorted(set(grams(text)) & set(text), key=lambda char: (common.of(char), char))
    for taken in range(left_out + 2, min(len(rarest), 7) + 1):
        subsets = [frozenset(one) for one in combinations(rarest[:taken], taken - left_out)]
        if taken == min(len(rarest), 7) or all(common.hits(one) <= most for one in subsets):
            yield from ((one, most) for one in subsets)
            return

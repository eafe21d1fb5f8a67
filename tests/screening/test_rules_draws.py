"""双随机: the draw is repeatable by anybody, does not depend on the order of the file, and follows the weights."""

import hashlib
from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.rules.draws import NothingToDraw, Participant, WantedWrong, digest, draw, mark, ticket, wanted

FIRMS = [Participant(f"9133990{number:011d}", 1 + number % 3) for number in range(60)]
PEOPLE = st.lists(
    st.builds(Participant, st.integers(0, 10**9).map(lambda n: f"9{n:017d}"), st.integers(0, 6)),
    unique_by=lambda one: one.code,
    max_size=40,
)


def test_it_is_what_sha256sum_says() -> None:
    """By hand: printf '%s' 'seed|CODE|1' | sha256sum."""
    code = FIRMS[0].code
    assert ticket("2026-11-20", code, 1) == hashlib.sha256(f"2026-11-20|{code}|1".encode()).hexdigest()
    assert mark("s", Participant(code, 3)) == min(ticket("s", code, number) for number in (1, 2, 3))
    written = "b1026f757c649dd2b06da512468ba555bf38a94ec38708ec202362108301db5e"  # sha256sum, of another hand
    assert ticket("江澜", "91339901MA9K3H5T3Y", 1) == written


@settings(max_examples=50)
@given(people=PEOPLE, seed=st.text(max_size=20), count=st.integers(1, 50), order=st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(
    people: list[Participant], seed: str, count: int, order: Random
) -> None:
    drawn = draw(people, seed=seed, count=count)
    shuffled = list(people)
    order.shuffle(shuffled)
    assert draw(shuffled, seed=seed, count=count) == drawn and digest(shuffled) == digest(people)
    assert len(drawn) == min(count, sum(one.weight > 0 for one in people)) == len({one.code for one in drawn})
    assert [one.place for one in drawn] == list(range(1, len(drawn) + 1))
    assert [one.mark for one in drawn] == sorted(one.mark for one in drawn)
    assert draw(people, seed=seed, count=max(0, count - 1)) == drawn[: count - 1]  # drawing fewer keeps the first


@settings(max_examples=50)
@given(people=PEOPLE.filter(bool), seed=st.text(max_size=20))
def test_more_weight_is_never_worse(people: list[Participant], seed: str) -> None:
    def place(weight: int) -> int:
        others = [Participant(people[0].code, weight), *people[1:]]
        return [one.code for one in draw(others, seed=seed, count=len(people))].index(people[0].code)

    assert place(1) >= place(2) >= place(6)


def test_who_weighs_twice_is_drawn_twice_as_often_and_who_weighs_nothing_never() -> None:
    """4,000 draws of one among three: 1 : 2 : 0. Five standard deviations are 0.038; the seeds are fixed."""
    people = [Participant("A", 1), Participant("B", 2), Participant("C", 0)]
    found = Counter(draw(people, seed=f"种子{number}", count=1)[0].code for number in range(4000))
    assert found["C"] == 0 and abs(found["B"] / 4000 - 2 / 3) < 0.038


def test_two_of_three_without_replacement_follow_the_weights() -> None:
    """P(first = i, second = j) = wi/W * wj/(W - wi), as successive drawing has it."""
    weights = {"A": 1, "B": 2, "C": 5}
    found: Counter[tuple[str, str]] = Counter()
    for number in range(4000):
        first, second = draw([Participant(c, w) for c, w in weights.items()], seed=str(number), count=2)
        found[first.code, second.code] += 1
    for (first_code, second_code), count in found.items():
        expected = weights[first_code] / 8 * weights[second_code] / (8 - weights[first_code])
        assert abs(count / 4000 - expected) < 0.04, (first_code, second_code)


@pytest.mark.parametrize(
    ("number", "share", "eligible", "expected"),
    [
        (5, None, 60, 5),
        (100, None, 60, 60),
        (None, Decimal("5"), 60, 3),
        (None, Decimal("0.01"), 60, 1),
        (None, Decimal("33.4"), 3, 2),
        (None, Decimal("100"), 60, 60),
    ],
)
def test_how_many(number: int | None, share: Decimal | None, eligible: int, expected: int) -> None:
    assert wanted(number=number, share=share, eligible=eligible) == expected


@pytest.mark.parametrize(
    ("number", "share"),
    [(None, None), (1, Decimal(1)), (0, None), (-1, None), (None, Decimal(0)), (None, Decimal(101))],
)
def test_what_is_not_said_clearly_is_refused(number: int | None, share: Decimal | None) -> None:
    with pytest.raises(WantedWrong):
        wanted(number=number, share=share, eligible=60)


def test_of_nobody_nobody_is_drawn() -> None:
    with pytest.raises(NothingToDraw):
        wanted(number=1, share=None, eligible=0)
    assert draw([], seed="x", count=3) == []

"""Which sets of grams the index is asked for."""

import pytest

from kernel.names import grams, name_key
from subjects.rules.ranking import Question
from subjects.rules.recall import DEAR, Commonness, sets_to_ask

REGIONS = frozenset({"江澜", "江澜市"})
COMMON = Commonness(
    1_000_000, {"科": 0.1, "技": 0.1, "科技": 0.08, "江": 0.2, "澜": 0.15, "江澜": 0.15, "发": 0.1}, 0.0001
)
NAME = "江澜云帆科技发展有限公司"


def found_by(said: str, *, deep: bool = False, common: Commonness = COMMON) -> bool:
    """Whether one of the sets fits the name."""
    have = set(grams(name_key(NAME)))
    return any(one <= have for one in sets_to_ask(Question.of(said, REGIONS), common, deep=deep))


@pytest.mark.parametrize(
    "said",
    [
        NAME,
        "云帆科技发展",
        "江澜云凡科技发展有限公司",
        "江澜云帆技发展有限公司",
        "江澜帆云科技发展有限公司",
        "江澜市云帆科技发展有限责任公司",
        "云帆",
    ],
)
def test_a_name_spoilt_in_one_place_is_found_cheaply(said: str) -> None:
    assert found_by(said)


@pytest.mark.parametrize("said", ["云展", "云科发", "江润云凡科技发展有限公司", "云帆的科抆发展"])
def test_an_abridged_or_badly_spoilt_name_is_found_by_looking_deeper(said: str) -> None:
    assert found_by(said) or found_by(said, deep=True)


def test_no_search_reads_more_postings_than_it_may() -> None:
    common = Commonness(100_000_000, {gram: 0.3 for gram in grams(name_key(NAME))}, 0.3)
    assert sets_to_ask(Question.of(NAME, REGIONS), common, deep=True) == []
    asked = Question.of(NAME, REGIONS)
    assert sum(COMMON.cost(one) for one in sets_to_ask(asked, COMMON, deep=True)) <= DEAR


def test_what_was_asked_is_not_asked_again() -> None:
    asked = Question.of("云展", REGIONS)
    before = sets_to_ask(asked, COMMON, deep=False)
    assert before and not set(before) & set(sets_to_ask(asked, COMMON, deep=True, before=before))


def test_a_register_without_statistics_is_searched_too() -> None:
    assert found_by("江澜云凡科技发展有限公司", common=Commonness())


def test_a_set_gives_up_grams_that_cost_more_than_they_tell() -> None:
    kept = COMMON.worth_reading(frozenset({"云帆", "科", "技", "发", "江"}))
    assert "云帆" in kept and len(kept) == 2
    assert COMMON.worth_reading(frozenset({"科技", "科", "技"})) == {"科技"}
    assert Commonness().worth_reading(frozenset({"云", "帆"})) == {"云", "帆"}


def test_a_short_name_is_asked_for_by_the_words_it_stands_for() -> None:
    sets = sets_to_ask(Question.of("武大", REGIONS), COMMON, deep=True)
    assert any({"大学"} & one and "武" in one for one in sets)

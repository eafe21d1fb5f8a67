"""Short names, and the words that their characters stand for."""

import pytest

from subjects.rules.ranking import Listed, Question, ranked
from subjects.rules.signs import covered, whole_names

REGIONS = frozenset({"上海", "常州", "常州市", "武汉", "武汉市", "赤峰", "湖南", "江澜", "攀枝花"})


@pytest.mark.parametrize(
    ("short", "text", "known", "left"),
    [
        ("武大", "武汉大学", 2, 0),
        ("中银", "中国银行", 2, 0),
        ("渝农商行", "重庆农村商业银行", 4, 0),
        ("攀钢", "攀枝花钢铁", 2, 0),
        ("赤峰黄金", "赤峰吉隆黄金矿业", 2, 4),
        ("友阿", "友谊阿波罗", 0, 3),
        ("云帆", "云帆", 1, 0),
    ],
)
def test_a_long_form_is_read_by_its_words(short: str, text: str, known: int, left: int) -> None:
    assert covered(short, text, REGIONS) == (known, left)


@pytest.mark.parametrize(("short", "text"), [("大武", "武汉大学"), ("武大", "武汉"), ("武大", "")])
def test_what_is_not_there_in_order_is_no_long_form(short: str, text: str) -> None:
    assert covered(short, text, REGIONS) is None


def test_names_in_full_are_guessed_and_few() -> None:
    assert "中国银行股份有限公司" in whole_names("中银") and "中国农业银行股份有限公司" in whole_names("农业银行")
    assert "重庆农村商业银行股份有限公司" in whole_names("渝农商行")
    for short in ("中", "中国国际工商", "中中中中中"):
        assert len(whole_names(short)) <= 150


def first(said: str, *names: str) -> str:
    listed = [Listed(n, name, name, "current") for n, name in enumerate(names)]
    return ranked(Question.of(said, REGIONS), listed, REGIONS, 10)[0].listed.name


def test_a_known_short_form_comes_before_a_small_firm_of_that_name() -> None:
    assert first("武大", "湖南武大实业有限公司", "武汉大学", "武汉大同商贸有限公司") == "武汉大学"


def test_a_short_name_with_a_place_means_that_place() -> None:
    firms = ("湖南黄金股份有限公司", "赤峰吉隆黄金矿业股份有限公司", "湖南黄金公司")
    assert first("赤峰黄金", *firms) == "赤峰吉隆黄金矿业股份有限公司"


def test_a_place_in_brackets_is_the_place_at_the_head() -> None:
    firms = ("上海东来建材有限公司", "东来涂料技术上海有限公司", "东来涂料技术湖南有限公司")
    assert first("上海东来涂料技术有限公司", *firms) == "东来涂料技术上海有限公司"
    firms = ("东来涂料有限公司", "上海东来涂料技术有限公司", "湖南东来涂料技术有限公司")
    assert first("东来涂料技术（上海）有限公司", *firms) == "上海东来涂料技术有限公司"


@pytest.mark.parametrize("said", ["常州塑料厂", "常州市建材有限公司"])
def test_a_place_and_a_trade_are_a_name(said: str) -> None:
    assert not Question.of(said, REGIONS).too_general


@pytest.mark.parametrize("said", ["塑料厂", "建材有限公司", "有限公司", "厂", ""])
def test_a_trade_alone_is_none(said: str) -> None:
    assert Question.of(said, REGIONS).too_general


def test_the_reason_says_what_a_character_stands_for() -> None:
    name = "重庆农村商业银行股份有限公司"
    [found] = ranked(Question.of("渝农商行", REGIONS), [Listed(1, name, name, "current")], REGIONS, 10)
    assert found.why[0] == "可能是简称（“渝”指重庆）"

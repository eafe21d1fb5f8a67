"""Keys: what must meet, what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.names import (
    brand_of,
    core_of,
    display_name,
    grams,
    is_same_spelling,
    masked_person,
    name_key,
    only_trade_words,
)

REGIONS = frozenset({"江澜", "江澜市", "内蒙古", "内蒙古自治区", "望川县", "望川"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江澜云帆（中国）科技有限公司", "江澜云帆(中国)科技有限公司"),
        ("江瀾雲帆科技發展有限公司", "江澜云帆科技发展有限公司"),
        ("江澜云帆科技有限责任公司", "江澜云帆科技有限公司"),
        ("江澜云帆科技股份有限责任公司", "江澜云帆科技股份有限公司"),
        ("ＡＢＣ 科技　有限公司", "abc科技有限公司"),
        ("江澜·云帆—科技【有限公司】", "江澜云帆科技有限公司"),
        ("江澜云帆\u200b科技有限公司", "江澜云帆科技有限公司"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert is_same_spelling(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江澜云帆科技有限公司", "江澜云帆科技有限公司分公司"),
        ("江澜云帆科技有限公司", "江澜云帆科技股份有限公司"),
        ("江澜宏晟新材料有限公司", "江澜宏晟化工有限公司"),
        ("第一建筑公司", "第二建筑公司"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert not is_same_spelling(one, other)


def test_the_shown_name_keeps_its_characters() -> None:
    assert display_name("  江瀾(集團)　Ａ１ 有限公司 ") == "江瀾（集團） A1 有限公司"
    assert display_name("㈱㎡①") == "㈱㎡①"


@pytest.mark.parametrize(
    ("name", "core", "brand"),
    [
        ("江澜云帆科技发展有限公司", "云帆科技发展", "云帆"),
        ("江澜云帆软件科技有限公司", "云帆软件科技", "云帆"),
        ("云帆科技", "云帆科技", "云帆"),
        ("江澜市望川县宏晟化工厂", "宏晟化工", "宏晟"),
        ("内蒙古自治区农业科技有限公司", "农业科技", "农业"),
        ("有限公司", "", ""),
        ("江澜有限公司", "江澜", "江澜"),
    ],
)
def test_core_and_brand(name: str, core: str, brand: str) -> None:
    assert (core_of(name_key(name), REGIONS), brand_of(name_key(name), REGIONS)) == (core, brand)


def test_only_words_of_trade() -> None:
    assert only_trade_words("建筑工程") and only_trade_words("") and not only_trade_words("云帆科技")


@pytest.mark.parametrize(
    ("name", "masked"), [("沈建国", "沈某某"), ("欧阳修", "欧阳某某"), ("欧阳", "欧某某"), ("Smith", "S某某")]
)
def test_a_persons_name_is_masked(name: str, masked: str) -> None:
    assert masked_person(name) == masked


@given(st.text(max_size=80))
def test_a_key_of_a_key_is_itself(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert set(grams(key)) <= {*key, *(key[i : i + 2] for i in range(len(key) - 1))}
    assert set(grams(key)) >= set(key) or "有限公司" in key

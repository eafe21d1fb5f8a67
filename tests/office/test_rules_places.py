"""How places are called at the head of a company's name."""

import pytest

from office.rules.places import bare


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("江澜市", "江澜"),
        ("甲乙区", "甲乙区"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("西藏自治区", "西藏"),
        ("博尔塔拉蒙古自治州", "博尔塔拉"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("香港特别行政区", "香港"),
        ("大兴安岭地区", "大兴安岭"),
        ("忠县", "忠县"),
    ],
)
def test_a_place_without_its_kind_and_its_peoples(name: str, called: str) -> None:
    assert bare(name) == called

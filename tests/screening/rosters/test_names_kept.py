"""What of a row's name is kept: of whoever may be a person no name and no number (invariant I7)."""

from datetime import date

import pytest

from screening.rules.rosters import read_row
from tests.factories import screening as make

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("code", "name", "kept"),
    [
        ("", "张三", "张某"),
        ("", "张校", "张某"),  # ends as an organisation's does, but is as short as a person's
        ("", "欧阳建国先生", "欧某"),
        ("", "张三 13800001111", "张某"),
        ("张三丰 电话13800001111", "", "张某"),
        ("339901198001010019", "沈建国和他的爱人", "沈某"),  # a digit is wrong
        ("", "江澜甲乙食品有限公司", "江澜甲乙食品有限公司"),
        ("", "江澜甲乙食品有限公司（分店）", "江澜甲乙食品有限公司（分店）"),
        ("", "138 0000 1111江澜甲乙食品有限公司", "*************江澜甲乙食品有限公司"),
        ("", "江澜33990119800101001甲乙食品有限公司", "江澜*****************甲乙食品有限公司"),
        ("", "第123456小学校", "第123456小学校"),
        ("91339901MA00000000", "江澜甲乙食品厂", "江澜甲乙食品厂"),  # a wrong code
    ],
)
def test_a_name_alone_is_kept_if_it_is_an_organisations(code: str, name: str, kept: str) -> None:
    row = read_row(code, name, persons=False, today=TODAY)
    assert row.name == kept and row.state in ("identify", "invalid")
    assert read_row(code, name, persons=True, today=TODAY).name == ""


@pytest.mark.parametrize("persons", [False, True])
def test_a_name_beside_an_organisations_code_is_kept_without_numbers(persons: bool) -> None:
    row = read_row(make.uscc(), "江澜甲公司（沈13800001111）", persons=persons, today=TODAY)
    assert row.name == "江澜甲公司（沈***********）"

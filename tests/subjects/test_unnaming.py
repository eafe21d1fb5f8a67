"""Texts for everybody leave out every person whom the register knows, however the name is written."""

import pytest

from subjects.models import PersonName
from subjects.rules.unnaming import numberless
from subjects.selectors import without_persons
from subjects.services import erase_person, register_persons, rotate_some
from tests.conftest import NOW
from tests.factories import accounts, subjects

pytestmark = pytest.mark.django_db
LEFT = "某某"


@pytest.mark.parametrize(
    "written",
    ["沈建国", "沈 建 国", "沈\u200b建国", "沈建國", "沈·建国", "沈建国"],
    ids=["plain", "spaced", "zero width", "traditional", "dotted", "compatibility"],
)
def test_a_known_name_goes_however_it_is_written(written: str) -> None:
    subjects.person("沈建国")
    (text,) = without_persons([f"经查，该公司{written}于2026年3月违规操作"])
    assert LEFT in text and "建" not in text and "沈" not in text and text.startswith("经查，该公司")


def test_only_names_of_persons_go() -> None:
    subjects.person("高峰")
    subjects.person("阿卜杜拉·买买提")
    subjects.person("John Smith")
    said = without_persons(
        ["高速公路沿线施工", "高峰时段", "阿卜杜拉·买买提违规", "hired John  Smith in May", "江澜沈氏有限公司", ""]
    )
    assert said == ["高速公路沿线施工", "某某时段", "某某违规", "hired 某某 in May", "江澜沈氏有限公司", ""]


@pytest.mark.parametrize(
    "text",
    [
        "身份证339901199003070017。",
        "身份证 339901 19900307 0017",
        "手机13812345678",
        "手机 138-1234-5678",
        "电话0571-88123456",
        "邮箱 zhang.san@example.com",
        "护照E12345678",
        "卡号6222021234567890123",
        "旧证339901900307001",
        "１３８１２３４５６７８",
    ],
)
def test_numbers_of_persons_go(text: str) -> None:
    assert "（号码不公开）" in numberless(text) and not any(part.isdigit() for part in numberless(text))


@pytest.mark.parametrize(
    "text", ["江环罚〔2026〕47号", "罚款120000元", "91339901MA9K3H5T3Y", "2026-11-20至2027-11-19", "330000000012345"]
)
def test_what_is_no_persons_stays(text: str) -> None:
    assert numberless(text) == text


def test_every_way_into_the_register_indexes_the_name_and_erasing_forgets_it() -> None:
    one = subjects.person("欧阳小明")
    register_persons(
        persons=[("citizen_id", subjects.citizen_id(), "诸葛大力")], source="x", actor=accounts.PLATFORM, now=NOW
    )
    assert without_persons(["欧阳小明和诸葛大力"]) == ["某某和某某"]
    PersonName.objects.all().delete()  # as those are who were entered before names were indexed
    rotate_some(limit=10, actor=accounts.PLATFORM, now=NOW)
    assert without_persons(["欧阳小明和诸葛大力"]) == ["某某和某某"]
    from_office = accounts.actor(accounts.Role.CREDIT_OFFICE)
    erase_person(subject_id=one, ground="本人申请", actor=from_office, now=NOW)
    assert without_persons(["欧阳小明和诸葛大力"]) == ["欧阳小明和某某"]

"""Identifiers decide; names give candidates."""

from typing import Any

import pytest
from django.test import override_settings

from kernel.identifiers import read
from subjects import selectors, services
from subjects.models import PersonIndex
from tests.conftest import NOW
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> dict[str, int]:
    names = ["江澜云帆科技发展有限公司", "江澜云帆软件科技有限公司", "江澜宏晟新材料有限公司", "江澜宏晟化工有限公司"]
    return {name: make.organisation(name) for name in names}


def test_the_demos_question(cast: dict[str, int]) -> None:
    found = selectors.resolve(read("云帆科技"))
    assert found.state == "verify" and found.subject is None
    assert {c.name for c in found.candidates} == {"江澜云帆科技发展有限公司", "江澜云帆软件科技有限公司"}
    assert all(c.why and c.uscc for c in found.candidates)


def test_an_exact_name_is_still_only_a_candidate(cast: dict[str, int]) -> None:
    found = selectors.resolve_code(read("江澜宏晟化工有限公司"))
    assert (found.state, found.subject_id) == ("verify", None)
    assert (found.candidates[0].subject_id, found.candidates[0].why) == (
        cast["江澜宏晟化工有限公司"],
        ("名称完全一致",),
    )


@pytest.mark.parametrize(
    "name", ["雲帆科技", "云 帆 科 技", "江澜云凡科技发展有限公司", "（江澜）云帆科技发展有限责任公司"]
)
def test_other_ways_of_writing_find_it(cast: dict[str, int], name: str) -> None:
    assert selectors.candidates(name)[0].name == "江澜云帆科技发展有限公司"


def test_two_characters_are_enough(cast: dict[str, int]) -> None:
    assert {c.name for c in selectors.candidates("云帆")} == {"江澜云帆科技发展有限公司", "江澜云帆软件科技有限公司"}


def test_a_former_name_finds_the_present_one(cast: dict[str, int]) -> None:
    one = cast["江澜宏晟化工有限公司"]
    services.add_name(subject_id=one, name="江澜天宇化工有限公司", kind="current", actor=make.ACTOR, now=NOW)
    first = selectors.candidates("江澜宏晟化工有限公司")[0]
    assert (first.subject_id, first.name) == (one, "江澜天宇化工有限公司")
    assert "曾用名称一致" in first.why[0]


@pytest.mark.parametrize("name", ["云", "有限公司", "科技有限公司", "公司"])
def test_a_name_that_says_nothing_asks_for_more(cast: dict[str, int], name: str) -> None:
    found = selectors.resolve(read(name))
    assert (found.state, found.candidates) == ("verify", ()) and "补充字号" in found.problem


@pytest.mark.parametrize(
    "name",
    [
        "' OR 1=1 --",
        "%_%",
        "\\",
        "[a-z]*(",
        "云帆%'; DROP TABLE subjects_name; --",
        "😀😀云帆",
        "云" * 200,
        "{云帆}",
        '"云,帆"',
    ],
)
def test_signs_of_other_languages_are_only_signs(cast: dict[str, int], name: str) -> None:
    assert selectors.candidates(name) is not None


def test_three_hundred_characters_are_no_name(cast: dict[str, int]) -> None:
    assert selectors.candidates("云帆" * 150) == []
    assert selectors.resolve(read("云帆" * 150)).state == "invalid"


def test_a_code_is_known_or_unknown(cast: dict[str, int]) -> None:
    one = cast["江澜宏晟化工有限公司"]
    value = selectors.subject_of(one)
    assert value
    found = selectors.resolve(read(f"名称：江澜宏晟新材料有限公司\n统一社会信用代码：{value.uscc}"))
    assert (found.state, found.subject_id) == ("known", one)
    assert any("不一致" in warning for warning in found.warnings)
    assert selectors.resolve(read(make.uscc())).state == "unknown"


def test_invalid_and_missing_say_so() -> None:
    assert selectors.resolve(read("9133990OMA9K3H5T3Y")).state == "invalid"
    assert selectors.resolve(read("00000000000000000X")).state == "missing"


def test_old_numbers_find_their_one_holder() -> None:
    one = make.organisation(code="", reg_no="320404000009558")
    assert selectors.resolve(read("320404000009558")).subject_id == one
    two = make.organisation()
    value = selectors.subject_of(two)
    assert value and selectors.resolve(read(f"组织机构代码：{value.org_code}")).subject_id == two


def test_an_old_number_with_two_holders_is_verified() -> None:
    first = make.uscc("91339901")
    make.organisation(code=first)
    make.organisation(code=make.uscc("91339902"), org_code=first[8:17])
    found = selectors.resolve(read(f"组织机构代码：{first[8:17]}"))
    assert (found.state, found.subject, len(found.candidates)) == ("verify", None, 2)


def test_a_person_is_found_by_number_only() -> None:
    number = make.citizen_id()
    one = make.person("沈建国", number=number)
    found = selectors.resolve(read(f"公民身份号码 {number}"))
    assert (found.subject_id, found.subject and found.subject.name) == (one, "沈某某")
    assert selectors.candidates("沈建国") == [] and selectors.candidates("沈某某") == []


def test_a_person_is_found_while_index_keys_rotate(settings: Any) -> None:
    number = make.citizen_id()
    one = make.person(number=number)
    with override_settings(INDEX_KEYS="new:" + "A" * 44 + "," + settings.INDEX_KEYS):
        assert selectors.find_person(number) == one
        assert make.person(number=number) == one
        done = services.rotate_some(limit=1000, actor=make.ACTOR, now=NOW)
        assert done.indexed >= 1
        assert PersonIndex.objects.filter(subject_id=one).count() == 2
    with override_settings(INDEX_KEYS="new:" + "A" * 44):
        assert selectors.find_person(number) == one
        services.rotate_some(limit=1000, actor=make.ACTOR, now=NOW)
        assert list(PersonIndex.objects.filter(subject_id=one).values_list("key_id", flat=True)) == ["new"]


def test_keys_are_rotated_in_chunks_and_only_once(settings: Any) -> None:
    number = make.citizen_id()
    people = [make.person(number=number), make.person(), make.person()]
    with override_settings(FIELD_KEYS="new:" + "B" * 44 + "," + settings.FIELD_KEYS):
        assert services.rotate_some(limit=2, actor=make.ACTOR, now=NOW).wrapped == 2
        while services.rotate_some(limit=2, actor=make.ACTOR, now=NOW).left:
            pass
        done = services.rotate_some(limit=2, actor=make.ACTOR, now=NOW)
        assert (done.wrapped, done.left) == (0, False)
    with override_settings(FIELD_KEYS="new:" + "B" * 44):
        clerk = make.clerk()
        seen = services.reveal_identifier(subject_id=people[0], reason="核验", file_number="1", actor=clerk, now=NOW)
        assert seen == number
    with pytest.raises(services.NotYours):
        services.rotate_some(limit=2, actor=make.clerk(), now=NOW)

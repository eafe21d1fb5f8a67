"""A check made again before the decision."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.actor import Role
from screening import selectors
from screening.models import Receipt
from screening.rules.again import NOTHING_CHANGED, Earlier, compared, sentence
from screening.selectors.again import of_file
from screening.services.again import PapersNeeded, check_again
from screening.services.asking import set_general_windows
from screening.services.checking import Applicant, KeyUsedForAnother, NotYourMatter, check
from screening.services.lists import register_matter
from tests.factories import accounts, collection, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

FILE = "JL20261120-0012"


def again(number: str, now: datetime, key: str = "key-again", **fields: Any) -> Any:
    return check_again(number=number, key=key, now=now + timedelta(days=3), **{"actor": PLATFORM} | fields)


@pytest.mark.django_db
def test_the_new_receipt_names_the_earlier_one_and_what_differs(city: City, now: datetime) -> None:
    first = make.ask(city.matter, city.uscc, now=now, file_number=FILE)
    same = again(first.number, now, "key-same")
    assert same.content["earlier"] == {
        "number": first.number, "at": "2026-11-20 10:00", "differs": [], "left_out": [],
    }  # fmt: skip
    assert sentence(same.content["earlier"]) == f"与 2026-11-20 10:00 的核查相比：{NOTHING_CHANGED}。"
    redblack.entry(city.black.code, city.firm, document_no="江文〔2026〕9号")
    then = again(first.number, now)
    [line] = then.content["earlier"]["differs"]
    assert then.answer == "hit" and then.file_number == FILE and then.as_of > first.as_of
    for words in ("由“未命中”变为“命中”", f"新增记录 {city.black.name} 江文〔2026〕9号", "新增措施 限制申请"):
        assert words in line
    assert Receipt.objects.get(number=then.number).content == then.content
    back = compared(Earlier(number=then.number, at="x", content=then.content), first.content)
    assert "由“命中”变为“未命中”" in back["differs"][0] and "不再有措施" in back["differs"][0]


@pytest.mark.django_db
def test_a_list_that_became_too_old_is_a_difference(city: City, now: datetime) -> None:
    first = make.ask(city.matter, city.uscc, now=now)
    collection.load(city.black.source_id, at=now, held=True)
    [line] = again(first.number, now).content["earlier"]["differs"]
    assert "由“未命中”变为“未能核查（名单更新待确认）”" in line and f"新增未能核查 {city.black.name}" in line


@pytest.mark.django_db
def test_a_persons_number_is_kept_nowhere_so_it_must_be_scanned_again(city: City, now: datetime) -> None:
    number = make.citizen_id()
    make.person(number)
    both = check(
        matter_code=city.matter, stage="before", file_number=FILE, key="key-both", actor=PLATFORM, now=now,
        applicants=[Applicant(city.uscc, "applicant"), Applicant(number, "legal_representative")],
    )  # fmt: skip
    told = again(both.number, now).content
    assert [s["role"] for s in told["subjects"]] == ["applicant"]
    assert told["earlier"]["left_out"] == ["法定代表人是自然人，平台不保存证件号码，请重新扫描或输入。"]
    alone = make.ask(city.matter, number, now=now, file_number=FILE)
    named = make.ask(city.matter, "某某公司", now=now, file_number=FILE)
    for nobody in (alone, named):
        with pytest.raises(PapersNeeded):
            again(nobody.number, now, "key-nobody")


@pytest.mark.django_db
def test_only_by_who_sees_the_receipt_and_may_ask(city: City, now: datetime) -> None:
    hall = make.general_window()
    clerk = accounts.actor(Role.CLERK, department=hall)
    first = make.ask(city.matter, city.uscc, now=now, file_number=FILE, actor=clerk)
    stranger = accounts.actor(Role.CLERK)
    with pytest.raises(selectors.ReceiptNotFound):
        again(first.number, now, actor=stranger)
    assert [r.number for r in of_file(clerk, FILE)] == [first.number]
    assert of_file(stranger, FILE) == [] and of_file(clerk, "") == []
    made = again(first.number, now, actor=clerk)
    assert [r.number for r in of_file(clerk, FILE)] == [made.number, first.number]
    assert again(first.number, now, actor=clerk).repeated
    with pytest.raises(KeyUsedForAnother):
        again(made.number, now, actor=clerk)
    register_matter(
        code=city.matter, name="x", implementing_department_id=stranger.department_id or 0, handled_by_id=None,
        stages=["before"], roles=[make.APPLICANT], consults=[city.black.source_id], actor=PLATFORM, now=now,
    )  # fmt: skip
    set_general_windows(department_ids=[], actor=PLATFORM, now=now)
    with pytest.raises(NotYourMatter):
        again(first.number, now, "key-late", actor=clerk)


SUBJECT = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["applicant", "legal_representative"]),
        "role_label": st.just("申请人"),
        "id": st.sampled_from([None, 1, 2]),
        "kind": st.sampled_from(["", "legal_person", "natural_person"]),
        "name": st.sampled_from(["", "甲公司"]),
        "code": st.sampled_from(["", "91339901MA9K3H5T3Y"]),
        "blind": st.sampled_from(["", "1:ab"]),
        "headline": st.sampled_from(["命中", "未命中"]),
        "triggers": st.just([]),
        "measures": st.just([]),
        "gaps": st.lists(st.sampled_from([{"code": "L1"}, {"code": "L2"}]), max_size=2),
        "rewards": st.just([]),
    }
)
SUBJECTS = st.lists(
    SUBJECT, min_size=1, max_size=4, unique_by=lambda s: (s["role"], str(s["id"] or s["code"] or s["blind"]))
)
CONTENT = st.fixed_dictionaries({"subjects": SUBJECTS, "consulted": st.just([])})


@given(before=CONTENT, after=CONTENT)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # of a loaded machine
def test_no_difference_is_silent_and_none_is_made_up(before: Any, after: Any) -> None:
    same = compared(Earlier(number="x", at="x", content=before), before)
    assert same["differs"] == [] and same["left_out"] == []
    told = compared(Earlier(number="x", at="x", content=before), after)
    changed = {s["headline"] for s in before["subjects"]} != {s["headline"] for s in after["subjects"]}
    assert not changed or told["differs"] or told["left_out"]

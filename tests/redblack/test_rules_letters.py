"""What notice and decision say, for every way a case may have gone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redblack.rules.letters import Heard, Matter, decision_letter, notice_letter, term_said

MATTER = Matter(
    agency="望川县应急管理局",
    list_title="安全生产严重失信主体名单",
    subject="江澜宏晟化工有限公司",
    code="91339903MA9K4H7C2D",
    person=False,
    ground="瞒报事故",
    facts="2026年9月3日瞒报。",
    legal_basis="《安全生产法》第七十八条",
    measures="1、暂停项目审批\n（二）加大检查频次\n一年内不得参评",
    exit_route="满十二个月可以申请",
    remedies="可以申请行政复议",
)
HEARD = Heard(
    notice_no="告〔2026〕1号",
    served_on=date(2026, 11, 10),
    served_way="邮寄",
    due_on=date(2026, 11, 17),
    statements=0,
    accepted=0,
)


def notice(matter: Matter = MATTER) -> dict[str, Any]:
    return notice_letter(matter, number="告〔2026〕1号", on=date(2026, 11, 9), term="三年。", statement_days=5)


def decision(
    matter: Matter = MATTER, heard: Heard = HEARD, until: date | None = date(2029, 11, 19)
) -> dict[str, Any]:
    day = date(2026, 11, 20)
    return decision_letter(matter, heard, number="列〔2026〕1号", on=day, begins=day, until=until)


def headings(letter: dict[str, Any]) -> list[str]:
    return [part["heading"].partition("、")[2] for part in letter["parts"]]


def text_of(letter: dict[str, Any]) -> str:
    return str(letter)


def test_a_decision_states_all_that_the_law_demands() -> None:
    wanted = ["列入事由", "列入依据", "决定", "失信惩戒措施提示", "移出条件和程序", "救济途径"]
    assert headings(decision()) == wanted
    named = replace(MATTER, persons=["法定代表人 沈某某"])
    assert headings(decision(named)) == [*wanted, "责任人员"] and "沈某某" in text_of(decision(named))


def test_a_notice_tells_the_rights_and_how_long_they_last() -> None:
    assert "你单位享有的权利" in headings(notice())
    assert "次日起 5 个工作日内" in text_of(notice()) and "不因陈述、申辩而加重处理" in text_of(notice())


def test_measures_are_numbered_anew_and_keep_their_words() -> None:
    (part,) = [part for part in notice()["parts"] if part["items"] and "措施" in part["heading"]]
    assert part["items"] == ["暂停项目审批", "加大检查频次", "一年内不得参评"]


def test_a_person_is_addressed_as_one() -> None:
    person = replace(MATTER, person=True, code="", subject="沈某某")
    assert "你单位" not in text_of(notice(person)) + text_of(decision(person))
    assert ["姓名", "沈某某"] in notice(person)["parts"][1]["table"]


@pytest.mark.parametrize(
    ("statements", "accepted", "words"),
    [
        (0, 0, "未提出陈述、申辩"),
        (2, 2, "均予采纳"),
        (2, 1, "采纳 1 份，其余理由不成立"),
        (2, 0, "理由不成立，不予采纳"),
    ],
)
def test_a_decision_says_how_the_party_was_heard(statements: int, accepted: int, words: str) -> None:
    said = decision(heard=replace(HEARD, statements=statements, accepted=accepted))["opening"]
    assert words in said and "2026年11月10日以邮寄方式" in said and "告〔2026〕1号" in said


@pytest.mark.parametrize(
    ("until", "months", "words"),
    [
        (date(2029, 11, 19), None, "至2029年11月19日止"),
        (None, 36, "起 3 年"),
        (None, 18, "起 18 个月"),
        (None, None, "至按规定移出之日止"),
    ],
)
def test_how_long_it_would_stand(until: date | None, months: int | None, words: str) -> None:
    assert words in term_said(until=until, months=months)


def test_an_entry_without_a_last_day_ends_by_its_exit() -> None:
    assert "至按规定移出之日止" in text_of(decision(until=None))


@given(
    st.builds(
        Matter,
        agency=st.text(min_size=1),
        list_title=st.text(),
        subject=st.text(),
        code=st.text(),
        person=st.booleans(),
        ground=st.text(),
        facts=st.text(),
        legal_basis=st.text(),
        measures=st.text(),
        exit_route=st.text(),
        remedies=st.text(),
        grade=st.sampled_from(["", "严重"]),
        amount=st.none() | st.decimals(0, 10**9, places=2),
        persons=st.lists(st.text(), max_size=2),
    )
)
def test_parts_are_counted_without_gaps_whatever_is_left_out(matter: Matter) -> None:
    for letter in (notice(matter), decision(matter)):
        numerals = [part["heading"].partition("、")[0] for part in letter["parts"]]
        assert numerals == list("一二三四五六七八")[: len(numerals)]
        assert all(part["text"].strip() or part["items"] for part in letter["parts"])
        assert isinstance(matter.amount, Decimal | None)

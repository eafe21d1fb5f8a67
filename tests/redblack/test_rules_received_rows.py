from datetime import date
from decimal import Decimal

import pytest

from collection.rules.sheets import HeaderMissing
from redblack.rules import received_rows
from redblack.rules.lists import Origin
from redblack.rules.received_rows import ListRules, ReadRow, code_of, places_of, reader
from tests.factories.screening import citizen_id, uscc

RULES = ListRules(
    origin=Origin.COURT,
    reward=False,
    authority="人民法院",
    legal_basis="《某规定》第一条",
    exit_rule="履行完毕",
    on=date(2026, 11, 20),
)
WHOLE = {
    "name": "江澜云帆科技发展有限公司",
    "code": "91339901MA9K7Y1F1K",
    "document_no": "（2026）江01执1187号",
    "effective_from": "2026年3月18日",
}


def read(rules: ListRules = RULES, flaw: str = "", **said: str) -> ReadRow:
    return reader(rules)(2, WHOLE | said, flaw)


def test_a_row_of_the_court_needs_neither_notice_nor_end() -> None:
    row = read(performance="全部未履行", amount="120,000.50元")
    assert (row.outcome, row.problem, row.code_kind) == ("kept", "", "uscc")
    assert row.papers.effective_from == date(2026, 3, 18) and row.papers.effective_until is None
    assert (row.papers.authority, row.papers.legal_basis) == ("", "")  # the list's own, which the entry will state
    assert (row.performance, row.amount) == ("全部未履行", Decimal("120000.50"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"document_no": ""}, "没有决定文号"),
        ({"effective_from": ""}, "没有列入日期"),
        ({"effective_from": "昨天"}, "“列入日期”"),
        ({"effective_until": "2026-01-01"}, "截止日期早于列入日期"),
        ({"name": ""}, "没有名称"),
        ({"document_no": "某" * 121}, "过长"),
        ({"amount": "很多"}, "“涉案金额（元）”"),
    ],
)
def test_papers_that_do_not_suffice_are_refused_with_the_reason(said: dict[str, str], words: str) -> None:
    row = read(**said)
    assert row.outcome == "refused" and words in row.problem


def test_a_profile_that_has_no_exit_and_no_end_is_refused() -> None:
    row = reader(ListRules(Origin.PROVINCE, False, "省局", "", "", date(2026, 11, 20)))(2, WHOLE, "")
    assert row.outcome == "refused"
    assert "没有法律依据" in row.problem and "既没有截止日期，也没有移出条件" in row.problem


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("91339901MA9K7Y1F1K", "uscc"),
        ("９１３３９９０１ma9k7y1f1k", "uscc"),
        ("MA9K7Y1F-1", "org_code"),
        ("", ""),
        ("无", ""),
        ("91339901MA9K7Y1F1L", ""),
        ("9133990", ""),
    ],
)
def test_a_code_alone_says_whom_a_row_means(text: str, kind: str) -> None:
    code, found, why = code_of(text)
    assert found == kind and bool(why) is (kind == "") and bool(code) is (kind != "")
    if not kind:
        assert read(code=text).outcome == "lost"


def test_a_persons_number_is_never_repeated() -> None:
    number = citizen_id()
    assert code_of(number)[1] == "citizen_id"
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    row = read(code=wrong, ground=f"冒用 {number} 办理")
    assert row.outcome == "lost" and wrong not in row.problem
    assert number not in row.papers.ground
    assert received_rows.shown_name(read(code=number, name="沈建国")) != "沈建国"


def test_what_a_cell_lost_on_the_way_is_told() -> None:
    row = read(flaw="“案号”公式没有计算结果。", document_no="")
    assert row.outcome == "refused" and row.problem.startswith("“案号”公式没有计算结果。")


@pytest.mark.parametrize("text", ["长期", "2099-12-31", ""])
def test_no_end_is_no_day(text: str) -> None:
    assert read(effective_until=text).papers.effective_until is None


def test_the_day_of_the_decision_stands_in_for_a_missing_first_day() -> None:
    assert read(effective_from="", decided_on="2026-03-01").papers.effective_from == date(2026, 3, 1)


def test_headings_are_found_under_other_names_and_in_any_order() -> None:
    found = places_of(["序号", "发布时间", "案号", "被执行人的履行情况", "被执行人姓名/名称", "证件号码"])
    assert found == {"name": 4, "code": 5, "document_no": 2, "effective_from": 1, "performance": 3}


@pytest.mark.parametrize("missing", ["企业名称", "统一社会信用代码", "案号"])
def test_a_column_that_is_missing_is_named(missing: str) -> None:
    with pytest.raises(HeaderMissing):
        places_of([h for h in ("企业名称", "统一社会信用代码", "案号", "列入日期") if h != missing])


def test_two_codes_are_two_readings() -> None:
    assert code_of(uscc()) != code_of(uscc())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("王小二", "王某某"),
        ("欧阳小二", "欧阳某某"),
        ("阿依古丽·买买提", "阿某某"),
        ("江澜公司", "江澜公司"),
        ("江澜市第一砖瓦厂", "江澜市第一砖瓦厂"),
    ],
)
@pytest.mark.parametrize(
    "code", ["", "37010219900101****", "3701021990010112", "37010219900101123", "3701021990010112345"]
)
def test_a_name_without_a_code_is_not_kept_in_clear(code: str, name: str, kept: str) -> None:
    row = read(name=name, code=code)
    assert (row.outcome, received_rows.shown_name(row)) == ("lost", kept)
    assert not code or code[:14] not in row.problem

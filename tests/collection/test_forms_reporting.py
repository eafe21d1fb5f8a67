"""What a box of a form offers, and what a cell of the grid says of the change that was made in it."""

import pytest
from django.http import QueryDict

from catalog.rules.definition import Definition
from collection.forms.boxes import suggested
from collection.forms.entry import EntryForm
from collection.forms.mending import Row, row_of
from tests.collection.definitions import GOOD, PENALTY, PERSON

FIELDS = {PENALTY.by_code[code].name: code for code in GOOD | PERSON}


@pytest.mark.parametrize(
    ("message", "said", "is_code", "offered"),
    [
        ("120000 疑为元，本项单位为万元，请改为 12；如金额无误，请在“确认无误”栏填“是”。", "120000", False, "12"),
        ("“3万”的单位是万，本项单位为万元，请改为 3。", "3万", False, "3"),
        ("“叁”不是数字。请改为万元数字 3。", "叁", False, "3"),
        ("“甲(2)”末尾带有序号。请改为“甲”。", "甲(2)", False, "甲"),
        ("如为长期有效，请改为 2099-12-31。", "长期", False, "2099-12-31"),
        ("请改为“简易程序”或“普通程序”。", "x", False, ""),
        ("请改为不小于 0 的整数，只写数字，如 12。", "x", False, ""),
        ("月份 13 不存在。请改为 1 至 12 月的实际日期。", "2026-13-01", False, ""),
        ("不是日期。请改为如 2026-11-20 的写法。", "去年", False, ""),
        ("第7位是字母“O”。如为数字0，改为“0”。", "913399O2MA9K5L6Y29", True, "91339902MA9K5L6Y29"),
        ("校验码不符。请对照执照逐位核对。", "91339902MA9K5L6Y28", True, ""),
        ("登记中名称完全相同的主体为 91339902MA9K5L6Y29，请核对后填入。", "", True, "91339902MA9K5L6Y29"),
        ("必填。", "", True, ""),
    ],
)  # fmt: skip
def test_what_a_message_offers(message: str, said: str, is_code: bool, offered: str) -> None:
    assert suggested({"message": message}, said=said, is_code=is_code) == offered


def test_a_suggestion_of_the_rule_comes_first() -> None:
    assert suggested({"message": "请改为 1。", "suggestion": "2"}, said="", is_code=False) == "2"


def grid(cells: dict[str, str], said: str = "", **problem: str) -> Row:
    problems = [{"field": "CF_JDRQ", "code": "date", "message": "不是日期。", "severity": "error"} | problem]
    by_name = {PENALTY.by_code[code].name: text for code, text in cells.items()}
    return row_of(7, by_name, problems, fields=FIELDS, definition=PENALTY, said=QueryDict(said))


def test_only_what_was_changed_is_sent_again() -> None:
    assert not grid(GOOD).touched
    assert not grid(GOOD, "7:CF_JDRQ=2026-10-09").touched
    assert grid(GOOD, "7:CF_JDRQ=2026-10-10").changed == {"处罚决定日期": "2026-10-10"}


def test_a_box_that_hides_its_value_changes_it_only_when_something_is_typed() -> None:
    assert not grid(PERSON, "7:CF_XDR_ZJHM=&7:CF_XDR_MC=").touched
    assert grid(PERSON, "7:CF_XDR_ZJHM=E12345678").changed == {"证件号码": "E12345678"}
    row = grid(PERSON)
    assert PERSON["CF_XDR_ZJHM"] not in str([box for box in row.good])
    assert PERSON["CF_XDR_MC"] not in str([box for box in row.good]) and row.title.startswith("欧阳某某")


def test_only_what_is_suspect_can_be_confirmed() -> None:
    assert not grid(GOOD, "confirm=7").confirmed
    assert grid(GOOD, "confirm=7", severity="suspect").confirmed
    assert not grid(GOOD, "confirm=8", severity="suspect").confirmed


def test_a_field_that_the_file_has_not_is_added_under_its_name() -> None:
    row = grid({"CF_XDR_MC": "甲"}, "7:CF_JDRQ=2026-10-10")
    assert row.changed == {"处罚决定日期": "2026-10-10"}


@pytest.fixture
def definition() -> Definition:
    return PENALTY


def test_several_words_and_another_one_become_one_cell(definition: Definition) -> None:
    chosen = "CF_CFLB=警告&CF_CFLB=罚款&CF_CFLB__other=其他-责令改正"
    said = QueryDict(f"{chosen}&CF_FR_ZJLX=&CF_FR_ZJLX__other=其他-军官证")
    form = EntryForm(definition, said=said, filled={})
    assert form.cells()["处罚类别"] == "警告;罚款;其他-责令改正"
    assert form.cells()["法定代表人证件类型"] == "其他-军官证"
    assert form.boxes["CF_CFLB"].chosen == ("警告", "罚款")


def test_problems_stand_at_their_boxes_and_above(definition: Definition) -> None:
    form = EntryForm(definition, said=None, filled={"CF_CFJG": "某局"})
    form.tell([{"field": "CF_NR_FK", "message": "存疑。", "severity": "suspect"}])
    assert form.only_suspect and form.count == 1 and form.boxes["CF_CFJG"].said == "某局"
    form.tell([{"field": "", "message": "整行。", "severity": "error"}])
    assert form.whole == ["整行。"] and not form.only_suspect and form.count == 2


def test_the_form_is_parted_by_subject_decision_and_authority(definition: Definition) -> None:
    form = EntryForm(definition, said=None, filled={})
    assert [(part, boxes[0].name) for part, boxes in form.parts] == [
        ("信用主体", "CF_XDR_MC"),
        ("决定（文书）内容", "CF_WSH"),
        ("机关和来源", "CF_CFJG"),
    ]

"""What is wrong with a memorandum, said by row; the same out and in, as values and as sheets."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures.rules import memoranda, units
from measures.rules.memoranda import ConductRow, MemorandumContent, NotAMemorandum, OriginalRow
from measures.rules.memoranda_sheets import COLUMNS, RowProblem, from_sheets, to_sheets

WHOLE = MemorandumContent(
    code="wages",
    title="关于对严重拖欠农民工工资用人单位及其有关人员开展联合惩戒的合作备忘录",
    document_number="发改财金〔2017〕2058号",
    document_number_confirmed=True,
    issued_on=date(2017, 11, 30),
    lead="人力资源社会保障部",
    signatories=("国家发展改革委", "某某协会"),
    subject_text="严重拖欠农民工工资的用人单位\n及其有关人员",
    list_numbers=(16,),
    text="一、联合惩戒对象\n二、联合惩戒措施",
    conducts=(ConductRow(number=1, label="克扣工资"), ConductRow(number=2, label="拖欠工资", criteria="数额较大")),
    measures=(
        OriginalRow(
            number=1,
            label="限制政府资金支持",
            reward=False,
            strength="restriction",
            means="强制性",
            departments=("国家发展改革委", "财政部", "某某协会"),
            legal_basis=("保障农民工工资支付条例 第48条", "国发〔2016〕33号"),
            conducts=(1, 2),
        ),
        OriginalRow(number=3, label="融资授信参考", reward=False),
    ),
)


def measure(**said: Any) -> MemorandumContent:
    return replace(WHOLE, measures=(replace(WHOLE.measures[0], **said),))


WRONG = [
    ({"title": ""}, "没有填写名称"),
    ({"code": "x" * 61}, "编号超过 60"),
    ({"document_number": ""}, "不能标为已核实"),
    ({"list_numbers": (0, 44)}, "没有序号 0、44"),
    ({"signatories": ("某某协会", "甲" * 101)}, "过长，疑为没有分开"),
    ({"signatories": ("某某协会", "财政部", "财政部")}, "签署单位重复：财政部"),
    ({"replaces": "wages"}, "不能代替自己"),
    ({"complete": True, "measures": ()}, "不能标为已全部分解"),
    ({"text": "长" * 30_001}, "正文过长"),
    ({"conducts": (ConductRow(number=1, label=""),), "measures": ()}, "没有填写行为"),
    ({"conducts": (ConductRow(number=1, label="甲"), ConductRow(number=1, label="乙")), "measures": ()}, "出现 2 次"),
]


@pytest.mark.parametrize(("said", "message"), WRONG)
def test_a_head_is_refused_with_what_to_do(said: dict[str, Any], message: str) -> None:
    [problem] = memoranda.problems_of(replace(WHOLE, **said), units=())
    assert message in problem.message and problem.message.endswith("。")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"label": ""}, "没有填写措施内容"),
        ({"means": "强制"}, "应用要求“强制”不对"),
        ({"strength": "ban"}, "措施类型“ban”不对"),
        ({"conducts": (1, 9)}, "行为清单中没有第 9 项"),
        ({"departments": ("税务总局局",)}, "是否为“税务总局”"),
        ({"departments": ("某某部门处",)}, "不在部门名录中"),
        ({"legal_basis": ("某法；某条",)}, "含有分号或换行"),
    ],
)
def test_a_measure_is_refused_by_its_number(said: dict[str, Any], message: str) -> None:
    [problem] = memoranda.problems_of(measure(**said), units=())
    assert problem.place == "原始措施 1" and message in problem.message


@pytest.mark.parametrize("name", ["某某协会", "财政部", "地方部门", "市某局", "人力资源社会保障部"])
def test_departments_that_are_known(name: str) -> None:
    assert memoranda.problems_of(measure(departments=(name,)), units={"市某局"}) == []


def test_the_nearest_name() -> None:
    assert units.nearest("海关总暑", ()) == "海关总署"
    assert units.nearest("江澜市市场监管局", {"江澜市市场监督管理局"}) == "江澜市市场监督管理局"
    assert units.nearest("qwerty", ()) == ""


def said() -> dict[str, Any]:
    return memoranda.written(WHOLE)


def test_written_and_read_are_the_same() -> None:
    assert memoranda.read(said()) == (WHOLE, [])
    assert memoranda.problems_of(WHOLE, units=()) == []
    assert replace(WHOLE, lead="").seen != WHOLE.seen
    assert memoranda.read({"code": "a", "title": "某", "document_number": "未查明"})[0].document_number == ""


@pytest.mark.parametrize("value", ["", None])
def test_no_document_number_is_a_slip_unless_it_is_said(value: str | None) -> None:
    _, [problem] = memoranda.read(said() | {"document_number": value})
    assert "没有填写文号" in problem.message and "未查明" in problem.message


@pytest.mark.parametrize(("key", "word"), [("departments", "实施部门"), ("legal_basis", "依据条文")])
def test_a_measure_without_article_or_department_is_a_slip_unless_it_is_said(key: str, word: str) -> None:
    one = said()
    one["measures"][1][key] = []
    _, [problem] = memoranda.read(one)
    assert problem.place == "原始措施 3" and word in problem.message and "未注明" in problem.message
    one["measures"][1][key] = ["未注明"]
    assert memoranda.read(one) == (WHOLE, [])


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"title": 5},
        {"complete": "是"},
        {"signatories": "甲、乙"},
        {"signatories": [5]},
        {"list_numbers": ["16"]},
        {"issued_on": "2017年冬"},
        {"measures": ["一"]},
        {"measures": [{"number": 0, "label": "x"}]},
        {"conducts": [{"number": True, "label": "x"}]},
        {"conducts": [{"label": "x", "law": "y"}]},
    ],
)
def test_what_is_no_memorandum(change: dict[str, Any]) -> None:
    with pytest.raises(NotAMemorandum) as refused:
        memoranda.read(said() | change)
    assert str(refused.value).endswith(("。", "列表。"))


@pytest.mark.parametrize(
    ("code", "replaces", "links", "way"),
    [("b", "a", {}, []), ("a", "b", {"b": "a"}, ["a", "b", "a"]), ("a", "b", {"b": "c", "c": "b"}, [])],
)
def test_memoranda_that_replace_each_other(code: str, replaces: str, links: dict[str, str], way: list[str]) -> None:
    assert memoranda.circle(code, replaces, links) == way


def sheets_of(*contents: MemorandumContent) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """As a reader gives them: numbered from the second row, text stripped, rows without content left out."""
    made: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for name, rows in to_sheets(contents).items():
        texts = [[cell.strip() for cell in cells] for cells in rows]
        made[name] = [
            (at, dict(zip(COLUMNS[name], cells, strict=True))) for at, cells in enumerate(texts, 2) if any(cells)
        ]
    return made


def test_out_as_sheets_and_in_again() -> None:
    stub = MemorandumContent(code="stub", title="只有名称的备忘录")
    found, problems = from_sheets(sheets_of(WHOLE, stub))
    assert ([one.content for one in found], problems) == ([WHOLE, stub], [])


WORDS = st.text("甲乙丙丁ab1（）、 ", max_size=12).map(str.strip)
NAMES = st.lists(WORDS.filter(bool), max_size=3).map(tuple)
ROWS = st.lists(st.integers(1, 9999), max_size=4, unique=True)
CONTENTS = st.builds(
    MemorandumContent,
    code=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    title=WORDS,
    document_number=WORDS.filter(lambda t: t != "未查明"),
    document_number_confirmed=st.booleans(),
    issued_on=st.none() | st.dates(),
    lead=WORDS,
    signatories=NAMES,
    subject_text=WORDS,
    list_numbers=st.lists(st.integers(1, 43), max_size=3).map(tuple),
    replaces=WORDS,
    complete=st.booleans(),
    text=st.lists(WORDS, max_size=4).map(lambda lines: memoranda.plain_text("\n".join(lines))),
    conducts=ROWS.flatmap(
        lambda ns: st.tuples(*(st.builds(ConductRow, number=st.just(n), label=WORDS, criteria=WORDS) for n in ns))
    ),
    measures=ROWS.flatmap(
        lambda ns: st.tuples(
            *(
                st.builds(
                    OriginalRow,
                    number=st.just(n),
                    label=WORDS,
                    reward=st.booleans(),
                    strength=st.sampled_from(sorted(memoranda.STRENGTHS)),
                    means=st.sampled_from(memoranda.MEANS),
                    departments=NAMES,
                    legal_basis=NAMES,
                    conducts=st.lists(st.integers(1, 9999), max_size=3).map(tuple),
                )
                for n in ns
            )
        )
    ),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CONTENTS)
def test_whatever_a_memorandum_says_comes_back(content: MemorandumContent) -> None:
    assert memoranda.read(memoranda.written(content)) == (content, [])
    found, problems = from_sheets(sheets_of(content))
    assert ([one.content for one in found], problems) == ([content], [])


def broken(sheet: str, row: int, **cells: str) -> list[RowProblem]:
    sheets = sheets_of(WHOLE, replace(WHOLE, code="other"))
    sheets[sheet][row][1].update(cells)
    found, problems = from_sheets(sheets)
    assert "other" in [one.content.code for one in found]  # one bad row leaves the other memorandum alone
    assert "wages" not in [one.content.code for one in found]
    return problems


@pytest.mark.parametrize(
    ("sheet", "row", "cells", "message"),
    [
        ("备忘录", 0, {"文号": ""}, "没有填写文号"),
        ("备忘录", 0, {"印发日期": "2017.13.1"}, "印发日期“2017.13.1”不对"),
        ("备忘录", 0, {"文号已核实": "对"}, "请填是或否"),
        ("备忘录", 0, {"篇十三序号": "十六"}, "“十六”不是序号"),
        ("备忘录", 0, {"备忘录编号": ""}, "没有填写备忘录编号"),
        ("行为清单", 0, {"序号": "一"}, "序号“一”不对"),
        ("原始措施", 0, {"性质": "处罚"}, "性质“处罚”不对。请填惩戒或激励"),
        ("原始措施", 0, {"措施类型": "禁止"}, "措施类型“禁止”不对"),
        ("原始措施", 0, {"依据条文": ""}, "没有填写依据条文"),
        ("原始措施", 0, {"实施部门": " "}, "没有填写实施部门"),
    ],
)
def test_a_row_is_returned_with_its_number(sheet: str, row: int, cells: dict[str, str], message: str) -> None:
    first, *_ = broken(sheet, row, **{key: text.strip() for key, text in cells.items()})
    assert (first.sheet, first.row) == (sheet, row + 2) and message in first.message


def test_rows_of_no_memorandum_and_two_of_one_code() -> None:
    sheets = sheets_of(WHOLE, WHOLE)
    sheets["原始措施"][0][1]["备忘录编号"] = "nowhere"
    found, problems = from_sheets(sheets)
    assert not found
    assert {("备忘录", 3), ("原始措施", 2)} <= {(one.sheet, one.row) for one in problems}


def test_lists_in_a_cell_are_split_however_they_are_written() -> None:
    sheets = sheets_of(WHOLE)
    cells = sheets["原始措施"][0][1]
    cells["实施部门"] = "国家发展改革委；财政部\n某某协会;"
    cells["对应行为"] = "1，2"
    sheets["备忘录"][0][1]["印发日期"] = "2017年11月30日"
    found, problems = from_sheets(sheets)
    assert ([one.content for one in found], problems) == ([WHOLE], [])

from typing import Any

import pytest
from hypothesis import given, settings

from measures.rules.conditions import FACTS, Condition, ConditionWrong, Facts, holds, read_condition
from measures.rules.outline import JOINS, OPERATORS, Line, condition_of, lines_of
from tests.measures.conditions import TREES, facts

NAMES = {"source": {"L1": "拖欠农民工工资名单", "L2": "严重违法失信名单"}, "matter": {"M3": "专项资金申报"}}
SCENE = [Line(0, "grade", "is", "严重"), Line(0, "stage", "is", "事前"), Line(0, "months_left", ">", "3")]


def test_the_scene_in_three_lines() -> None:
    condition = condition_of(SCENE, NAMES)
    assert condition == read_condition(
        {
            "all": [
                {"fact": "grade", "is": "in", "value": ["严重"]},
                {"fact": "stage", "is": "in", "value": ["before"]},
                {"fact": "months_left", "is": ">", "value": 3},
            ]
        }
    )
    assert lines_of(condition, NAMES) == SCENE
    assert condition_of([], NAMES) is None and lines_of(None) == []


def test_names_amounts_and_levels() -> None:
    lines = [
        Line(0, "any"),
        Line(1, "all"),
        Line(2, "source", "is", "拖欠农民工工资名单、L2"),
        Line(2, "amount", ">=", "50万元"),
        Line(1, "not"),
        Line(2, "disputed", "is", "是"),
        Line(2, "area", "is", "339901，339903"),
    ]
    condition = condition_of(lines, NAMES)
    assert lines_of(condition, NAMES) == [
        *lines[:2],
        Line(2, "source", "is", "拖欠农民工工资名单、严重违法失信名单"),
        Line(2, "amount", ">=", "500000"),
        *lines[4:6],
        Line(2, "area", "is", "339901、339903"),
    ]


@given(tree=TREES, one=facts())
@settings(deadline=None)
def test_as_an_outline_and_back_it_says_the_same(tree: Condition, one: Facts) -> None:
    again = condition_of(lines_of(tree))
    assert holds(again, one) is holds(tree, one)
    assert condition_of(lines_of(again)) == again


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([Line(1, "grade", "is", "严重")], "第 1 行：层级"),
        ([Line(0, "grade", "is", "严重"), Line(1, "stage", "is", "事前")], "第 2 行：层级"),
        ([Line(0, "all"), Line(2, "stage", "is", "事前")], "第 2 行：层级"),
        ([Line(0, "all")], "第 1 行：“以下全部成立”下面没有内容"),
        ([Line(0, "any"), Line(0, "grade", "is", "严重")], "第 1 行：“以下任一成立”下面没有内容"),
        ([Line(0, "", "is", "严重")], "第 1 行：请选择"),
        ([Line(0, "grade", "is", " ")], "没有填写值"),
        ([Line(0, "grade", ">", "严重")], "不能用“超过”比较，可用：为"),
        ([Line(0, "months_left", "is", "3")], "不能用“为”比较，可用：超过、不少于、少于、不超过"),
        ([Line(0, "months_left", ">", "三")], "请填写整数"),
        ([Line(0, "amount", ">", "很多")], "50万元"),
        ([Line(0, "disputed", "is", "yes")], "“是”或“否”"),
        ([Line(0, "grade", "is", "较重")], "没有“较重”"),
        ([*(Line(n, "not") for n in range(6)), Line(6, "grade", "is", "严重")], "嵌套最多"),
    ],
)
def test_what_is_wrong_names_its_line(lines: list[Line], message: str) -> None:
    with pytest.raises(ConditionWrong, match=message):
        condition_of(lines, NAMES)


def test_every_operator_has_a_word() -> None:
    used: set[Any] = {operator for fact in FACTS.values() for operator in fact.operators}
    assert used - {"in"} <= set(OPERATORS) and not set(JOINS) & set(FACTS)

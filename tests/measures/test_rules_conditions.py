import json
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from measures.rules.condition_schema import SCHEMA
from measures.rules.condition_scope import ALWAYS, NEVER, Scope, warning
from measures.rules.condition_words import sentence
from measures.rules.conditions import (
    FACTS,
    MOST_PARTS,
    All,
    AnyOf,
    Condition,
    ConditionWrong,
    Facts,
    Not,
    Test,
    holds,
    missing,
    read_condition,
    written,
)
from tests.measures.conditions import TREES, facts

DAY = date(2026, 11, 20)
SCENE = {
    "all": [
        {"fact": "grade", "is": "in", "value": ["严重"]},
        {"fact": "stage", "is": "in", "value": ["before"]},
        {"fact": "months_left", "is": ">", "value": 3},
    ]
}


def known(**changed: Any) -> Facts:
    said: dict[str, Any] = {
        "source": "L1",
        "since": date(2025, 11, 20),
        "until": date(2027, 2, 21),
        "as_of": DAY,
        "grade": "严重",
        "stage": "before",
        "area": "339901",
    }
    return Facts(**said | changed)


def one(fact: str, operator: str, value: Any) -> Condition:
    return read_condition({"fact": fact, "is": operator, "value": value})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"until": date(2027, 2, 20)}, False),  # three months and not a day more
        ({"until": None}, True),
        ({"grade": "一般"}, False),
        ({"stage": "during"}, False),
        ({"grade": ""}, None),
        ({"grade": "", "stage": "after"}, False),  # false whatever the grade is
    ],
)
def test_only_serious_only_before_only_while_more_than_three_months_remain(
    changed: dict[str, Any], expected: bool | None
) -> None:
    assert holds(read_condition(SCENE), known(**changed)) is expected


@pytest.mark.parametrize(
    ("condition", "changed", "expected"),
    [
        (one("months_since", ">=", 12), {}, True),
        (one("months_since", ">=", 12), {"since": date(2025, 11, 21)}, False),
        (one("months_since", "<", 12), {"since": date(2025, 11, 21)}, True),
        (one("months_left", "<=", 3), {"until": None}, False),
        (one("months_left", ">", 1), {"as_of": date(2027, 1, 31), "until": date(2027, 2, 28)}, False),
        (one("months_left", ">=", 1), {"as_of": date(2027, 1, 31), "until": date(2027, 2, 28)}, True),
        (one("amount", ">", "1000"), {"amount": Decimal("1000.00")}, False),
        (one("amount", ">=", 1000), {"amount": Decimal("1000.00")}, True),
        (one("amount", "<", "1000"), {}, None),
        (Not(one("amount", "<", "1000")), {}, None),
        (one("area", "in", ["339900"]), {}, True),
        (one("area", "in", ["339902"]), {}, False),
        (one("area", "in", ["330000"]), {"area": ""}, None),
        (one("matter", "in", ["无"]), {}, True),
        (one("matter", "in", ["M1"]), {"matter": "M1"}, True),
        (one("disputed", "is", False), {}, True),
        (one("own_term", "is", True), {}, False),
        (one("source", "in", ["L1", "L2"]), {}, True),
        (AnyOf((one("amount", ">", 1), one("grade", "in", ["严重"]))), {}, True),
        (AnyOf((one("amount", ">", 1), one("grade", "in", ["轻微"]))), {}, None),
        (None, {}, True),
    ],
)
def test_holds(condition: Condition | None, changed: dict[str, Any], expected: bool | None) -> None:
    assert holds(condition, known(**changed)) is expected


def test_what_is_not_known_is_named_once() -> None:
    condition = All((one("amount", ">", 1), Not(one("amount", "<", 9)), one("grade", "in", ["严重"])))
    assert missing(condition, known(grade="")) == ("涉及金额（元）", "失信程度")
    assert missing(None, known()) == ()


@given(tree=TREES)
@settings(deadline=None)
def test_written_and_read_back_is_the_same_and_fits_the_schema(tree: Condition) -> None:
    said = json.loads(json.dumps(written(tree)))
    assert read_condition(said) == tree
    jsonschema.validate(said, SCHEMA)


@given(tree=TREES, one=facts())
@settings(deadline=None)
def test_the_other_way_round_is_the_other_way_round(tree: Condition, one: Facts) -> None:
    said = holds(tree, one)
    assert holds(Not(tree), one) is (None if said is None else not said)
    assert (said is None) <= bool(missing(tree, one))


def nested(depth: int) -> Any:
    return SCENE if depth == 1 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ([], "执行条件"),
        ({}, "执行条件"),
        ({"all": []}, "至少要有一项"),
        ({"all": "x"}, "至少要有一项"),
        ({"none": [SCENE]}, "不认识“none”"),
        ({"all": [SCENE], "any": [SCENE]}, "只能写"),
        ({"all": [SCENE, 5]}, "执行条件·第 2 项"),
        ({"not": {"any": [{"fact": "x", "is": "in", "value": ["y"]}]}}, "不成立·第 1 项：没有“x”"),
        ({"fact": "grade", "is": ">", "value": 3}, "不能用“>”"),
        ({"fact": "grade", "is": "in", "value": ["较重"]}, "没有“较重”"),  # the city's scale is another scale
        ({"fact": "grade", "is": "in", "value": []}, "至少要写一个值"),
        ({"fact": "grade", "is": "in", "value": ["严重", "严重"]}, "不能重复"),
        ({"fact": "area", "is": "in", "value": ["江澜市"]}, "六位行政区划代码"),
        ({"fact": "area", "is": "in", "value": ["３３９９００"]}, "六位行政区划代码"),
        ({"fact": "source", "is": "in", "value": ["x" * 121]}, "最多 120"),
        ({"fact": "months_left", "is": ">", "value": "3"}, "整数"),
        ({"fact": "months_left", "is": ">", "value": True}, "整数"),
        ({"fact": "months_left", "is": ">", "value": -1}, "整数"),
        ({"fact": "amount", "is": ">", "value": "NaN"}, "不小于 0"),
        ({"fact": "amount", "is": ">", "value": "1.005"}, "两位小数"),
        ({"fact": "amount", "is": ">", "value": True}, "不小于 0"),
        ({"fact": "disputed", "is": "is", "value": "是"}, "“是”或“否”"),
        ({"fact": ["grade"], "is": "in", "value": ["严重"]}, "没有"),
        ({"any": [SCENE] * (MOST_PARTS + 1)}, f"最多 {MOST_PARTS}"),
        ({"any": [SCENE] * (MOST_PARTS // 3 + 1)}, f"最多 {MOST_PARTS}"),
        (nested(6), "嵌套最多"),
    ],
)
def test_what_is_not_a_condition_is_told_where_and_why(said: Any, place: str) -> None:
    with pytest.raises(ConditionWrong, match=place):
        read_condition(said)


NAMES = {"source": {"L1": "拖欠名单"}, "matter": {"M3": "专项资金申报"}}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "不设执行条件：触发即适用"),
        (SCENE, "仅当失信程度为严重，且管理阶段为事前，且剩余期限超过 3 个月时适用"),
        (
            {"not": {"fact": "source", "is": "in", "value": ["L1", "L9"]}},
            "仅当名单或信息类别不为拖欠名单或L9时适用",
        ),
        (
            {
                "any": [
                    {"all": [{"fact": "amount", "is": ">=", "value": "1000000"}, SCENE["all"][0]]},
                    {"not": {"fact": "months_since", "is": "<", "value": 12}},
                ]
            },
            "仅当（涉及金额不低于 1,000,000 元，且失信程度为严重），或者并非（列入或认定已不满 12 个月）时适用",
        ),
        (
            {
                "any": [
                    {"fact": "disputed", "is": "is", "value": False},
                    {"fact": "matter", "is": "in", "value": ["M3"]},
                ]
            },
            "仅当不存在异议，或者政务服务事项为专项资金申报时适用",
        ),
    ],
)
def test_as_a_sentence(said: Any, words: str) -> None:
    assert sentence(read_condition(said), NAMES) == words


@given(tree=TREES)
@settings(deadline=None)
def test_every_condition_can_be_said(tree: Condition) -> None:
    said = sentence(tree)
    assert said.startswith("仅当") and said.endswith("时适用") and "None" not in said


SERIOUS, NOT_SERIOUS = one("grade", "in", ["严重"]), one("grade", "in", ["轻微", "一般"])


@pytest.mark.parametrize(
    ("condition", "scope", "expected"),
    [
        (None, Scope(), None),
        (SERIOUS, Scope(), None),
        (AnyOf((SERIOUS, NOT_SERIOUS)), Scope(), ALWAYS),
        (All((SERIOUS, NOT_SERIOUS)), Scope(), NEVER),
        (one("stage", "in", ["before"]), Scope(stages=("before",)), ALWAYS),
        (one("stage", "in", ["before"]), Scope(stages=("before", "during")), None),
        (one("stage", "in", ["before"]), Scope(stages=("after",)), NEVER),
        (one("source", "in", ["L1"]), Scope(sources=("L2",)), NEVER),
        (one("matter", "in", ["M1"]), Scope(matters=("无",)), NEVER),
        (All((one("months_left", ">", 6), one("months_left", "<", 6))), Scope(), NEVER),
        (All((one("months_left", ">=", 6), one("months_left", "<=", 6))), Scope(), None),
        (AnyOf((one("months_left", ">", 6), one("months_left", "<=", 6))), Scope(), ALWAYS),
        (one("months_since", ">=", 0), Scope(), ALWAYS),
        (one("amount", ">=", 0), Scope(), ALWAYS),
        (All((one("amount", ">", 5), one("amount", "<=", 5))), Scope(), NEVER),
        (All((one("area", "in", ["339901"]), Not(one("area", "in", ["339900"])))), Scope(), NEVER),
        (AnyOf((one("disputed", "is", True), one("disputed", "is", False))), Scope(), ALWAYS),
        (All((one("edition", "in", ["a"]), one("edition", "in", ["b"]))), Scope(), NEVER),
    ],
)
def test_what_is_always_or_never_true_is_warned_about(
    condition: Condition | None, scope: Scope, expected: str | None
) -> None:
    assert warning(condition, scope) == expected


@given(tree=TREES, one=facts())
@settings(deadline=None)
def test_no_facts_contradict_a_warning(tree: Condition, one: Facts) -> None:
    """Where everything is known, and since lies before today before until, as it does in force."""
    if one.since <= one.as_of <= (one.until or one.as_of):
        contradicted = {ALWAYS: False, NEVER: True}.get(warning(tree, Scope()) or "")
        assert contradicted is None or holds(tree, one) is not contradicted


def test_every_fact_has_an_operator_and_a_label() -> None:
    assert all(fact.operators and fact.label for fact in FACTS.values())
    assert isinstance(one("grade", "in", ["严重"]), Test)

"""Execution conditions (措施执行条件): when a published measure applies to a trigger. Pure.

A tree of all / any / not over typed facts, kept as JSON; what cannot be known is neither true nor false. The same
tree in SQL: conditions_sql.py; as a sentence: condition_words.py; can it ever hold: condition_scope.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from kernel.errors import Malformed
from kernel.terms import same_day_later
from subjects.rules.kinds import Kind

DEEPEST = 6
MOST_PARTS = 60
MOST_VALUES = 50
LONGEST_VALUE = 120
MOST_MONTHS = 1200
MOST_MONEY = Decimal(10) ** 15
NO_MATTER = "无"
DIVISION = re.compile(r"\d{6}")


class ConditionWrong(Malformed):
    code = "measures.condition_wrong"
    message = "执行条件不完整或写法不正确。"


class FactType(StrEnum):
    """What can be said of a fact: one of some values; a number of months; an amount; yes or no."""

    VALUES = "values"
    MONTHS = "months"
    MONEY = "money"
    YES_NO = "yes_no"


OPERATORS = {
    FactType.VALUES: ("in",),
    FactType.MONTHS: (">", ">=", "<", "<="),
    FactType.MONEY: (">", ">=", "<", "<="),
    FactType.YES_NO: ("is",),
}


@dataclass(frozen=True, slots=True)
class FactKind:
    """A fact that a condition may ask for. `choices`: the only values, with their words; none: any text."""

    code: str
    label: str
    type: FactType
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.type]


STAGES = (("before", "事前"), ("during", "事中"), ("after", "事后"))
GRADES = tuple((grade, grade) for grade in ("轻微", "一般", "严重"))
KINDS_OF_SUBJECT = tuple((kind.value, kind.label) for kind in Kind)

FACTS = {
    fact.code: fact
    for fact in (
        FactKind("source", "名单或信息类别", FactType.VALUES),
        FactKind("edition", "名单版次", FactType.VALUES),
        FactKind("grade", "失信程度", FactType.VALUES, GRADES),
        FactKind("months_since", "列入或认定已满月数", FactType.MONTHS),
        FactKind("months_left", "剩余期限月数", FactType.MONTHS),
        FactKind("subject_kind", "主体类型", FactType.VALUES, KINDS_OF_SUBJECT),
        FactKind("area", "登记地区划", FactType.VALUES),
        FactKind("matter", "政务服务事项", FactType.VALUES),
        FactKind("stage", "管理阶段", FactType.VALUES, STAGES),
        FactKind("amount", "涉及金额（元）", FactType.MONEY),
        FactKind("disputed", "存在异议", FactType.YES_NO),
        FactKind("responsible", "仅因任职及于本人", FactType.YES_NO),
        FactKind("own_term", "独立法定限制", FactType.YES_NO),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one trigger, its subject and the question. "" and None: not known, but for `matter`, where ""
    is none (事项名称“无”), and `until`, where None is no end. `grade`: the repair scale 轻微 / 一般 / 严重 alone.
    """

    source: str
    since: date
    until: date | None
    as_of: date
    edition: str = ""
    grade: str = ""
    amount: Decimal | None = None
    subject_kind: str = ""
    area: str = ""
    matter: str = ""
    stage: str = ""
    disputed: bool = False
    responsible: bool = False
    own_term: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """A fact compared. `value`: a tuple of texts (in), a number of months, an amount in 元, or True / False (is)."""

    __test__: ClassVar[bool] = False  # no test case

    fact: str
    operator: str
    value: tuple[str, ...] | int | Decimal | bool


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition: TypeAlias = Test | All | AnyOf | Not


def holds(condition: Condition | None, facts: Facts) -> bool | None:
    """Whether the condition holds; None when a fact that decides it is not known. No condition always holds."""
    match condition:
        case None:
            return True
        case Test():
            return _compared(condition, facts)
        case Not(part):
            said = holds(part, facts)
            return None if said is None else not said
        case All(parts):
            return _decided([holds(part, facts) for part in parts], by=False)
        case AnyOf(parts):
            return _decided([holds(part, facts) for part in parts], by=True)


def missing(condition: Condition | None, facts: Facts) -> tuple[str, ...]:
    """The labels of the facts that the condition asks for and that are not known, each once."""
    tests = [] if condition is None else tests_of(condition)
    return tuple(dict.fromkeys(FACTS[one.fact].label for one in tests if _compared(one, facts) is None))


def tests_of(condition: Condition) -> list[Test]:
    """Every comparison of the tree, from left to right."""
    match condition:
        case Test():
            return [condition]
        case Not(part):
            return tests_of(part)
        case All(parts) | AnyOf(parts):
            return [one for part in parts for one in tests_of(part)]


def _decided(said: list[bool | None], *, by: bool) -> bool | None:
    if by in said:
        return by
    return None if None in said else not by


def _compared(test: Test, facts: Facts) -> bool | None:
    value: Any = test.value
    match test.fact:
        case "months_since":
            return _ordered(facts.as_of, test.operator, same_day_later(facts.since, value))
        case "months_left":
            if facts.until is None:
                return test.operator in (">", ">=")
            return _ordered(facts.until, test.operator, same_day_later(facts.as_of, value))
        case "amount":
            return None if facts.amount is None else _ordered(facts.amount, test.operator, value)
        case "area":
            return facts.area.startswith(tuple(area_prefix(one) for one in value)) if facts.area else None
        case "matter":
            return (facts.matter or NO_MATTER) in value
        case fact:
            said = getattr(facts, fact)
            if isinstance(said, bool):
                return said is value
            return said in value if said else None


def _ordered(one: Any, operator: str, other: Any) -> bool:
    match operator:
        case ">":
            return bool(one > other)
        case ">=":
            return bool(one >= other)
        case "<":
            return bool(one < other)
        case _:
            return bool(one <= other)


def area_prefix(division: str) -> str:
    """What the codes of a division and of those below it begin with: 339900 -> 3399."""
    while division.endswith("00") and len(division) > 2:
        division = division[:-2]
    return division


def written(condition: Condition | None) -> dict[str, Any] | None:
    """The condition as JSON, see condition_schema.SCHEMA. `read_condition` gives it back."""
    match condition:
        case None:
            return None
        case Test(fact, operator, value):
            said: Any = list(value) if isinstance(value, tuple) else value
            return {"fact": fact, "is": operator, "value": str(said) if isinstance(said, Decimal) else said}
        case Not(part):
            return {"not": written(part)}
        case All(parts):
            return {"all": [written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [written(part) for part in parts]}


def read_condition(said: Any) -> Condition | None:
    """A condition from JSON; None is none. Raises ConditionWrong, which says at which place and how to mend it."""
    if said is None:
        return None
    condition = _read(said, "执行条件", 1)
    if len(tests_of(condition)) > MOST_PARTS:
        raise ConditionWrong(f"执行条件最多 {MOST_PARTS} 项，请合并或拆成几条措施。")
    return condition


def _read(said: Any, place: str, depth: int) -> Condition:
    if depth > DEEPEST:
        raise ConditionWrong(f"{place}：嵌套最多 {DEEPEST} 层，请减少层次。")
    if not isinstance(said, Mapping):
        raise ConditionWrong(f"{place}：应为“全部”“任一”“不成立”之一，或一项比较。")
    if set(said) == {"fact", "is", "value"}:
        return read_test(said["fact"], said["is"], said["value"], place)
    if len(said) != 1:
        raise ConditionWrong(f"{place}：只能写“all”“any”“not”之一，或者“fact”“is”“value”三项，请改正。")
    [(kind, inner)] = said.items()
    if kind == "not":
        return Not(_read(inner, f"{place}·不成立", depth + 1))
    if kind not in ("all", "any"):
        raise ConditionWrong(f"{place}：不认识“{kind}”，可用“all”“any”“not”。")
    if not isinstance(inner, list | tuple) or not inner:
        raise ConditionWrong(f"{place}：“{kind}”下至少要有一项，请补上或删去这一层。")
    if len(inner) > MOST_PARTS:
        raise ConditionWrong(f"{place}：同一层最多 {MOST_PARTS} 项。")
    parts = tuple(_read(one, f"{place}·第 {n} 项", depth + 1) for n, one in enumerate(inner, start=1))
    return All(parts) if kind == "all" else AnyOf(parts)


def read_test(fact: Any, operator: Any, value: Any, place: str) -> Test:
    """One comparison from plain values. Raises ConditionWrong."""
    kind = FACTS.get(fact) if isinstance(fact, str) else None
    if kind is None:
        raise ConditionWrong(f"{place}：没有“{fact}”这项内容，可用：{'、'.join(FACTS)}。")
    if operator not in kind.operators:
        raise ConditionWrong(f"{place}：“{kind.label}”不能用“{operator}”比较，可用：{'、'.join(kind.operators)}。")
    match kind.type:
        case FactType.VALUES:
            return Test(kind.code, operator, _values(kind, value, place))
        case FactType.MONTHS:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MONTHS:
                raise ConditionWrong(f"{place}：“{kind.label}”应为 0 到 {MOST_MONTHS} 的整数。")
            return Test(kind.code, operator, value)
        case FactType.MONEY:
            return Test(kind.code, operator, _money(kind, value, place))
        case FactType.YES_NO:
            if not isinstance(value, bool):
                raise ConditionWrong(f"{place}：“{kind.label}”只能是“是”或“否”。")
            return Test(kind.code, operator, value)


def _values(kind: FactKind, value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(one, str) and one for one in value):
        raise ConditionWrong(f"{place}：“{kind.label}”至少要写一个值。")
    if len(value) > MOST_VALUES or len(set(value)) != len(value):
        raise ConditionWrong(f"{place}：“{kind.label}”的值不能重复，最多 {MOST_VALUES} 个。")
    choices = dict(kind.choices)
    for one in value:
        if choices and one not in choices:
            raise ConditionWrong(f"{place}：“{kind.label}”没有“{one}”，可用：{'、'.join(choices.values())}。")
        if len(one) > LONGEST_VALUE or "\x00" in one:
            raise ConditionWrong(f"{place}：“{kind.label}”的值最多 {LONGEST_VALUE} 个字，不能含控制字符。")
        if kind.code == "area" and not (one.isascii() and DIVISION.fullmatch(one)):
            raise ConditionWrong(f"{place}：“{kind.label}”应为六位行政区划代码，如 339900，不是“{one}”。")
    return tuple(value)


def _money(kind: FactKind, value: Any, place: str) -> Decimal:
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | Decimal) and value is not True else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount < MOST_MONEY or amount != round(amount, 2):
        raise ConditionWrong(f"{place}：“{kind.label}”应为不小于 0 的数，最多两位小数。")
    return round(amount, 2)

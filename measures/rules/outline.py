"""A condition as an outline: one line for each node, so that a plain form can edit any tree. Pure.

Lines of a level stand under the last line of the level above it, which joins them. Several lines of the outermost
level must all hold.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from measures.rules.condition_words import Names, value_name
from measures.rules.conditions import (
    DEEPEST,
    FACTS,
    MOST_MONTHS,
    All,
    AnyOf,
    Condition,
    ConditionWrong,
    FactKind,
    FactType,
    Not,
    Test,
    read_condition,
    read_test,
    written,
)

JOINS = {"all": "以下全部成立", "any": "以下任一成立", "not": "以下均不成立"}
OPERATORS = {"is": "为", ">": "超过", ">=": "不少于", "<": "少于", "<=": "不超过"}
YES_NO = {"是": True, "否": False}
BETWEEN = re.compile(r"[、，,；;\n]+")
AMOUNT = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万)?元?")
TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """`what`: a key of JOINS or of FACTS; `operator`: of OPERATORS, "" for a join; `value`: as a person writes it."""

    level: int
    what: str
    operator: str = ""
    value: str = ""


@dataclass(slots=True)
class _Node:
    number: int
    line: Line
    below: list["_Node"]


def lines_of(condition: Condition | None, names: Names | None = None) -> list[Line]:
    """The outline of a condition; values in the words of the screen. No condition: no lines."""
    if condition is None:
        return []
    if isinstance(condition, All) and len(condition.parts) > 1:
        return [line for part in condition.parts for line in _lines(part, 0, names or {})]
    return _lines(condition, 0, names or {})


def _lines(condition: Condition, level: int, names: Names) -> list[Line]:
    match condition:
        case Test():
            return [_line(condition, level, names)]
        case Not(AnyOf(parts)) if len(parts) > 1:
            what, inner = "not", parts
        case Not(part):
            what, inner = "not", (part,)
        case All(parts):
            what, inner = "all", parts
        case AnyOf(parts):
            what, inner = "any", parts
    return [Line(level, what), *(line for part in inner for line in _lines(part, level + 1, names))]


def _line(test: Test, level: int, names: Names) -> Line:
    operator = "is" if test.operator in ("in", "is") else test.operator
    match test.value:
        case bool(yes):
            said = "是" if yes else "否"
        case int(months):
            said = str(months)
        case Decimal() as amount:
            said = f"{amount:f}".removesuffix(".00")
        case values:
            said = "、".join(value_name(test.fact, value, names) for value in values)
    return Line(level, test.fact, operator, said)


def condition_of(lines: Sequence[Line], names: Names | None = None) -> Condition | None:
    """The condition that an outline says; none of no lines. Raises ConditionWrong, which names the line."""
    if not lines:
        return None
    top: list[_Node] = []
    open_at: list[list[_Node]] = [top]  # where the next line of each level goes
    for number, line in enumerate(lines, start=1):
        if line.level >= len(open_at):
            raise ConditionWrong(f"第 {number} 行：层级比上一行深了不止一层，或者上一行不是“以下…成立”。请调整层级。")
        node = _Node(number, line, [])
        open_at[line.level].append(node)
        del open_at[line.level + 1 :]
        if line.what in JOINS:
            open_at.append(node.below)
    made = [_node(node, names or {}) for node in top]
    condition = made[0] if len(made) == 1 else All(tuple(made))
    return read_condition(written(condition))


def _node(node: _Node, names: Names) -> Condition:
    place, line = f"第 {node.number} 行", node.line
    if line.level >= DEEPEST:
        raise ConditionWrong(f"{place}：嵌套最多 {DEEPEST} 层，请减少层次。")
    if line.what not in JOINS:
        return _test(line, place, names)
    if not node.below:
        raise ConditionWrong(f"{place}：“{JOINS[line.what]}”下面没有内容。请在下一行填写深一层的条件，或删去这一行。")
    parts = tuple(_node(one, names) for one in node.below)
    match line.what:
        case "all":
            return All(parts)
        case "any":
            return AnyOf(parts)
        case _:
            return Not(parts[0] if len(parts) == 1 else AnyOf(parts))


def _test(line: Line, place: str, names: Names) -> Test:
    kind = FACTS.get(line.what)
    if kind is None:
        raise ConditionWrong(f"{place}：请选择要比较的内容。")
    if not line.value.strip():
        raise ConditionWrong(f"{place}：“{kind.label}”没有填写值。")
    operator = (
        {"is": kind.operators[0]}.get(line.operator, line.operator) if len(kind.operators) == 1 else line.operator
    )
    if operator not in kind.operators:
        words = "、".join(OPERATORS[one] for one in kind.operators if one in OPERATORS) or OPERATORS["is"]
        raise ConditionWrong(
            f"{place}：“{kind.label}”不能用“{OPERATORS.get(line.operator, '')}”比较，可用：{words}。"
        )
    return read_test(kind.code, operator, _value(kind, line.value.strip(), place, names), place)


def _value(kind: FactKind, said: str, place: str, names: Names) -> Any:
    match kind.type:
        case FactType.YES_NO:
            if said not in YES_NO:
                raise ConditionWrong(f"{place}：“{kind.label}”请填写“是”或“否”。")
            return YES_NO[said]
        case FactType.MONTHS:
            if not (said.isascii() and said.isdecimal() and len(said) <= len(str(MOST_MONTHS))):
                raise ConditionWrong(f"{place}：“{kind.label}”请填写整数，如 3。")
            return int(said)
        case FactType.MONEY:
            found = AMOUNT.fullmatch(said)
            if found is None:
                raise ConditionWrong(f"{place}：“{kind.label}”请填写数字，如 500000 或 50万元。")
            return Decimal(found[1].replace(",", "")) * (TEN_THOUSAND if found[2] else 1)
        case FactType.VALUES:
            known = _codes(kind, names)
            return [known.get(one, one) for text in BETWEEN.split(said) if (one := text.strip())]


def _codes(kind: FactKind, names: Names) -> Mapping[str, str]:
    """What a value may be called -> the value itself."""
    said = {label: value for value, label in kind.choices}
    return said | {name: value for value, name in names.get(kind.code, {}).items()}

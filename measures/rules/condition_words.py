"""A condition as one Chinese sentence, for the editor, the reviewer and the public page."""

from collections.abc import Mapping
from decimal import Decimal

from measures.rules.conditions import FACTS, All, AnyOf, Condition, Not, Test

Names = Mapping[str, Mapping[str, str]]  # fact -> value -> its name: {"source": {"L1": "拖欠…名单"}}
ALWAYS = "不设执行条件：触发即适用"
MONTH_WORDS = {">": "超过 {} 个月", ">=": "不少于 {} 个月", "<": "不满 {} 个月", "<=": "不超过 {} 个月"}
MONEY_WORDS = {">": "超过 {} 元", ">=": "不低于 {} 元", "<": "低于 {} 元", "<=": "不超过 {} 元"}
LABELS = {"months_since": "列入或认定已", "months_left": "剩余期限", "amount": "涉及金额"}
YES_NO_WORDS = {
    ("disputed", True): "存在异议",
    ("disputed", False): "不存在异议",
    ("responsible", True): "仅因任职及于本人",
    ("responsible", False): "系本人的记录",
    ("own_term", True): "属于独立法定限制",
    ("own_term", False): "不属于独立法定限制",
}


def sentence(condition: Condition | None, names: Names | None = None) -> str:
    """The whole condition in words, without a full stop. Values without a name are shown as they are."""
    return ALWAYS if condition is None else f"仅当{_said(condition, names or {}, outer=True)}时适用"


def _said(condition: Condition, names: Names, *, outer: bool = False) -> str:
    match condition:
        case Test():
            return _test(condition, names, denied=False)
        case Not(Test() as test) if isinstance(test.value, tuple):
            return _test(test, names, denied=True)
        case Not(part):
            return f"并非（{_said(part, names, outer=True)}）"
        case All(parts):
            return _joined([_said(part, names) for part in parts], "，且", outer)
        case AnyOf(parts):
            return _joined([_said(part, names) for part in parts], "，或者", outer)


def _joined(parts: list[str], word: str, outer: bool) -> str:
    joined = word.join(parts)
    return joined if outer or len(parts) == 1 else f"（{joined}）"


def _test(test: Test, names: Names, *, denied: bool) -> str:
    label = LABELS.get(test.fact, FACTS[test.fact].label)
    match test.value:
        case bool(value):
            return YES_NO_WORDS[test.fact, value]
        case int(months):
            return label + MONTH_WORDS[test.operator].format(months)
        case Decimal() as amount:
            return label + MONEY_WORDS[test.operator].format(f"{amount:,.2f}".removesuffix(".00"))
        case values:
            said = [value_name(test.fact, value, names) for value in values]
            return f"{label}{'不为' if denied else '为'}{'或'.join(said)}"


def value_name(fact: str, value: str, names: Names) -> str:
    """What a value of a fact is called on the screen."""
    return names.get(fact, {}).get(value) or dict(FACTS[fact].choices).get(value) or value

"""Whether a condition can be met at all, or says nothing: warned about while it is edited. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from kernel.terms import same_day_later
from measures.rules.conditions import FACTS, Condition, Facts, Test, holds, tests_of

MOST_CASES = 20_000
TODAY = date(2026, 1, 15)  # any day: what matters is how the dates lie to each other
ELSEWHERE = "\u0000"  # a value that nobody names
NOWHERE = "999999"
ALWAYS = "always"
NEVER = "never"
WARNINGS = {
    ALWAYS: "该条件总是成立，等于没有条件。请核对各项，或删去条件。",
    NEVER: "该条件永远不会成立，措施发布后不会适用于任何主体。请核对互相矛盾的各项。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where the item applies anyway: its sources, matter and stages. Empty: anywhere."""

    sources: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


def warning(condition: Condition | None, scope: Scope) -> str | None:
    """ALWAYS, NEVER or None: over every case that the condition can tell apart, with everything known.

    None, too, where there are more than MOST_CASES of them.
    """
    if condition is None:
        return None
    cases = _cases(tests_of(condition), scope)
    if prod(len(values) for values in cases.values()) > MOST_CASES:
        return None
    said = {holds(condition, facts) for facts in _facts(cases)}
    if said == {True}:
        return ALWAYS
    return None if True in said else NEVER


def _cases(tests: list[Test], scope: Scope) -> dict[str, list[Any]]:
    """For each fact that is asked for, one value of every part into which the comparisons divide it."""
    asked = {test.fact for test in tests}
    values: dict[str, set[Any]] = {fact: set() for fact in asked}
    for test in tests:
        values[test.fact].update(test.value if isinstance(test.value, tuple) else {test.value})
    limited = {"source": scope.sources, "matter": scope.matters, "stage": scope.stages}
    cases: dict[str, list[Any]] = {}
    for fact in sorted(asked):
        choices = [value for value, _ in FACTS[fact].choices]
        if fact in ("months_since", "months_left", "amount"):
            cases[fact] = _around(fact, sorted(values[fact]))
        elif FACTS[fact].operators == ("is",):
            cases[fact] = [False, True]
        elif limited.get(fact):
            cases[fact] = list(limited[fact])
        else:
            cases[fact] = choices or [*sorted(values[fact]), NOWHERE if fact == "area" else ELSEWHERE]
    return cases


def _around(fact: str, marks: list[Any]) -> list[Any]:
    """Days or amounts below, at and above each mark; for what is left, also no end at all."""
    if fact == "amount":
        cent = Decimal("0.01")
        return sorted({a for mark in marks for a in (mark - cent, mark, mark + cent) if a >= 0} | {Decimal(0)})
    if fact == "months_left":
        ends = [same_day_later(TODAY, months) for months in marks]
        days = {day + timedelta(days=n) for day in ends for n in (-1, 0, 1)}
        return [None, *sorted(day for day in days if day >= TODAY)]
    starts = [same_day_later(TODAY, -months) for months in marks]
    days = {day + timedelta(days=n) for day in starts for n in (-1, 0, 1)}
    return sorted(day for day in days if day <= TODAY)


def _facts(cases: dict[str, list[Any]]) -> Iterator[Facts]:
    """Every combination. Whatever is not asked for does not matter."""
    anything = Facts(source=ELSEWHERE, since=TODAY, until=None, as_of=TODAY)
    fields = {"months_since": "since", "months_left": "until"}
    for combination in product(*cases.values()):
        yield replace(anything, **{fields.get(f, f): value for f, value in zip(cases, combination, strict=True)})

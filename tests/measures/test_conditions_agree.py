"""Two evaluators from one definition: the pure one and PostgreSQL's say the same of any tree and any facts."""

from dataclasses import astuple, fields

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures.rules.conditions import Condition, Facts, holds
from measures.rules.conditions_sql import COLUMNS, compiled
from tests.measures.conditions import TREES, facts

pytestmark = pytest.mark.django_db
TYPES = {"since": "date", "until": "date", "as_of": "date", "amount": "numeric"}
NAMES = [field.name for field in fields(Facts)]


def type_of(name: str) -> str:
    return TYPES.get(name) or ("boolean" if name in ("disputed", "responsible", "own_term") else "text")


def asked_of_postgresql(condition: Condition | None, rows: list[Facts]) -> list[bool | None]:
    said, parameters = compiled(condition)
    row = "(%s, " + ", ".join(f"%s::{type_of(name)}" for name in NAMES) + ")"
    values = [value for n, one in enumerate(rows) for value in (n, *astuple(one))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {said} FROM (VALUES {', '.join([row] * len(rows))}) f (n, {', '.join(NAMES)}) ORDER BY n",
            [*parameters, *values],
        )
        return [found for (found,) in cursor.fetchall()]


@given(tree=TREES, rows=st.lists(facts(), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_say_the_same(tree: Condition, rows: list[Facts]) -> None:
    assert asked_of_postgresql(tree, rows) == [holds(tree, one) for one in rows]


@given(rows=st.lists(facts(), min_size=1, max_size=3))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_condition_always_holds(rows: list[Facts]) -> None:
    assert asked_of_postgresql(None, rows) == [True] * len(rows) == [holds(None, one) for one in rows]


def test_the_relation_has_the_columns_that_facts_have() -> None:
    assert set(COLUMNS) == set(NAMES)

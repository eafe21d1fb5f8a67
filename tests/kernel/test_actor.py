"""A visitor of the portal is no member of staff, whatever he represents."""

from importlib import import_module
from inspect import getmembers, isfunction, signature

import pytest

from kernel.actor import ANONYMOUS, Kind, Role, visitor

VISITOR = visitor(17, display="张*", subjects=frozenset({5}))
APPS = (
    "accounts",
    "audit",
    "catalog",
    "collection",
    "exchange",
    "feedback",
    "measures",
    "office",
    "redblack",
    "screening",
    "subjects",
)


def test_a_visitor_is_kept_by_number_alone() -> None:
    assert VISITOR.key == "visitor:17" and VISITOR.kind is Kind.VISITOR
    assert not any(VISITOR.has(role) for role in Role) and not VISITOR.departments and VISITOR.department_id is None
    assert not VISITOR.scopes and ANONYMOUS.subjects == frozenset()


@pytest.mark.parametrize("app", APPS)
def test_no_policy_of_staff_lets_a_visitor_pass(app: str) -> None:
    policies = import_module(f"{app}.policies")
    asked = [
        (name, may)
        for name, may in getmembers(policies, isfunction)
        if may.__module__ == policies.__name__ and list(signature(may).parameters) == ["actor"]
    ]
    assert [name for name, may in asked if may(VISITOR) is True] == []

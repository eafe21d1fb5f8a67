"""Named constraints, each broken once: the table of a module's breaches must name every constraint of its models."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

Breach = Callable[[], Any]


def names_of(app: str) -> set[str]:
    """Every named constraint of an app's models."""
    return {c.name for model in apps.get_app_config(app).get_models() for c in model._meta.constraints}


def cases(breaches: dict[str, Breach]) -> Any:
    return pytest.mark.parametrize("name", sorted(breaches))


def assert_refused(name: str, breach: Breach) -> None:
    """PostgreSQL itself refuses, and names the constraint."""
    with pytest.raises(Error) as refused, transaction.atomic():
        breach()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    diagnosis = getattr(refused.value.__cause__, "diag", None)
    assert diagnosis is not None and name in (diagnosis.constraint_name or diagnosis.message_primary)


def assert_each_is_broken(app: str, broken: Iterable[str], *, elsewhere: Iterable[str] = ()) -> None:
    assert names_of(app) - set(elsewhere) <= set(broken)

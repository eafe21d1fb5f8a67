"""A migration on a table that is in use waits five seconds for its lock, not for ever with everybody behind it."""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import pytest
from django.db import migrations
from django.db.migrations.operations.base import Operation

from tests.architecture.project import APPS, ROOT, name_of

FIRST = "SET LOCAL lock_timeout"
SESSION = re.compile(r"SET lock_timeout|\bbuild_indexes\(")  # SET LOCAL holds nothing outside a transaction
NEEDS_LOCK = re.compile(
    r"\b(ALTER TABLE|DROP TABLE|TRUNCATE|CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER|DROP TRIGGER"
    r"|CREATE (UNIQUE )?INDEX|DROP INDEX)\b",
    re.IGNORECASE,
)
ON_A_TABLE = (
    migrations.AddField, migrations.AlterField, migrations.RemoveField, migrations.RenameField, migrations.AddIndex,
    migrations.RemoveIndex, migrations.AddConstraint, migrations.RemoveConstraint,
)  # fmt: skip
WHOLE = (migrations.DeleteModel, migrations.RenameModel, migrations.AlterModelTable)
MIGRATIONS = sorted(
    path
    for app in [*APPS, "toolkit"]
    for path in (ROOT / app / "migrations").glob("[0-9]*.py")
    if not path.stem.startswith("0001")  # on a new machine nobody waits
)


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_a_migration_does_not_wait_for_ever(path: Path) -> None:
    migration = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)).Migration
    before = list(
        takewhile(lambda one: not needs_a_lock(one, migration.operations), of_database(migration.operations))
    )
    if len(before) == len(list(of_database(migration.operations))):
        return
    if migration.atomic:
        assert any(isinstance(one, migrations.RunSQL) and FIRST in str(one.sql) for one in before), FIRST
    else:
        assert SESSION.search(path.read_text()), "SET lock_timeout before, RESET lock_timeout after"


def needs_a_lock(one: Operation, operations: list[Operation]) -> bool:
    """Whether it touches a table that was there before."""
    made = {other.name_lower for other in of_database(operations) if isinstance(other, migrations.CreateModel)}
    if isinstance(one, ON_A_TABLE):
        return one.model_name_lower not in made
    if isinstance(one, migrations.RunSQL):
        said = str(one.sql)
        return NEEDS_LOCK.search(said.partition(FIRST)[0]) is not None
    return isinstance(one, WHOLE)


def of_database(operations: list[Operation]) -> Iterator[Operation]:
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from of_database(one.database_operations)
        else:
            yield one

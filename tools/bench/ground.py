"""Filled databases to measure in: made once in a kept folder, migrated forward, cloned for what changes a lot."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from tools import places
from tools.bench.bed import DATABASE, Bed
from tools.bench.city import ENTRIES, SUBJECTS
from tools.engines import Postgres


def fill(
    bed: Bed, postgres: Postgres, *, database: str = DATABASE, subjects: int = SUBJECTS, entries: int = ENTRIES
) -> None:
    """The database with its rows, unless a kept folder has it; a half-filled one is made anew.

    A kept one is of use while it was filled in the way that is ours, and while no migration that it has was changed;
    new migrations are run on it.
    """
    wanted = {"subjects": subjects, "entries": entries, "filled": _way_of_filling(), "migrations": _migrations()}
    server = postgres.connect()
    with server.cursor() as cursor:
        held = _held(postgres, database)
        if not _of_use(held, wanted):
            cursor.execute(f"DROP DATABASE IF EXISTS {database}")
            cursor.execute(f"CREATE DATABASE {database}")
            bed.python("manage.py", "migrate", "--verbosity", "0", database=database)
            bed.python("-m", "tools.bench.population", str(subjects), str(entries), database=database)
        elif held != wanted:
            bed.python("manage.py", "migrate", "--verbosity", "0", database=database)
        if held != wanted:
            cursor.execute(f"COMMENT ON DATABASE {database} IS %s", [json.dumps(wanted)])
    server.close()
    settle(postgres, database)


def settle(postgres: Postgres, database: str) -> None:
    """Statistics, visibility and dirty pages are not what is measured."""
    connection = postgres.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    connection.close()


@contextmanager
def clone(postgres: Postgres, database: str, *, of: str = DATABASE) -> Iterator[str]:
    """A copy that may be written full, gone at the end. Nobody may be connected to what is copied."""
    server = postgres.connect()
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {database} TEMPLATE {of} STRATEGY file_copy")
        try:
            yield database
        finally:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")
    server.close()


def _held(postgres: Postgres, database: str) -> dict[str, object] | None:
    """What the database's own note says of it; None without a database or a note that is ours."""
    server = postgres.connect()
    with server.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database])
        row = cursor.fetchone()
    server.close()
    try:
        return dict(json.loads(row[0])) if row and row[0] else None
    except ValueError:
        return None


def _of_use(held: dict[str, object] | None, wanted: dict[str, object]) -> bool:
    if held is None or any(held.get(name) != wanted[name] for name in ("subjects", "entries", "filled")):
        return False
    had, have = held["migrations"], wanted["migrations"]
    assert isinstance(had, dict) and isinstance(have, dict)
    return had.items() <= have.items()


def _way_of_filling() -> str:
    total = hashlib.sha256()
    ours = Path(__file__).parent.glob("population.*"), [places.ROOT / "portal/services/initial_data.py"]
    for path in sorted(chain(*ours, places.ROOT.glob("*/initial/**/*.*"))):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _migrations() -> dict[str, str]:
    return {
        f"{path.parent.parent.name}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        for path in sorted(places.ROOT.glob("*/migrations/0*.py"))
    }

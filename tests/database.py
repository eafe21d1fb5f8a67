"""Databases for tests: one template per run, migrated and loaded once; everything else is a clone of it.

Append-only tables refuse TRUNCATE, and initial data must stay, so nothing is ever flushed: an ordinary test is rolled
back, a transactional one gets a fresh clone and the connections of all threads are pointed at it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.core.management import call_command
from django.db import connections

from tools.engines import Postgres
from tools.temporary import Temporary

TEMPLATE = "credit_template"
STORY = "credit_story"
HALF_MADE = "credit_template_new"
_numbers = count(1)
_cloned = TEMPLATE  # what the next transactional test is a copy of


def prepare(engines: Temporary) -> None:
    """Start the engines and make the template, unless another process of this run has done so."""
    engines.start()
    with engines.locked():
        postgres = engines.postgres
        if not _exists(postgres, TEMPLATE):
            _execute(postgres, f"DROP DATABASE IF EXISTS {HALF_MADE} WITH (FORCE)", f"CREATE DATABASE {HALF_MADE}")
            with pointed_at(HALF_MADE):
                call_command("migrate", verbosity=0)
                call_command("load_initial", stdout=io.StringIO())
                with connections["default"].cursor() as cursor:
                    cursor.execute("ANALYZE")
            _execute(
                postgres,
                f"ALTER DATABASE {HALF_MADE} RENAME TO {TEMPLATE}",
                f"ALTER DATABASE {TEMPLATE} WITH ALLOW_CONNECTIONS false",
            )


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Every connection of this process, of whatever thread, that opens from now on goes to the database `name`."""
    settings = connections.settings["default"]
    before = settings["NAME"]
    connections["default"].close()
    settings["NAME"] = name
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = before


@contextmanager
def told_the_story(engines: Temporary) -> Iterator[None]:
    """Inside, every clone has the cast of the demo story and nobody else. Their template is made once per run."""
    global _cloned
    with engines.locked():
        postgres = engines.postgres
        if not _exists(postgres, STORY):
            _execute(postgres, f"DROP DATABASE IF EXISTS {HALF_MADE} WITH (FORCE)")
            _execute(postgres, f"CREATE DATABASE {HALF_MADE} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
            with pointed_at(HALF_MADE):
                call_command("load_demo", firms=0, stdout=io.StringIO())
            _execute(
                postgres,
                f"ALTER DATABASE {HALF_MADE} RENAME TO {STORY}",
                f"ALTER DATABASE {STORY} WITH ALLOW_CONNECTIONS false",
            )
    _cloned = STORY
    yield
    _cloned = TEMPLATE


@contextmanager
def clone(engines: Temporary, worker: str) -> Iterator[str]:
    """A fresh copy of the template that the connections point at; gone afterwards, with whoever still uses it."""
    name = f"test_{worker}_{next(_numbers)}"
    # copying files beats writing them to the log for a template of this size, and fsync is off
    _execute(engines.postgres, f"CREATE DATABASE {name} TEMPLATE {_cloned} STRATEGY FILE_COPY")
    with pointed_at(name):
        yield name
    _execute(engines.postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _exists(postgres: Postgres, name: str) -> bool:
    connection = postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone() is not None
    connection.close()
    return found


def _execute(postgres: Postgres, *statements: str) -> None:
    connection = postgres.connect()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()

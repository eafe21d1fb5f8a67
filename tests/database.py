"""Databases for tests: one template per run, migrated and loaded once; everything else is a clone of it.

Append-only tables refuse TRUNCATE, and initial data must stay, so nothing is ever flushed: an ordinary test is rolled
back, a transactional one gets a fresh clone and the connections of all threads are pointed at it.
"""

import gc
import hashlib
import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from tools.engines import Postgres
from tools.places import ROOT
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
            kept = _kept()
            if kept is None or not kept.exists():
                with pointed_at(HALF_MADE), no_collector():
                    call_command("migrate", verbosity=0)
                    call_command("load_initial", stdout=io.StringIO())
                if kept is not None:
                    _keep(postgres, kept)
            else:
                _program(postgres, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(kept))
            with pointed_at(HALF_MADE), connections["default"].cursor() as cursor:
                cursor.execute("ANALYZE")
            _execute(
                postgres,
                f"ALTER DATABASE {HALF_MADE} RENAME TO {TEMPLATE}",
                f"ALTER DATABASE {TEMPLATE} WITH ALLOW_CONNECTIONS false",
            )


def _kept() -> Path | None:
    """Where the template of these very migrations and initial data is kept, if TEMPLATE_CACHE says where.

    For one who runs single tests all day: half a minute less each time. Code that fills it is not part of the name.
    """
    folder = os.environ.get("TEMPLATE_CACHE")
    if not folder:
        return None
    said = hashlib.sha256()
    for path in sorted(path for app in ROOT.glob("*/migrations") for path in app.glob("*.py")):
        said.update(path.read_bytes())
    for path in sorted(path for path in ROOT.glob("*/initial/**/*") if path.is_file()):
        said.update(path.read_bytes())
    return Path(folder) / f"{said.hexdigest()}.sql"


def _keep(postgres: Postgres, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(f".{os.getpid()}")
    half.write_bytes(_program(postgres, "pg_dump"))
    half.rename(kept)


def _program(postgres: Postgres, name: str, *arguments: str) -> bytes:
    """Run one of PostgreSQL's programs on the half-made template; what it writes."""
    command = [postgres.programs / name, "-h", postgres.sockets, "-U", "postgres", "-d", HALF_MADE, *arguments]
    said = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd="/", env=said).stdout


@contextmanager
def no_collector() -> Iterator[None]:
    """Migrations remake the models again and again: the collector takes most of their time, and finds little."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
def clone(engines: Temporary, worker: str, *, of: str | None = None) -> Iterator[str]:
    """A fresh copy of the template that the connections point at; gone afterwards, with whoever still uses it.

    `of`: of this template, whichever is the present one.
    """
    name = f"test_{worker}_{next(_numbers)}"
    # copying files beats writing them to the log for a template of this size, and fsync is off
    _execute(engines.postgres, f"CREATE DATABASE {name} TEMPLATE {of or _cloned} STRATEGY FILE_COPY")
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

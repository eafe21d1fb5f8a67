"""The demo's databases: a template with the story at its first scene, and the working copy that people use.

Each is prepared under a temporary name and renamed when complete, so a run that is killed half-way leaves nothing
that looks finished. The template remembers, as its database's comment, from which code, data and working day it came.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import redis

from tools import departments, places
from tools.machine import DATABASE, Machine
from tools.places import Trouble

TEMPLATE = "credit_demo_template"
SHANGHAI = timedelta(hours=8)
IN_TEMPLATE = {".py", ".sql", ".csv", ".json", ".yaml", ".yml", ".toml", ".lock", ".txt", ".gz"}
NOT_IN_TEMPLATE = {"tests", "docs", "deploy", "static", "templates", "tools", "var", "build"}


def last_working_day(today: date) -> date:
    """Today, if people work today; the demo's story is dated from it. Unknown years: Monday to Friday."""
    day = today
    while True:
        try:
            works = chinese_calendar.is_workday(day)
        except NotImplementedError:
            works = day.weekday() < 5
        if works:
            return day
        day -= timedelta(days=1)


def sources() -> Iterator[Path]:
    """Every file of the project that the template could depend on: seeds run through the real services."""
    for top in sorted(places.ROOT.iterdir()):
        if top.is_dir() and (top / "__init__.py").exists() and top.name not in NOT_IN_TEMPLATE:
            yield from sorted(p for p in top.rglob("*") if p.suffix in IN_TEMPLATE and p.is_file())
    yield places.ROOT / "requirements.lock"


def code_mark() -> str:
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(places.ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def fingerprint(keys: Path) -> str:
    today = (datetime.now(UTC) + SHANGHAI).date()
    days = f"{last_working_day(today)} {last_working_day(today - timedelta(days=1))}"  # whichever of both seeds use
    return f"{code_mark()} {days} {hashlib.sha256((keys / 'FIELD_KEYS').read_bytes()).hexdigest()[:8]}"


class Databases:
    def __init__(self, machine: Machine, say: Callable[[str], None]) -> None:
        self.machine = machine
        self.say = say

    def _execute(self, *statements: str) -> None:
        connection = self.machine.postgres.connect()
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def _comment(self, name: str) -> str | None:
        """The comment of the database; "" without one, None when there is no such database."""
        connection = self.machine.postgres.connect()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s",
                [name],
            )
            row = cursor.fetchone()
        connection.close()
        return row[0] if row else None

    def manage(self, *arguments: str, database: str = DATABASE, data: Path | None = None) -> None:
        """Run a management command; its output goes to our error stream, and its failure ends us."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=places.ROOT,
            env=self.machine.environment(database, data),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"manage.py {' '.join(arguments)} failed (status {done.returncode}); see above")

    def exists(self) -> bool:
        return self._comment(DATABASE) is not None

    def make_template(self) -> None:
        """Migrate, load, tell the story up to its first scene. Files that belong to it go to DATA_DIR/seed."""
        wanted = fingerprint(self.machine.home / "keys")
        if self._comment(TEMPLATE) == wanted:
            return
        half, seed = f"{TEMPLATE}_new", self.machine.home / "seed"
        shutil.rmtree(seed, ignore_errors=True)
        seed.mkdir()
        self._execute(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)", f"CREATE DATABASE {half}")
        self.say("tables")
        self.manage("migrate", "--skip-checks", "--verbosity", "0", database=half, data=seed)
        self.machine.postgres.check_trigrams(half)
        self.say("initial data")
        self.manage("load_initial", database=half, data=seed)
        self.say("demo data")
        self.manage("load_demo", database=half, data=seed)
        connection = self.machine.postgres.connect(half)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
        connection.close()
        self._execute(
            f"COMMENT ON DATABASE {half} IS '{wanted}'",
            f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)",
            f"ALTER DATABASE {half} RENAME TO {TEMPLATE}",
        )

    def clone(self) -> None:
        """Put a fresh copy of the template in the working database's place, and its files and queues with it.

        Nothing of the application may run.
        """
        half = f"{DATABASE}_new"
        self._execute(
            *departments.own_database(),
            f"DROP DATABASE IF EXISTS {half} WITH (FORCE)",
            f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)",
        )
        home = self.machine.home
        for leftover in (home / "mail" / "box", home / "sms" / "box", home / "files", home / "audit-heads.jsonl"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
        departments.empty(self.machine)
        shutil.copytree(self.machine.home / "seed", self.machine.home, dirs_exist_ok=True)
        with redis.Redis.from_url(self.machine.valkey.url) as valkey:
            valkey.flushall()
        self._execute(
            f"CREATE DATABASE {half} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY",
            f"ALTER DATABASE {half} RENAME TO {DATABASE}",
        )

"""A whole machine as `make demo` runs it, of its own: engines, web server, worker and beat under their supervisor.

What stands in the test's database is carried over by pg_dump. Any part may be killed; the supervisor starts it again.
"""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.environment import ENGINES
from tools import keys, places
from tools.machine import DATABASE, Machine
from tools.services import Services
from tools.temporary import wait

PATIENCE = 90.0  # seconds: for a loaded machine
LAST = 3_000  # characters of each log that a failure shows
CSRF = "c" * 32
BOUNDARY, DISPOSITION = "a-boundary-that-is-in-no-file", "Content-Disposition: form-data"


@contextmanager
def machine(patch: Any) -> Iterator["Running"]:
    """A machine with the content of the test's present database. Nothing of the application runs yet."""
    home = Path(tempfile.mkdtemp(prefix="ck-", dir="/tmp"))
    home.chmod(0o755)
    (home / "keys").mkdir(mode=0o700)
    for name in keys.OF_SETTINGS:  # what is sealed in the test's database opens on the machine
        (home / "keys" / name).write_text(getattr(settings, name))
    (home / "static").mkdir()
    patch.setenv("DATA_DIR", str(home))
    patch.setenv("PORT", str(places.free_port()))
    patch.delenv("EMAIL_PORT", raising=False)
    running = Running(Machine.here())
    try:
        running.services.start_engines()
        running.carry_over()
        yield running
    finally:
        running.end()
        running.services.stop()
        shutil.rmtree(home, ignore_errors=True)


class Running:
    """The machine while it runs."""

    def __init__(self, made: Machine) -> None:
        self.made, self.services = made, Services(made)
        self._connection: Any = None

    # --- the database -----------------------------------------------------------------------------------------------
    def carry_over(self) -> None:
        """Copy the test's database, which must be committed."""
        here, there = ENGINES.postgres, self.made.postgres
        name = str(connection.settings_dict["NAME"])
        self.ask(f"CREATE DATABASE {DATABASE}", database="postgres")
        said = {"env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, "cwd": "/"}
        dump = subprocess.Popen(
            [here.programs / "pg_dump", "-h", here.sockets, "-U", "postgres", name], stdout=subprocess.PIPE, **said
        )
        assert dump.stdout is not None
        load = [there.programs / "psql", "-h", there.sockets, "-U", "postgres", "-d", DATABASE, "-q"]
        subprocess.run(
            [*load, "-v", "ON_ERROR_STOP=1"], stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True, **said
        )
        dump.stdout.close()
        assert dump.wait() == 0
        self.ask("ANALYZE")

    def ask(self, statement: str, *values: Any, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """Run one statement; where PostgreSQL is just away, again until it is back."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if database != DATABASE:
                    self._connection = None
                if self._connection is None:
                    self._connection = self.made.postgres.connect(database)
                with self._connection.cursor() as cursor:
                    cursor.execute(statement, values or None)
                    rows = cursor.fetchall() if cursor.description else []
                if database != DATABASE:
                    self._connection = None
                return rows
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self._connection = None
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def one(self, statement: str, *values: Any) -> Any:
        """The first value of the first row; None without a row."""
        rows = self.ask(statement, *values)
        return rows[0][0] if rows else None

    def manage(self, *arguments: str) -> str:
        """A management command's output; it must succeed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=places.ROOT, env=self.made.environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    # --- killing ----------------------------------------------------------------------------------------------------
    def pid(self, name: str) -> int:
        return int(self.services._call("getProcessInfo", name)["pid"])

    def kill(self, name: str) -> None:
        """kill -9: of the web server and the worker all processes, of PostgreSQL the postmaster."""
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.pid(name))
            family = [] if name == "postgres" else root.children(recursive=True)
            for process in [root, *family]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def end(self) -> None:
        """kill -9 of all, the supervisor first: nobody needs the data any more, an orderly stop takes its time."""
        with suppress(OSError, http.client.HTTPException, xmlrpc.client.Error, psutil.NoSuchProcess):
            supervisor = psutil.Process(int(self.services._call("getPID")))
            family = [supervisor, *supervisor.children(recursive=True)]
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, timeout=30)

    def is_up(self, name: str, *, not_pid: int = 0) -> bool:
        info = self.services._call("getProcessInfo", name)
        return info["statename"] == "RUNNING" and info["pid"] != not_pid

    def until(self, holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
        assert wait(lambda: bool(holds()), seconds), f"{what}: not within {seconds:.0f} s\n{self._said()}"

    def _said(self) -> str:
        """What the services wrote last, and the jobs: the machine is gone when somebody reads of the failure."""
        logs = sorted((self.made.home / "log").iterdir())
        said = [f"--- {log.name}\n{log.read_text(errors='replace')[-LAST:]}" for log in logs]
        return "\n".join([*said, "--- jobs", *map(str, self.ask("SELECT * FROM office_job"))])

    def time_passes(self) -> None:
        """As if the leases of the dead had lapsed and beat had sent its sweep."""
        self.ask("UPDATE office_job SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")
        with Celery(broker=self.made.valkey.url, set_as_current=False) as celery:
            celery.send_task("office.tasks.sweep_jobs", queue="interactive", ignore_result=True)

    # --- the web ----------------------------------------------------------------------------------------------------
    def is_ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException), self._web() as web:
            web.request("GET", "/readyz")
            return web.getresponse().status == 200
        return False

    def _web(self) -> Any:
        return closing(http.client.HTTPConnection("127.0.0.1", self.made.web_port, timeout=PATIENCE))

    def upload(self, session: str, path: str, file: Path, **fields: str) -> str:
        """Hand a file in by the page; where the answer leads."""
        headers, body = upload_of(session, file, fields)
        with self._web() as web:
            web.request("POST", path, body, headers)
            answer = web.getresponse()
            assert answer.status == 302, (answer.status, answer.read()[:2000])
            return str(answer.getheader("Location"))

    def upload_half(self, session: str, path: str, file: Path, then: Callable[[], None]) -> None:
        """Send half of a file, do something, and send no more."""
        headers, body = upload_of(session, file, {})
        with self._web() as web:
            web.putrequest("POST", path)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                web.putheader(name, value)
            web.endheaders(body[: len(body) // 2])
            then()

    def files(self, *folders: str) -> list[Path]:
        """What lies under these folders of the data folder."""
        return [path for folder in folders for path in (self.made.home / folder).rglob("*") if path.is_file()]


def upload_of(session: str, file: Path, fields: dict[str, str]) -> tuple[dict[str, str], bytes]:
    said = {"csrfmiddlewaretoken": CSRF, **fields}
    parts = [
        *(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
            for n, v in said.items()
        ),
        f'--{BOUNDARY}\r\n{DISPOSITION}; name="file"; filename="{file.name}"\r\n'.encode(),
        b"Content-Type: text/csv\r\n\r\n" + file.read_bytes() + b"\r\n",
        f"--{BOUNDARY}--\r\n".encode(),
    ]
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
    }
    return headers, b"".join(parts)


def session_of(user: User) -> str:
    """A session in which the user is logged in, to be carried over with the database."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value

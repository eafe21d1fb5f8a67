"""Databases of a department: a PostgreSQL and a MariaDB on ports of their own, with passwords and views."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pymysql

from tools import places
from tools.engines import Postgres, binaries, engine_user

READER, PASSWORD = "reader", "Du-Qu-2026"
DATABASE = "dept"


@dataclass(frozen=True)
class Server:
    """`run` executes statements as its owner; rows are given as parameters of the last one."""

    kind: str
    port: int
    run: Callable[..., None]

    def table(self, name: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A table anew, with a view `<name>_v` of everything in it that the reader may read."""
        mark = '"' if self.kind == "postgresql" else "`"
        spelt = ", ".join(f"{mark}{column}{mark} {kind}" for column, kind in columns.items())
        self.run(f"DROP VIEW IF EXISTS {name}_v", f"DROP TABLE IF EXISTS {name}", f"CREATE TABLE {name} ({spelt})")
        self.add(name, rows)
        who = READER if self.kind == "postgresql" else f"'{READER}'@'127.0.0.1'"
        self.run(f"CREATE VIEW {name}_v AS SELECT * FROM {name}", f"GRANT SELECT ON {name}_v TO {who}")

    def add(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self.run(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows=rows)


class _OnAPort(Postgres):
    def options(self) -> dict[str, str]:
        port = (self.data / "port").read_text()
        return super().options() | {"listen_addresses": "127.0.0.1", "port": port, "max_connections": "20"}


@contextmanager
def postgresql() -> Iterator[Server]:
    folder, port = Path(tempfile.mkdtemp(prefix="dept-pg-")), places.free_port()
    folder.chmod(0o755)
    engine = _OnAPort(folder / "pg", binaries(folder), engine_user(), throwaway=True)
    engine.make()
    (engine.data / "port").write_text(str(port))
    (engine.data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(engine.command(), cwd="/", user=engine.user, stdout=log, stderr=log)

    def run(*statements: str, rows: Sequence[Sequence[Any]] = (), database: str = DATABASE) -> None:
        connection = psycopg2.connect(host=str(engine.sockets), port=port, user="postgres", dbname=database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.executemany(statement, rows) if rows else cursor.execute(statement)
        connection.close()

    try:
        _wait(lambda: run("SELECT 1", database="postgres"))
        run(f"CREATE DATABASE {DATABASE}", f"CREATE USER {READER} PASSWORD '{PASSWORD}'", database="postgres")
        yield Server("postgresql", port, run)
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb(program: str) -> Iterator[Server]:
    folder, port = Path(tempfile.mkdtemp(prefix="dept-my-")), places.free_port()
    folder.chmod(0o755)
    user = engine_user()
    as_whom = [f"--user={user}"] if user else []
    data, socket = folder / "data", folder / "socket"
    install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
    assert install, "mariadb-install-db comes with mariadbd"
    subprocess.run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *as_whom],
        check=True,
        capture_output=True,
    )
    if user:
        shutil.chown(folder, user)
    command = [program, "--no-defaults", f"--datadir={data}", f"--socket={socket}", f"--port={port}", *as_whom]
    command += ["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
    command += [f"--pid-file={folder / 'pid'}", "--character-set-server=utf8mb4"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)

    def run(*statements: str, rows: Sequence[Sequence[Any]] = (), database: str | None = DATABASE) -> None:
        connection = pymysql.connect(
            unix_socket=str(socket), user="root", database=database, charset="utf8mb4", autocommit=True
        )
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.executemany(statement, rows) if rows else cursor.execute(statement)
        connection.close()

    try:
        _wait(lambda: _there(socket))  # PyMySQL leaves a socket open when nobody answers
        _wait(lambda: run("SELECT 1", database=None))
        run(
            f"CREATE DATABASE {DATABASE}",
            f"CREATE USER '{READER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
            database=None,
        )
        yield Server("mysql", port, run)
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def mariadb_program() -> str | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which("mariadbd", path=path)


def _there(socket: Path) -> None:
    if not socket.exists():
        raise pymysql.OperationalError("no server yet")


def _wait(ready: Callable[[], None], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            return ready()
        except (psycopg2.OperationalError, pymysql.Error):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)

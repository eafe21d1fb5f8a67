"""The demo's three departments as processes, on ports of their own."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exchange.rules.channels import Kind
from tests.environment import ENGINES
from tools.places import ROOT, free_port
from tools.receivers.__main__ import of_the_demo
from tools.receivers.web_service import PATH

SAID = {kind: of_the_demo(kind) for kind in ("table", "folder", "web")}
DATABASE = str(SAID["table"]["settings"]["database"])


@dataclass(frozen=True)
class Department:
    kind: Kind
    settings: dict[str, str]
    secret: str
    control: int
    process: "subprocess.Popen[bytes]"
    arguments: list[str]

    def call(self, path: str, method: str = "GET") -> dict[str, Any]:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.control}{path}", method=method)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def turn(self, on: bool) -> None:
        self.call("/on" if on else "/off", "POST")

    def holds(self, code: str) -> int:
        return int(self.call(f"/holds?code={code}")["entries"])

    def status(self) -> tuple[int, int]:
        held = self.call("/state")["held"]
        return (held[0]["seq"], held[0]["count"]) if held else (0, 0)


def own_database() -> None:
    """A role that may write into its own database and nowhere else, as the demo makes it."""
    connection = ENGINES.postgres.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {DATABASE} LOGIN")
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {DATABASE}")
    connection.close()


@contextmanager
def table() -> Iterator[Department]:
    own_database()
    port = free_port()
    settings = SAID["table"]["settings"] | {"port": str(port)}
    with _running(
        Kind.TABLE, settings, SAID["table"]["secret"], "table", str(port), str(ENGINES.postgres.sockets)
    ) as one:
        yield one


@contextmanager
def folder(outgoing: Path, store: Path) -> Iterator[Department]:
    settings = SAID["folder"]["settings"]
    with _running(Kind.FOLDER, settings, "", "folder", str(outgoing / "czj"), str(store / "czj.db")) as one:
        yield one


@contextmanager
def web(store: Path) -> Iterator[Department]:
    port = free_port()
    settings = {"url": f"http://127.0.0.1:{port}{PATH}", "username": ""}
    with _running(Kind.SOAP, settings, SAID["web"]["secret"], "web", str(port), str(store / "gxj.db")) as one:
        yield one


@contextmanager
def _running(kind: Kind, settings: dict[str, str], secret: str, *arguments: str) -> Iterator[Department]:
    control = free_port()
    command = [sys.executable, "-m", "tools.receivers", arguments[0], str(control), *arguments[1:]]
    process = subprocess.Popen(command, cwd=ROOT)
    one = Department(kind, settings, secret, control, process, command)
    try:
        for _ in range(200):
            try:
                one.call("/state")
                break
            except urllib.error.URLError:
                assert process.poll() is None, "the department ended"
                time.sleep(0.05)
        yield one
    finally:
        process.terminate()
        process.wait(20)

"""Real counterparts: databases of a department, an SFTP server, a REST service; one of each per run."""

import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exchange.models import Subscription
from exchange.rules.channels import Kind
from tests.collection.extraction import servers
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, Server
from tests.exchange.receivers.book import Book
from tools import places
from tools.temporary import wait

SECRET = "a-secret-of-both-sides-2026"
ROOT = Path(__file__).parents[2]


@dataclass
class Counterpart:
    """A process of a department. `said`: the boxes of a channel that leads to it."""

    folder: Path
    command: list[str]
    port: int
    kind: Kind
    secret: str = SECRET
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", *self.command], cwd=ROOT)
        assert wait(self._answers, 30), self.command

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return not self.port or probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def mood(self, word: str) -> None:
        (self.folder / "mood").write_text(word)

    @property
    def book(self) -> Book:
        return Book(self.folder / "book.sqlite")

    @property
    def said(self) -> dict[str, str]:
        if self.kind is Kind.WEBHOOK:
            return {"url": f"http://127.0.0.1:{self.port}/credit?to=us"}
        key = " ".join((self.folder / "host_key.pub").read_text().split()[:2])
        return {"host": "127.0.0.1", "port": str(self.port), "username": "credit", "path": "in", "host_key": key}


def hook_at(folder: Path) -> Counterpart:
    port = places.free_port()
    return Counterpart(folder, ["tests.exchange.receivers.hook", str(port), str(folder), SECRET], port, Kind.WEBHOOK)


def sftp_at(folder: Path) -> Counterpart:
    port, root = places.free_port(), folder / "root"
    (root / "in").mkdir(parents=True, exist_ok=True)
    command = ["tests.exchange.receivers.sftp", str(port), str(root), "credit", SECRET]
    return Counterpart(folder, command, port, Kind.SFTP)


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Counterpart]:
    made = hook_at(tmp_path)
    (tmp_path / "patience").write_text(str(10**9))  # the tests stand in a November of their own
    made.start()
    yield made
    made.kill()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Counterpart]:
    made = sftp_at(tmp_path)
    made.start()
    yield made
    made.kill()


def postgresql_server() -> Iterator[Server]:
    with servers.postgresql() as server:
        server.run(f"GRANT ALL ON SCHEMA public TO {READER}")
        yield server


def mariadb_server() -> Iterator[Server]:
    program = servers.mariadb_program()
    if program is None:
        pytest.skip("no mariadbd on this machine: install mariadb-server from Debian")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with servers.mariadb(program) as server:
            server.run(f"GRANT ALL ON {DATABASE}.* TO '{READER}'@'127.0.0.1'")
            yield server


department_postgresql = pytest.fixture(scope="session")(postgresql_server)
department_mariadb = pytest.fixture(scope="session")(mariadb_server)


@pytest.fixture(params=["department_postgresql", "department_mariadb"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each kind in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


def table_said(server: Server, relation: str, **changed: str) -> dict[str, str]:
    """The boxes of a channel into a table."""
    said = {"engine": server.kind, "host": "127.0.0.1", "port": str(server.port), "database": DATABASE}
    said |= {"username": READER, "relation": relation, "deletions": "delete"}
    return said | changed


TABLE_SECRET = PASSWORD
Opened = Callable[..., Subscription]

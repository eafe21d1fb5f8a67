"""kill -9 of everything, ours and theirs, while a list changes: at the end every receiver holds what the list says.

Four receivers: a table in their PostgreSQL, files by SFTP, a REST service, and one that pulls. In the ordinary run
each part is killed once, in an order that nobody chose, while 1,500 changes flow; in the soak again and again for ten
minutes, while 20,000 do.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from celery import Celery
from kombu.exceptions import OperationalError as KombuError
from redis import Redis, RedisError

from exchange.models import Subscription
from exchange.rules.channels import Kind
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, _OnAPort
from tests.exchange.conftest import ROOT, SECRET, TABLE_SECRET, Counterpart, hook_at, sftp_at, table_said
from tests.exchange.receivers.book import Book
from tests.factories import exchange, redblack, screening
from tests.machines import PATIENCE, Running, machine
from toolkit import clock
from tools import places
from tools.engines import binaries, engine_user

OURS = ["web", "worker", "beat", "valkey", "postgres"]
LONGEST = 900.0  # seconds after which a loaded machine is given up
ENOUGH = 20  # tasks that wait
PUSHED = THEIRS = ("hook", "sftp", "table")


@dataclass
class City:
    """The subscriptions, their receivers, and the list that changes."""

    folder: Path
    code: str
    subjects: Path
    rows: dict[str, Subscription]
    hook: Counterpart
    sftp: Counterpart
    server: "TheirPostgres"
    programs: dict[str, list[str]] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def books(self) -> dict[str, Book]:
        names = {"hook": self.hook.folder / "book.sqlite"}
        names |= {name: self.folder / f"{name}.sqlite" for name in ("filing", "puller")}
        return {name: Book(path) for name, path in names.items()}

    def start(self, name: str) -> None:
        if name in THEIRS:
            getattr(self, "server" if name == "table" else name).start()
        else:
            self.running[name] = subprocess.Popen([sys.executable, "-m", *self.programs[name]], cwd=ROOT)

    def kill(self, name: str) -> None:
        """kill -9, and it is started again a moment later."""
        if name in THEIRS:
            getattr(self, "server" if name == "table" else name).kill()
        else:
            self.running[name].kill()
            self.running[name].wait(30)
        time.sleep(0.3)
        self.start(name)

    def stop(self) -> None:
        for one in (self.hook, self.sftp):
            one.kill()
        for process in self.running.values():
            process.kill()
            process.wait(30)


class TheirPostgres:
    """The department's own PostgreSQL, on a port, with a password."""

    kind = "postgresql"

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.port = places.free_port()
        self.engine = _OnAPort(folder / "pg", binaries(folder), engine_user(), throwaway=True)
        self.engine.make()
        (self.engine.data / "port").write_text(str(self.port))
        (self.engine.data / "pg_hba.conf").write_text(
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until it is up: what a killed one left behind ends first."""
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    self.engine.command(),
                    cwd="/",
                    user=self.engine.user,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            assert time.monotonic() < end, "their PostgreSQL does not come back"
            time.sleep(0.2)

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            return False
        try:
            return self.ask("SELECT 1", "postgres") == [(1,)]
        except psycopg2.Error:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def ask(self, statement: str, database: str = DATABASE) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(host=str(self.engine.sockets), port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def city(transactional_db: None, tmp_path: Path) -> Iterator[Callable[[int], City]]:
    made: list[City] = []
    short = Path(tempfile.mkdtemp(prefix="dept-", dir="/tmp"))  # a socket's path must be short
    server = TheirPostgres(short)
    server.start()
    server.ask(f"CREATE DATABASE {DATABASE}", "postgres")
    server.ask(f"CREATE USER {READER} PASSWORD '{PASSWORD}'")
    server.ask(f"GRANT ALL ON SCHEMA public TO {READER}")

    def make(subjects: int) -> City:
        listed = redblack.list_type()
        firms = tmp_path / "subjects"
        firms.write_text("\n".join(str(screening.firm()) for _ in range(subjects)))
        for name in ("hook", "sftp"):
            (tmp_path / name).mkdir()
        hook, sftp = hook_at(tmp_path / "hook"), sftp_at(tmp_path / "sftp")
        now = clock.now()
        rows = {name: exchange.opened(listed.code, now=now) for name in (*PUSHED, "puller")}
        hook.start()
        sftp.start()
        exchange.channel(rows["hook"], Kind.WEBHOOK, hook.said, SECRET, now=now)
        exchange.channel(rows["sftp"], Kind.SFTP, sftp.said, SECRET, now=now)
        exchange.channel(rows["table"], Kind.TABLE, table_said(server, "held"), TABLE_SECRET, now=now)
        made.append(City(tmp_path, listed.code, firms, rows, hook, sftp, server))
        return made[-1]

    yield make
    for one in made:
        one.stop()
    server.kill()
    shutil.rmtree(short, ignore_errors=True)


def chaos(city: City, running: Running, changes: int, seconds: float, pause: tuple[float, float]) -> list[str]:
    """Let the list change so often, and kill one part after the other meanwhile: each once, then in new orders until
    the time is over; who was killed. A loaded machine is given the time that it needs.
    """
    chance, killed = random.Random(20261122), list[str]()
    parts = [*OURS, *city.programs, *THEIRS]
    command = [sys.executable, "-m", "tests.exchange.churn", city.code, str(city.subjects), str(changes), "7"]
    with subprocess.Popen(command, cwd=ROOT, env=running.made.environment(), stdout=subprocess.PIPE) as churn:
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(killed) < len(parts):
            for victim in chance.sample(parts, len(parts)):
                time.sleep(chance.uniform(*pause))
                kill(city, running, victim)
                killed.append(victim)
                hurry(running)
        running.until(lambda: hurry(running) or churn.poll() is not None, "the list comes to an end", LONGEST)
        assert churn.stdout is not None and churn.wait(60) == 0
        assert int(churn.stdout.read()) >= changes
    return killed


def kill(city: City, running: Running, victim: str) -> None:
    """kill -9, and wait until it is started again."""
    if victim not in OURS:
        return city.kill(victim)
    before = running.pid(victim)
    running.kill(victim)
    running.until(lambda: running.is_up(victim, not_pid=before), f"{victim} comes back")


def hurry(running: Running) -> None:
    """As if minutes had passed: what waits is due, and beat has sent its sweeps. Not while there is enough to do: a
    machine that is behind would only be told the same again.
    """
    running.ask("UPDATE exchange_delivery SET retry_at = now() - interval '1 second' WHERE retry_at > now()")
    with (
        suppress(OSError, KombuError, RedisError),
        Celery(broker=running.made.valkey.url, set_as_current=False) as celery,
    ):
        with Redis.from_url(running.made.valkey.url, socket_timeout=2) as queues:
            if queues.llen("push") > ENOUGH:
                return
        for name in ("number_changes", "sweep_deliveries", "read_acknowledgements"):
            celery.send_task(f"exchange.tasks.{name}", queue="push", ignore_result=True, retry=False)


TRUTH = """
SELECT e.entry_id, e.document_no, e.ground FROM redblack_pub_pushed e
WHERE e.list_code = %s AND collection_pub_in_force(e.valid_from, e.valid_until, e.released_on, %s)
"""
AGREED = """
SELECT count(*) = 4 FROM exchange_subscription o WHERE o.state = 'active' AND o.last_seq > 0
AND o.confirmed_seq = o.last_seq AND o.confirmed_count = o.standing AND o.expected_count = o.standing
"""


def judged(city: City, running: Running) -> None:
    """Every receiver holds what the list says, was told each number once, and has confirmed it."""
    truth = {entry: (paper, ground) for entry, paper, ground in running.ask(TRUTH, city.code, clock.today())}
    own = [row.pk for row in city.rows.values()]

    def over() -> bool:
        hurry(running)
        time.sleep(1)
        standing = running.ask("SELECT standing FROM exchange_subscription WHERE id = ANY (%s)", own)
        return {row[0] for row in standing} == {len(truth)} and bool(running.one(AGREED))

    running.until(over, "every receiver has confirmed", LONGEST)
    assert {name: process.poll() for name, process in city.running.items()} == dict.fromkeys(city.running)
    for name, book in city.books.items():
        held = {entry: (said["document_no" if name != "filing" else "documentNo"], said["ground"])
                for entry, said in book.held().items()}  # fmt: skip
        assert held == truth, name
    table = {
        entry: (paper, ground)
        for entry, paper, ground in city.server.ask("SELECT entry_id, document_no, ground FROM held")
    }
    assert table == truth
    for name, row in city.rows.items():
        last, told, numbers = running.ask(
            "SELECT max(seq), count(*), count(DISTINCT seq) FROM exchange_ledgerrow WHERE subscription_id = %s",
            row.pk,
        )[0]
        assert last == told == numbers, (name, "the ledger has a gap, or a number twice")
        place = {"sftp": "filing"}.get(name, name)
        if place in city.books:
            assert city.books[place].applied() == told, (name, "a row was lost or applied twice")
    assert city.server.ask("SELECT last_seq, row_count FROM held_state") == [
        (running.one("SELECT last_seq FROM exchange_subscription WHERE id = %s", city.rows["table"].pk), len(truth))
    ]
    gone = running.one("SELECT count(*) FROM exchange_delivery WHERE dead_at IS NOT NULL OR kind = 'snapshot'")
    assert gone == 0, "something was given up, or had to be sent as a whole"
    running.manage("seal_audit")
    assert "问题 0 处" in running.manage("verify_audit")


def run(city: City, patch: pytest.MonkeyPatch, changes: int, seconds: float, pause: tuple[float, float]) -> list[str]:
    with machine(patch) as running:
        running.services.start_application()
        running.until(running.is_ready, "the web server")
        puller = city.rows["puller"]
        here = [str(running.made.web_port), puller.client.code, str(puller.pk), str(city.folder / "puller.sqlite")]
        city.programs["puller"] = ["tests.exchange.receivers.puller", *here]
        folder = city.sftp.folder / "root" / "in"
        city.programs["filing"] = ["tests.exchange.receivers.filing", str(folder), str(city.folder / "filing.sqlite")]
        for name in city.programs:
            city.start(name)
        killed = chaos(city, running, changes, seconds, pause)
        judged(city, running)
    return killed


def test_a_minute_of_kills_loses_nothing_and_tells_nothing_twice(
    city: Callable[[int], City], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = run(city(1_000), monkeypatch, 1_500, 0, (0.2, 1.5))
    assert sorted(killed) == sorted([*OURS, *THEIRS, "puller", "filing"])


@pytest.mark.soak
def test_ten_minutes_of_kills(city: Callable[[int], City], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(run(city(12_000), monkeypatch, 20_000, 600, (0.5, 5.0))) >= 60

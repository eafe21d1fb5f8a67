"""`push`: 100,000 changed entries to 40 subscriptions over four channels, and how soon a quiet change is pulled.

Every list that takes entries is subscribed to four times at least: into a table of another PostgreSQL, as files in a
folder, by calls to a web service, and by REST pull. Measured from the first number in the first ledger to the last
count that a receiver gave: numbering, sending, confirming, by two processes on two cores, PostgreSQL durable. The
floor reads the same rows of the ledgers and writes them bare: COPY into a table without keys, files without schema or
rename. Then a worker, a broker and the web server run, and 60 entries are released one by one while a receiver asks
every 50 ms: `lag_ms` is from the commit to the answer that has the row.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import places
from tools.bench.bed import Bed, machine
from tools.bench.ground import fill
from tools.engines import Postgres, Valkey, binaries, engine_user, wait_until_ready
from tools.places import Trouble

ID = "push"
FLOOR = "the same ledger rows read once, then COPY into a table without keys and bare files"
DATABASE = "push"
SUBJECTS, ENTRIES, SUBSCRIPTIONS = 120_000, 100_000, 40
HANDS = 2
CHANGES = 60


def measure(bed: Bed) -> dict[str, Any]:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # and whatever is started from here
    with bed.engine() as postgres:
        fill(bed, postgres, database=DATABASE, subjects=SUBJECTS, entries=ENTRIES)
        with their_postgres(bed) as port, their_web(bed) as hook, _valkey(bed) as redis:
            told = environment(bed, DATABASE) | {"REDIS_URL": redis}
            step(told, "subscribe", str(SUBSCRIPTIONS), str(port), str(hook))
            sent = _together(told)
            floor = step(told, "floor", str(port), str(bed.folder / "bare"))
            checked = step(told, "check", str(port))
            lag = _lag(bed, told)
    if not checked["agree"] or checked["rows"] != floor["rows"]:
        raise Trouble(f"the receivers do not hold what they were told: {checked}, {floor}")
    rate, floor_rate = checked["rows"] / sent, floor["rows"] / floor["seconds"]
    return {
        "id": ID,
        "ratio": round(rate / floor_rate, 3),
        "against": FLOOR,
        "rate_per_s": round(rate),
        "p50_ms": None,
        "p99_ms": None,
        "floor_rate_per_s": round(floor_rate),
        "floor_p99_ms": None,
        "rows": {"entries": ENTRIES, "subscriptions": SUBSCRIPTIONS, "delivered": checked["rows"]},
        "by_channel": checked["by_channel"],
        "lag_ms": lag,
        "seconds": {"sent": round(sent, 2), "floor": floor["seconds"]},
        "machine": machine(),
    }


def environment(bed: Bed, database: str) -> dict[str, str]:
    """In which this machine may be sent to."""
    told = {"EXCHANGE_HOSTS": "127.0.0.1:*", "EXCHANGE_FOLDER": str(bed.folder / "outgoing")}
    return bed.environment(database) | told


def _together(told: dict[str, str]) -> float:
    """The seconds in which HANDS processes number and send everything, each its share of the subscriptions."""
    hands = [start(told, "send", str(number), str(HANDS)) for number in range(HANDS)]
    said = [ended(hand) for hand in hands]
    return float(max(one["ended"] for one in said) - min(one["began"] for one in said))


def _lag(bed: Bed, told: dict[str, str]) -> dict[str, float]:
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "credit_platform", "worker", "--loglevel", "ERROR"),
            *("--concurrency", "2", "--without-gossip", "--without-mingle", "-Q", "interactive,push,screening"),
        ],
        cwd=places.ROOT,
        env=told,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with bed.web("credit_platform.wsgi", database=DATABASE) as web:
            return dict(step(told, "lag", str(web.port), str(CHANGES)))
    finally:
        worker.terminate()
        worker.wait(60)


def start(told: dict[str, str], *arguments: str, nice: bool = False) -> "subprocess.Popen[str]":
    command = [*(["nice", "-n", "19"] if nice else []), sys.executable, "-m", "tools.bench.push_run", *arguments]
    return subprocess.Popen(command, cwd=places.ROOT, env=told, stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = process.communicate()
    if process.returncode:
        raise Trouble(f"a step of {ID} ended with status {process.returncode}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def step(told: dict[str, str], *arguments: str) -> dict[str, Any]:
    return ended(start(told, *arguments))


class _OnAPort(Postgres):
    """The department's: reached by a port, as ours is not."""

    def options(self) -> dict[str, str]:
        port = (self.data / "port").read_text()
        return super().options() | {"listen_addresses": "127.0.0.1", "port": port}


@contextmanager
def their_postgres(bed: Bed) -> Iterator[int]:
    port, engine = places.free_port(), _OnAPort(bed.folder / "theirs", binaries(bed.folder), engine_user())
    engine.make()
    (engine.data / "port").write_text(str(port))
    (engine.data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 trust\n")
    with (bed.folder / "theirs.log").open("ab") as log:
        server = subprocess.Popen(engine.command(), cwd="/", user=engine.user, stdout=log, stderr=log)
    try:
        _wait_for(port, server, bed.folder / "theirs.log")
        yield port
    finally:
        server.terminate()
        server.wait(60)


@contextmanager
def their_web(bed: Bed) -> Iterator[int]:
    port = places.free_port()
    with (bed.folder / "hook.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tools.bench.push_sink", str(port)], cwd=places.ROOT, stdout=log, stderr=log
        )
    try:
        _wait_for(port, server, bed.folder / "hook.log")
        yield port
    finally:
        server.kill()
        server.wait(60)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        if not places.is_free(port):
            return
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise Trouble(f"a receiver does not start; why is in {log}")


@contextmanager
def _valkey(bed: Bed) -> Iterator[str]:
    valkey = Valkey(bed.folder / "vk", places.free_port(), "bench")
    valkey.make()
    server = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready([valkey], bed.folder)
        yield valkey.url
    finally:
        server.terminate()
        server.wait(60)

"""What a measurement stands on: a PostgreSQL of its own, durable as in production, and web servers beside it."""

import fcntl
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import keys, places
from tools.engines import Postgres, binaries, engine_user, wait_until_ready
from tools.places import Trouble

DATABASE = "bench"


@dataclass(frozen=True)
class Web:
    """A web server that runs."""

    port: int
    pid: int


@dataclass(frozen=True)
class Bed:
    """A folder with a database. With BENCH_DATA the folder stays, so that the next run need not fill it again."""

    folder: Path

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.folder / "pg", binaries(self.folder), engine_user())

    def environment(self, database: str = DATABASE) -> dict[str, str]:
        """Production's settings, as far as they can be on one machine without TLS."""
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "credit_platform.settings",
            "PYTHONPATH": str(places.ROOT),
            "DATABASE_URL": self.postgres.url(database),
            "DATA_DIR": str(self.folder),
            "BEHIND_TLS": "0",
            "WEB_WORKERS": "2",
            "WEB_THREADS": os.environ.get("WEB_THREADS", "4"),
            "PUBLIC_PER_MINUTE": "0",  # one address asks for everybody
            "PUBLIC_PER_DAY": "0",
            **keys.environment(self.folder / "keys"),
        }

    def python(self, *arguments: str, database: str = DATABASE) -> str:
        """Run a module or script to its end; what it printed. Raises Trouble with what it said."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=places.ROOT,
            env=self.environment(database),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Trouble(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def engine(self) -> Iterator[Postgres]:
        """PostgreSQL for as long as the block lasts."""
        postgres = self.postgres
        postgres.make()
        with (self.folder / "postgres.log").open("ab") as log:
            server = subprocess.Popen(postgres.command(), cwd="/", user=postgres.user, stdout=log, stderr=log)
        try:
            wait_until_ready([postgres], self.folder / "postgres.log")
            yield postgres
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown: all is written
            server.wait(120)

    @contextmanager
    def web(self, application: str, *, database: str = DATABASE) -> Iterator[Web]:
        """gunicorn with the product's configuration on a free port."""
        port = places.free_port()
        command = [sys.executable, "-m", "gunicorn", application, "-c", "gunicorn.conf.py"]
        with (self.folder / "web.log").open("ab") as log:
            server = subprocess.Popen(
                command, cwd=places.ROOT, env=self.environment(database) | {"PORT": str(port)}, stdout=log, stderr=log
            )
        try:
            end = time.monotonic() + 60
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > end:
                    raise Trouble(f"{application} does not start; why is in {self.folder / 'web.log'}")
                time.sleep(0.1)
            yield Web(port, server.pid)
        finally:
            server.terminate()
            server.wait(60)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def bed() -> Iterator[Bed]:
    """The folder of BENCH_DATA, which stays, or a temporary one, which does not."""
    kept = os.environ.get("BENCH_DATA")
    if kept:
        places.make(Path(kept))
        keys.make(Path(kept) / "keys")
        with (Path(kept) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another bench in the same folder goes first
            yield Bed(Path(kept))
        return
    with tempfile.TemporaryDirectory(prefix="credit-bench-", dir="/tmp") as name:
        Path(name).chmod(0o755)  # PostgreSQL's user passes through; its own folder inside is 0700
        keys.make(Path(name) / "keys")
        yield Bed(Path(name))


def machine() -> str:
    """The machine in a few words, for the figures mean nothing without it."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} x {model}, {memory:.0f} GB, Python {platform.python_version()}"

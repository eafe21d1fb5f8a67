"""Engines for the life of one process: tests, bench. A guard process holds them and ends them when that process ends,
however it ends, and removes their folder.

`python -m tools.temporary FOLDER PID PORT` is the guard; `Temporary` is what the others use. A lock makes the first
of several processes (xdist's) start the guard, and only when a database is wanted at all.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tools import places
from tools.engines import Postgres, Valkey, binaries, engine_user, wait_until_ready

PASSWORD = "temporary"
IN_MEMORY_BYTES = 6 * 10**9
SWITCHED_OFF = "switched-off"  # while this file is there, the guard does not start a PostgreSQL that ended
_guards: dict[Path, subprocess.Popen[bytes]] = {}  # those that this process started


def _place() -> Path:
    """Memory where there is plenty: hundreds of clones are then not slowed down by a busy disk. Else the disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > IN_MEMORY_BYTES
    return memory if roomy else Path("/tmp")


class Temporary(NamedTuple):
    """One pair of engines in a short folder of its own. Plain values: it travels in environment variables."""

    folder: Path
    port: int
    owner: int  # the process whose end is theirs

    @classmethod
    def plan(cls, prefix: str = "credit-") -> "Temporary":
        """A folder and a port; nothing runs yet."""
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_place()))
        folder.chmod(0o755)  # PostgreSQL's user passes through; its own folder inside is 0700
        return cls(folder, places.free_port(), os.getpid())

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.folder / "pg", binaries(self.folder), engine_user(), throwaway=True)

    @property
    def valkey(self) -> Valkey:
        return Valkey(self.folder / "vk", self.port, PASSWORD)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Start the guard unless it runs, and wait for the engines."""
        with self.locked():
            if not (self.folder / "guard").exists():
                arguments = [str(self.folder), str(self.owner), str(self.port)]
                with (self.folder / "log").open("w") as log:
                    _guards[self.folder] = subprocess.Popen(
                        [sys.executable, "-m", "tools.temporary", *arguments],
                        cwd=places.ROOT,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,  # Ctrl-C is for the tests; the guard sees their end by itself
                    )
                (self.folder / "guard").touch()
        wait_until_ready([self.postgres, self.valkey], self.folder / "log")

    def stop(self) -> None:
        """Tell the guard to end; it removes the folder."""
        if (self.folder / "guard").exists():
            (self.folder / "stop").touch()
            wait(lambda: not self.folder.exists(), 30)
            if self.folder in _guards:
                _guards.pop(self.folder).wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def switch_postgres_off(self) -> None:
        (self.folder / SWITCHED_OFF).touch()
        self.postgres.stop()

    def switch_postgres_on(self) -> None:
        (self.folder / SWITCHED_OFF).unlink(missing_ok=True)
        wait_until_ready([self.postgres], self.folder / "log")


def wait(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def guard(engines: Temporary) -> None:
    """Run both servers until the owner ends or asks for the end."""
    postgres, valkey = engines.postgres, engines.valkey
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    postgres.make()
    valkey.make()
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        while not ended and is_alive(engines.owner) and not (engines.folder / "stop").exists():
            if has_ended(servers.get("postgres")) and not (engines.folder / SWITCHED_OFF).exists():
                servers["postgres"] = subprocess.Popen(postgres.command(), cwd="/", user=postgres.user)
            if has_ended(servers.get("valkey")):
                servers["valkey"] = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL)
            time.sleep(0.1)
    finally:
        if "postgres" in servers:
            servers["postgres"].send_signal(signal.SIGQUIT)  # immediate: nobody will read this data again
        if "valkey" in servers:
            servers["valkey"].kill()
        for server in servers.values():
            server.wait(30)
        if postgres.sockets != postgres.data:
            shutil.rmtree(postgres.sockets, ignore_errors=True)
        shutil.rmtree(engines.folder, ignore_errors=True)


def has_ended(server: subprocess.Popen[bytes] | None) -> bool:
    return server is None or server.poll() is not None


if __name__ == "__main__":
    guard(Temporary(Path(sys.argv[1]), int(sys.argv[3]), int(sys.argv[2])))

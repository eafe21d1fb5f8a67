"""Processor time of processes with their children, which scatters less than a rate on a machine that others use."""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from tools.bench import load
from tools.bench.bed import Web
from tools.engines import Postgres


def run(postgres: Postgres, web: Web, requests: Path, *, seconds: int) -> load.Run:
    """A run of wrk with the processor time that web server and database needed for a request."""
    pids = web.pid, int((postgres.data / "postmaster.pid").read_text().split()[0])
    before = used_ms(*pids)
    seen = load.run(web.port, requests, seconds=seconds)
    return replace(seen, cpu_ms=(used_ms(*pids) - before) / seen.answered)


def used_ms(*parents: int) -> float:
    """What these processes and their children, living and ended, have used since they began, in ms."""
    total = sum(map(_of_the_ended_ms, parents))
    for pid in [*parents, *(child for parent in parents for child in _children(parent))]:
        with contextlib.suppress(OSError):  # gone meanwhile
            living = (int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
            total += sum(living) / 1e6
    return total


def _of_the_ended_ms(pid: int) -> float:
    """Of the children that it waited for: gunicorn replaces a worker after so many requests."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")  # cutime, cstime: proc(5)


def _children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in path.read_text().split()]
    return found

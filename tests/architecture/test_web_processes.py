"""The web server's processes hold equally many connections, also after one of them was killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import places

ASKED = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """(pid, port) of gunicorn as it is configured, with an application that only says what it was asked."""
    port = places.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "wsgiref.simple_server:demo_app", "-c", "gunicorn.conf.py"],
        cwd=places.ROOT,
        env=os.environ | {"PORT": str(port), "WEB_WORKERS": "2", "BIND": ""},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(children(process.pid)) == 2 and answers(port))
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(30)


def test_connections_are_shared_evenly(server: tuple[int, int]) -> None:
    pid, port = server
    for killed in (None, *children(pid)[:1]):
        if killed is not None:
            os.kill(killed, signal.SIGKILL)
            until(lambda: len(children(pid)) == 2 and killed not in children(pid))  # noqa: B023  # called at once
        time.sleep(1)  # until both listen, and nobody is asked whether he does: nothing tells it from outside
        with contextlib.ExitStack() as held:
            asked = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(20)]
            for one in asked:
                one.sendall(ASKED)
            assert {one.recv(15) for one in asked} == {b"HTTP/1.1 200 OK"}
            counts = sorted(sockets(child) for child in children(pid))
            assert sum(counts) >= 20
            assert counts[0] >= 5, counts  # it was 3 of 40


def children(pid: int) -> list[int]:
    return [int(c) for tasks in Path(f"/proc/{pid}/task").glob("*/children") for c in tasks.read_text().split()]


def sockets(pid: int) -> int:
    return sum(os.readlink(fd).startswith("socket:") for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink())


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)

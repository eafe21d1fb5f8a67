"""The web server's processes, none of which holds more connections than another.

Connections are kept, so whoever accepts one answers all that comes by it. Left to themselves processes accept as they
happen to wake, and who is held by the fuller one waits longer for every answer.
"""

import time
from ctypes import c_int
from multiprocessing.sharedctypes import RawArray
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

NO_PROCESS = -1
PATIENCE = 10  # times a millisecond that a fuller process leaves a connection to the others, which may hang

_held = RawArray(c_int, [NO_PROCESS] * 64)  # connections of each process; made before they are forked, shared by them


def take_place(worker: Any) -> None:
    """Before a process is forked."""
    worker.place = list(_held).index(NO_PROCESS)
    _held[worker.place] = 0


def leave_place(worker: Any) -> None:
    """After a process has ended."""
    _held[worker.place] = NO_PROCESS


class EvenWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gthread that leaves a new connection to a process that holds fewer."""

    place: int
    waited = 0

    def accept(self, listener: Any) -> None:
        fewest = min(held for held in _held if held != NO_PROCESS)
        if self.nr_conns > fewest and self.waited < PATIENCE:
            self.waited += 1
            time.sleep(0.001)
            return
        self.waited = 0
        super().accept(listener)
        _held[self.place] = self.nr_conns

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout)
        _held[self.place] = self.nr_conns

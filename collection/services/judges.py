"""Who judges the rows of a file: this process, or helpers beside it, so that a large file keeps two cores busy.

A helper is a plain Python process that knows nothing but the rules (collection/rules/judging.py); it ends when its
worker closes the pipe or dies. A worker whose helper dies fails as if it had died itself: the job's lease lapses.
"""

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle

from django.conf import settings

from collection.rules.judging import Incoming, Judging, Task, packed_rows, receive, send, unpacked_results
from collection.rules.ready import Returned
from collection.rules.waiting import Waiting

HELPERS = 2
WORTH_HELPERS = 10_000  # rows; below it a helper has not yet begun when the work is done

Part = Sequence[Incoming]
Verdicts = list[Waiting | Returned]
Judged = Generator[tuple[Part, Verdicts], None, None]
Judge = Callable[[Task, Iterable[Part]], Judged]


def judge_for(rows: int | None) -> Judge:
    """How so many rows are judged; None: nobody knows how many there are."""
    return judged_by_helpers if rows is not None and rows >= WORTH_HELPERS else judged_here


def judged_here(task: Task, parts: Iterable[Part]) -> Judged:
    judging = Judging(task)
    for part in parts:
        yield part, judging.of(part)


def judged_by_helpers(task: Task, parts: Iterable[Part]) -> Judged:
    """The same in the same order: while the results of one part are used, helpers are at the next ones."""
    with ExitStack() as stack:
        helpers = cycle([stack.enter_context(_Helper(task)) for _ in range(HELPERS)])
        asked: deque[tuple[Part, Future[Verdicts]]] = deque()
        for part, helper in zip(parts, helpers, strict=False):
            asked.append((part, helper.ask(part)))
            if len(asked) > HELPERS:
                first, verdicts = asked.popleft()
                yield first, verdicts.result()
        for rest, verdicts in asked:
            yield rest, verdicts.result()


class _Helper:
    """A process, and the thread that talks to it: both ends of a pipe must not be full at once."""

    def __init__(self, task: Task) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "collection.rules.judging"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a signal to the worker's group is not for it
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="judge")
        self._thread.submit(self._send, pickle.dumps(task))

    def ask(self, part: Part) -> Future[Verdicts]:
        return self._thread.submit(self._answer, part)

    def _answer(self, part: Part) -> Verdicts:
        self._send(packed_rows(part))
        assert self._process.stdout is not None
        return unpacked_results(receive(self._process.stdout))  # type: ignore[arg-type]  # a pipe that is read

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        send(self._process.stdin, data)  # type: ignore[arg-type]  # a pipe that is written

    def __enter__(self) -> "_Helper":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it has nothing to lose
        self._thread.shutdown(wait=True, cancel_futures=True)
        with self._process:
            pass

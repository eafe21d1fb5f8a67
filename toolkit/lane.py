"""Libraries that need an event loop, called from code that has none of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class Lane:
    """An event loop in a thread of its own: there may be one in ours."""

    def __enter__(self) -> "Lane":
        self._thread, self._runner = ThreadPoolExecutor(1), asyncio.Runner()
        return self

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._runner.run, step).result()

    def __exit__(self, *_: object) -> None:
        with self._thread:
            self._thread.submit(self._runner.close).result()

"""Two who do the same at once, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(work: Callable[[], Any], *, hands: int = 2) -> list[Any]:
    """What each of them got: the value returned, or the exception. For tests with transaction=True."""
    start, outcomes = threading.Barrier(hands), []

    def hand() -> None:
        start.wait()
        try:
            outcomes.append(work())
        except Exception as problem:
            outcomes.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes

"""What this process needs in order to serve, and how each part is: for /readyz, monitoring and `make demo`."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

HEARTBEAT_KEY = "heartbeat"
HEARTBEAT_LATE_SECONDS = 180
LEAST_FREE_BYTES = 1_000_000_000
_all_migrated = False  # once true it stays true for this process: its code does not change


@dataclass(frozen=True, slots=True)
class Part:
    """`needed`: without it the process cannot answer. The others only make it answer later, or with less."""

    name: str
    ok: bool
    detail: str
    needed: bool


def parts(*, now: float, lists: Callable[[], str]) -> list[Part]:
    """Every part, the database first. Never raises: a part that cannot be asked is not ok.

    `now` is the machine's own time in seconds: the demo's clock stands in the database, which may be down.
    `lists`: what is wrong with what checks consult; the apps above know.
    """
    checks: list[tuple[str, bool, Callable[[], str]]] = [
        ("database", True, _database),
        ("migrations", True, _migrations),
        ("trigram", True, _trigram),
        ("valkey", False, _valkey),
        ("beat", False, lambda: _beat(now)),
        ("disk", False, _disk),
        ("lists", False, lists),
    ]
    return [_ask(name, needed, check) for name, needed, check in checks]


def _ask(name: str, needed: bool, check: Callable[[], str]) -> Part:
    try:
        problem = check()
    except (Error, RedisError, OSError) as error:
        problem = type(error).__name__  # never its text: it may hold an address or a value
    return Part(name, not problem, problem or "ok", needed)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    global _all_migrated
    if not _all_migrated:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            return f"{waiting} not applied"
        _all_migrated = True
    return ""


def _trigram() -> str:
    """With the wrong locale, Chinese has no trigrams, and searching a name by likeness silently finds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(show_trgm('南川市')) > 0")
        row = cursor.fetchone()
    return "" if row and row[0] else "no trigrams for Chinese text"


def _valkey() -> str:
    cache.get(HEARTBEAT_KEY)
    return ""


def _beat(now: float) -> str:
    """Beat and a worker together write the heartbeat: it is late when either is gone."""
    beaten_at = cache.get(HEARTBEAT_KEY)
    if beaten_at is None:
        return "no heartbeat yet"
    age = int(now - beaten_at)
    return "" if age < HEARTBEAT_LATE_SECONDS else f"last heartbeat {age} s ago"


def _disk() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return "" if free >= LEAST_FREE_BYTES else f"{free // 10**6} MB free"


def beat(*, now: float) -> None:
    """Leave a sign of life of the background work."""
    cache.set(HEARTBEAT_KEY, now, timeout=None)

"""What a department holds: one file, written in one transaction with the number up to which it was applied."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS state (subscription INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS held (
  subscription INTEGER, entry INTEGER, seq INTEGER NOT NULL, code TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (subscription, entry));
CREATE INDEX IF NOT EXISTS held_code ON held (code);
"""


@dataclass(frozen=True)
class Row:
    """One row of the ledger as it came."""

    seq: int
    change: str
    entry: int
    content: dict[str, Any]


class Missing(Exception):
    """Rows before these have not come."""


class Store:
    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.executescript(TABLES)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self.lock:
            self.database.execute("BEGIN IMMEDIATE")
            try:
                yield self.database
            except BaseException:
                self.database.execute("ROLLBACK")
                raise
            self.database.execute("COMMIT")

    def apply(self, subscription: int, rows: Sequence[Row]) -> tuple[int, int]:
        """Those that are new, in order; the number and the count afterwards. Raises Missing where some are absent."""
        with self.transaction() as database:
            seq = self._seq(subscription)
            for row in (one for one in rows if one.seq > seq):
                if row.seq != seq + 1:
                    raise Missing
                self._write(subscription, row)
                seq = row.seq
            database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [subscription, seq])
            return seq, self._count(subscription)

    def replace(self, subscription: int, rows: Sequence[Row], *, after: int, more: bool, seq: int) -> tuple[int, int]:
        """One page of everything, by entry: what lies between `after` and its last entry is what the page says; the
        last page ends all that comes after it.
        """
        last = max((row.entry for row in rows), default=after) if more else 2**62
        with self.transaction() as database:
            database.execute(
                "DELETE FROM held WHERE subscription = ? AND entry > ? AND entry <= ?", [subscription, after, last]
            )
            for row in rows:
                self._write(subscription, row)
            if not more:
                database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [subscription, seq])
            return self._seq(subscription), self._count(subscription)

    def status(self, subscription: int) -> tuple[int, int]:
        with self.lock:
            return self._seq(subscription), self._count(subscription)

    def subscriptions(self) -> list[dict[str, int]]:
        with self.lock:
            known = [int(row[0]) for row in self.database.execute("SELECT subscription FROM state ORDER BY 1")]
            return [{"subscription": one, "seq": self._seq(one), "count": self._count(one)} for one in known]

    def holds(self, code: str) -> int:
        """How many entries about that subject."""
        with self.lock:
            return int(self.database.execute("SELECT count(*) FROM held WHERE code = ?", [code]).fetchone()[0])

    def forget(self) -> None:
        """As on the first day."""
        with self.transaction() as database:
            database.execute("DELETE FROM held")
            database.execute("DELETE FROM state")

    def _seq(self, subscription: int) -> int:
        row = self.database.execute("SELECT seq FROM state WHERE subscription = ?", [subscription]).fetchone()
        return int(row[0]) if row else 0

    def _count(self, subscription: int) -> int:
        asked = "SELECT count(*) FROM held WHERE subscription = ?"
        return int(self.database.execute(asked, [subscription]).fetchone()[0])

    def _write(self, subscription: int, row: Row) -> None:
        if row.change == "remove":
            self.database.execute("DELETE FROM held WHERE subscription = ? AND entry = ?", [subscription, row.entry])
            return
        self.database.execute(
            "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)",
            [subscription, row.entry, row.seq, row.content.get("code") or "", json.dumps(row.content)],
        )

"""What a receiver holds, on disk. Nothing in here knows the platform's code."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS held (entry INTEGER PRIMARY KEY, seq INTEGER NOT NULL, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS applied (seq INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS stands (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY);
"""


class Missing(Exception):
    """Rows before these are not here."""


class Book:
    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self._open()) as db:
            db.executescript(TABLES)
            db.execute("INSERT OR IGNORE INTO stands VALUES (1, 0)")
            db.commit()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=30, isolation_level="IMMEDIATE")
        db.execute("PRAGMA synchronous = FULL")
        return db

    def stands(self) -> tuple[int, int]:
        """(last number, how many are held)."""
        with closing(self._open()) as db:
            return db.execute("SELECT seq, (SELECT count(*) FROM held) FROM stands").fetchone()

    def held(self) -> dict[int, dict[str, Any]]:
        with closing(self._open()) as db:
            return {entry: json.loads(said) for entry, said in db.execute("SELECT entry, content FROM held")}

    def applied(self) -> int:
        """How many rows were applied, each once."""
        with closing(self._open()) as db:
            return int(db.execute("SELECT count(*) FROM applied").fetchone()[0])

    def apply(self, first: int, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows in order; those that were applied are passed over. Raises Missing."""
        with closing(self._open()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            [seq] = db.execute("SELECT seq FROM stands").fetchone()
            if first > seq + 1:
                raise Missing
            for row in rows:
                if row["seq"] <= seq:
                    continue
                assert row["seq"] == seq + 1, "a number was left out"
                db.execute("INSERT INTO applied VALUES (?)", [row["seq"]])
                self._write(db, row)
                seq = row["seq"]
            db.execute("UPDATE stands SET seq = ?", [seq])

    def replace(self, seq: int, after: int, rows: list[Mapping[str, Any]], more: bool) -> None:
        """A page of everything, by entry: what lies between `after` and its last entry is as the page says."""
        with closing(self._open()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            until = max([row["entry"] for row in rows], default=after) if more else 1 << 62
            db.execute("DELETE FROM held WHERE entry > ? AND entry <= ?", [after, until])
            for row in rows:
                self._write(db, row)
            if not more:
                db.execute("UPDATE stands SET seq = ?", [seq])
                db.execute("DELETE FROM applied WHERE seq > ?", [seq])

    def is_new(self, nonce: str) -> bool:
        with closing(self._open()) as db, db:
            return db.execute("INSERT OR IGNORE INTO nonces VALUES (?)", [nonce]).rowcount == 1

    @staticmethod
    def _write(db: sqlite3.Connection, row: Mapping[str, Any]) -> None:
        if row["change"] == "remove":
            db.execute("DELETE FROM held WHERE entry = ?", [row["entry"]])
            return
        said = json.dumps(row["content"], ensure_ascii=False)
        db.execute(
            "INSERT INTO held VALUES (?, ?, ?) ON CONFLICT (entry) DO UPDATE SET seq = excluded.seq,"
            " content = excluded.content",
            [row["entry"], row["seq"], said],
        )

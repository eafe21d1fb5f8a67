"""A table in the department's own database: one row for each entry that it is to hold.

Beside it stands `<table>_state` with one row: up to which number everything is applied, and how many entries stand.
Both are written in one transaction of theirs, so a batch that comes again, wholly or in part, changes nothing;
whoever reads them in that system reads what was true at that number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from exchange.rules.channels import STATE_SUFFIX, Trouble, relation_parts
from exchange.rules.tables import COLUMNS, KEY, MARK, STATE_COLUMNS, Column, local, table_row, wrong_columns
from exchange.selectors import Change
from exchange.services.channels.base import Batch, CannotDeliver, Gap, Receipt, Snapshot, Target
from exchange.services.channels.database import Database, Name, connected

T = TypeVar("T")
AT_ONCE = 1_000  # rows of one statement
OWN = "subscription_id"
SET_STATE = f"UPDATE {{table}} SET last_seq = %s, row_count = %s, applied_at = %s WHERE {OWN} = %s"
TAKEN = "该表已由另一项推送订阅使用。请为每项订阅登记不同的表名。"
MEND = "请对方恢复，或点“重发全量”重新建表并写入全部条目。"


class TableChannel:
    """The table is made with the first rows; afterwards a missing one is a trouble, until everything is sent anew."""

    def __init__(self, target: Target) -> None:
        self._target = target
        parts = relation_parts(target.settings.get("relation"))
        if parts is None:
            raise CannotDeliver(Trouble.SETTINGS)
        self._table, self._state = Name(parts), Name((*parts[:-1], parts[-1] + STATE_SUFFIX))
        self._marks = target.settings.get("deletions") == "mark"

    def try_it(self) -> str:
        with connected(self._target) as database:
            if not any(database.columns(name) for name, _, _ in self._wanted()):
                if not database.may_create(self._table):
                    raise CannotDeliver(Trouble.PRIVILEGE, "表还没有，该用户也没有建表的权限。请对方授权或建表。")
                return "已连接。表还没有，将在首次推送时自动建立。"
            self._matched(database)
            said = self._said(database)
        return "已连接，表结构相符。" + (f"已应用至第 {said.seq} 号，现存 {said.count} 条。" if said else "")

    def deliver(self, batch: Batch) -> Receipt:
        with connected(self._target) as database:
            if batch.first_seq == 1 and not database.columns(self._table):
                self._create(database)
            self._matched(database)
            with database.transaction():
                seq, count = self._lock(database, batch)
                if seq < batch.first_seq - 1:
                    raise Gap(seq)
                rows = [row for row in batch.rows if row.seq > seq]
                if rows:
                    seq, count = rows[-1].seq, count + self._apply(database, rows)
                if not batch.more:  # counting a million rows takes a moment: once in a round
                    count = self._count(database)
                if rows:
                    self._note(database, seq, count, batch)
            return Receipt(seq, None if batch.more else count)

    def replace(self, snapshot: Snapshot) -> Receipt:
        with connected(self._target) as database:
            if not database.columns(self._table) or not database.columns(self._state):
                self._create(database)
            self._matched(database)
            with database.transaction():
                self._lock(database, snapshot)
                everything = f"UPDATE {{table}} SET {MARK} = true" if self._marks else "DELETE FROM {table}"
                database.run(everything, self._table)
                for page in snapshot.pages:
                    self._upsert(database, page)
                count = self._count(database)
                self._note(database, snapshot.seq, count, snapshot)
            return Receipt(snapshot.seq, count)

    def state(self) -> Receipt | None:
        with connected(self._target) as database:
            self._matched(database)
            return self._said(database)

    def _wanted(self) -> list[tuple[Name, Mapping[str, Column], str]]:
        return [(self._table, COLUMNS, KEY), (self._state, STATE_COLUMNS, OWN)]

    def _create(self, database: Database) -> None:
        with database.transaction():
            for name, columns, key in self._wanted():
                spelt = ", ".join(f"{column} {kind.of(database.engine)}" for column, kind in columns.items())
                statement = f"CREATE TABLE IF NOT EXISTS {{table}} ({spelt}, PRIMARY KEY ({key})){database.suffix}"
                database.run(statement, name)

    def _matched(self, database: Database) -> None:
        for name, columns, key in self._wanted():
            found = database.columns(name)
            if not found:
                raise CannotDeliver(Trouble.TABLE, f"对方数据库中没有表 {name}，可能已改名或删除。{MEND}")
            if wrong := wrong_columns(columns, found):
                raise CannotDeliver(Trouble.COLUMNS, f"对方的表 {name} 结构已改动：{'；'.join(wrong)}。请对方恢复。")
            if not database.has_key(name, key):
                text = f"对方的表 {name} 没有以 {key} 为主键，不能保证每条只有一行。请对方恢复。"
                raise CannotDeliver(Trouble.COLUMNS, text)

    def _lock(self, database: Database, told: Batch | Snapshot) -> tuple[int, int]:
        """Number and count of what was applied; the row is locked to the end of the transaction."""
        own = self._target.subscription_id
        rows = database.ask(f"SELECT {OWN}, last_seq, row_count FROM {{table}} FOR UPDATE", self._state)
        if not rows:
            database.run(database.new_state, self._state, [own, local(told.made_at)])
            rows = database.ask(f"SELECT {OWN}, last_seq, row_count FROM {{table}} FOR UPDATE", self._state)
        if [row[0] for row in rows] != [own]:
            raise CannotDeliver(Trouble.AHEAD, TAKEN)
        return int(rows[0][1]), int(rows[0][2])

    def _note(self, database: Database, seq: int, count: int, told: Batch | Snapshot) -> None:
        values = [seq, count, local(told.made_at), self._target.subscription_id]
        database.run(SET_STATE, self._state, values)

    def _said(self, database: Database) -> Receipt | None:
        rows = database.ask(f"SELECT {OWN}, last_seq FROM {{table}}", self._state)
        if not rows:
            return None
        if [row[0] for row in rows] != [self._target.subscription_id]:
            raise CannotDeliver(Trouble.AHEAD, TAKEN)
        return Receipt(int(rows[0][1]), self._count(database))

    def _count(self, database: Database) -> int:
        return int(database.ask(f"SELECT count(*) FROM {{table}} WHERE {MARK} = %s", self._table, [False])[0][0])

    def _apply(self, database: Database, rows: Sequence[Change]) -> int:
        """Write the last word on each entry; by how many those that stand have become more."""
        last = {row.entry: row for row in rows}
        stands = [row for row in last.values() if row.change == "upsert"]
        gone = [row for row in last.values() if row.change == "remove"]
        asked = f"SELECT count(*) FROM {{table}} WHERE {MARK} = %s AND {KEY} IN (%s)"
        known = 0
        for part in _parts(last):
            statement = asked.replace("(%s)", f"({_places(part)})")
            known += int(database.ask(statement, self._table, [False, *part])[0][0])
        self._upsert(database, stands)
        if self._marks:
            for row in gone:
                self._mark(database, row)
        else:
            for part in _parts(row.entry for row in gone):
                database.run(f"DELETE FROM {{table}} WHERE {KEY} IN ({_places(part)})", self._table, part)
        return len(stands) - known

    def _upsert(self, database: Database, rows: Iterable[Change]) -> None:
        for part in _parts(rows):
            values = [table_row(row.seq, row.entry, row) for row in part]
            database.upsert(self._table, list(COLUMNS), KEY, values)

    def _mark(self, database: Database, row: Change) -> None:
        said = "seq = %s, released_on = %s, release_kind = %s, updated_at = %s"
        told = row.content
        values = [row.seq, told.get("released_on"), told.get("release_kind") or "", local(row.at), row.entry]
        database.run(f"UPDATE {{table}} SET {MARK} = true, {said} WHERE {KEY} = %s", self._table, values)


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while part := list(islice(left, AT_ONCE)):
        yield part


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))

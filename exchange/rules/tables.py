"""The table in a department's database: its columns, what each must hold, what is wrong with theirs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEY, NUMBER, MARK = "entry_id", "seq", "removed"
POSTGRESQL, MYSQL = "postgresql", "mysql"


@dataclass(frozen=True, slots=True)
class Column:
    """`families`: the types of either engine that can hold it. `length`: of a text, in characters; 0: any."""

    postgresql: str
    mysql: str
    families: frozenset[str]
    length: int = 0

    def of(self, engine: str) -> str:
        return self.mysql if engine == MYSQL else self.postgresql


@dataclass(frozen=True, slots=True)
class Found:
    """A column as a database describes it. `length` 0: no limit. `needed`: it refuses a row that does not name it."""

    type: str
    length: int
    needed: bool


class Row(Protocol):
    """A row of the ledger."""

    @property
    def list(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


TEXTS = frozenset({"text", "mediumtext", "longtext"})


def _number() -> Column:
    return Column("bigint NOT NULL", "bigint NOT NULL", frozenset({"bigint", "numeric", "decimal"}))


def _varchar(length: int) -> Column:
    spelt = f"varchar({length})"
    families = TEXTS | {"character varying", "varchar", "character", "char"}
    return Column(f"{spelt} NOT NULL DEFAULT ''", f"{spelt} NOT NULL DEFAULT ''", families, length)


def _text() -> Column:
    return Column("text NOT NULL DEFAULT ''", "text NOT NULL", TEXTS | {"character varying", "varchar"}, 2000)


def _truth() -> Column:
    spelt = "boolean NOT NULL"
    return Column(spelt, spelt, frozenset({"boolean", "tinyint", "bit", "smallint", "integer", "int"}))


def _day() -> Column:
    return Column("date", "date", frozenset({"date", "timestamp without time zone", "datetime"}))


def _moment() -> Column:
    families = frozenset({"timestamp without time zone", "timestamp with time zone", "datetime", "timestamp"})
    return Column("timestamp NOT NULL", "datetime(3) NOT NULL", families)


COLUMNS: Mapping[str, Column] = {
    KEY: _number(),
    NUMBER: _number(),
    "code": _varchar(18),
    "name": _varchar(200),
    "kind": _varchar(20),
    "division": _varchar(6),
    "list": _varchar(40),
    "origin": _varchar(20),
    "reward": _truth(),
    "document_no": _varchar(200),
    "authority": _varchar(200),
    "ground": _text(),
    "legal_basis": _text(),
    "decided_on": _day(),
    "valid_from": _day(),
    "valid_until": _day(),
    "exit_route": _text(),
    "grade": _varchar(20),
    "disputed_on": _day(),
    "suspended": _truth(),
    MARK: _truth(),
    "released_on": _day(),
    "release_kind": _varchar(40),
    "updated_at": _moment(),
}
STATE_COLUMNS: Mapping[str, Column] = {
    "subscription_id": _number(),
    "last_seq": _number(),
    "row_count": _number(),
    "applied_at": _moment(),
}
_OF_CONTENT = {"valid_from": "from", "valid_until": "until"}
_PLAIN = [name for name in COLUMNS if name not in {KEY, NUMBER, "list", MARK, "updated_at"}]


def table_row(seq: int, entry: int, row: Row) -> list[Any]:
    """An entry that stands, as the values of COLUMNS."""
    said: dict[str, Any] = {KEY: entry, NUMBER: seq, "list": row.list, MARK: False, "updated_at": local(row.at)}
    for name in _PLAIN:
        said[name] = _value(COLUMNS[name], row.content.get(_OF_CONTENT.get(name, name)))
    return [said[name] for name in COLUMNS]


def local(moment: datetime) -> datetime:
    """The time on the wall in Shanghai, as their table keeps it."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def _value(column: Column, value: Any) -> Any:
    if "boolean" in column.families:
        return bool(value)
    if "date" in column.families:
        return value or None
    return "" if value is None else str(value)


def wrong_columns(wanted: Mapping[str, Column], found: Mapping[str, Found]) -> Sequence[str]:
    """What their table lacks or cannot hold, column by column, in Chinese. Columns of their own do no harm."""
    wrong = []
    for name, column in wanted.items():
        theirs = found.get(name)
        if theirs is None:
            wrong.append(f"缺少列 {name}（{column.postgresql.split()[0]}）")
        elif theirs.type not in column.families:
            wrong.append(f"列 {name} 的类型是 {theirs.type}，应为 {column.postgresql.split()[0]}")
        elif column.length and 0 < theirs.length < column.length:
            wrong.append(f"列 {name} 的长度是 {theirs.length}，至少应为 {column.length}")
    own = sorted(name for name, theirs in found.items() if name not in wanted and theirs.needed)
    return wrong + [f"列 {name} 必填而推送内容中没有，请设默认值" for name in own]

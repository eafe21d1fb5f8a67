"""A department's database for a moment of writing: PostgreSQL or MySQL, behind one small face.

No connection leaves for a host that settings.EXCHANGE_HOSTS does not name. Whatever the other side says goes wrong
becomes a CannotDeliver; its own text is never kept.
"""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extras
import pymysql
from django.conf import settings

from exchange.rules.channels import TROUBLES, Trouble, allowed_to
from exchange.rules.tables import MYSQL, POSTGRESQL, Found
from exchange.services.channels.base import CannotDeliver, Target

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
TOO_LONG = "对方表的某一列太短，放不下推送的内容。请对方按推送方式页面上的建表语句核对各列的长度。"

_OF_POSTGRESQL = {
    "42P01": Trouble.TABLE, "42703": Trouble.COLUMNS, "42501": Trouble.PRIVILEGE, "57014": Trouble.SLOW,
    "55P03": Trouble.SLOW, "53100": Trouble.FULL, "53200": Trouble.FULL, "3F000": Trouble.TABLE,
    "25006": Trouble.PRIVILEGE, "42804": Trouble.COLUMNS, "23502": Trouble.COLUMNS, "22P02": Trouble.COLUMNS,
    "57P01": Trouble.HOST, "57P02": Trouble.HOST, "57P03": Trouble.HOST, "53300": Trouble.HOST,
}  # fmt: skip
_OF_MYSQL = {
    1021: Trouble.FULL, 1041: Trouble.FULL, 1044: Trouble.DATABASE, 1045: Trouble.LOGIN, 1049: Trouble.DATABASE,
    1054: Trouble.COLUMNS, 1114: Trouble.FULL, 1130: Trouble.LOGIN, 1142: Trouble.PRIVILEGE, 1143: Trouble.PRIVILEGE,
    1146: Trouble.TABLE, 1205: Trouble.SLOW, 1290: Trouble.PRIVILEGE, 1364: Trouble.COLUMNS, 1366: Trouble.COLUMNS,
    1698: Trouble.LOGIN, 1969: Trouble.SLOW, 2002: Trouble.HOST, 2003: Trouble.HOST, 2006: Trouble.HOST,
    2013: Trouble.SLOW, 1053: Trouble.HOST, 1040: Trouble.HOST, 3: Trouble.FULL,
}  # fmt: skip
_TOO_LONG = {"22001", 1406}
STATE = "{table} (subscription_id, last_seq, row_count, applied_at) VALUES (%s, 0, 0, %s)"


class Name:
    """A table's name, quoted where it is used; its parts are plain ASCII names (rules.channels.relation_parts)."""

    def __init__(self, parts: Sequence[str]) -> None:
        self.parts = tuple(parts)

    def __str__(self) -> str:
        return ".".join(self.parts)

    def quoted(self, mark: str) -> str:
        return ".".join(f"{mark}{part}{mark}" for part in self.parts)


class Database:
    """One open connection. `{table}` in a statement becomes the name, quoted."""

    engine = POSTGRESQL
    mark = '"'
    suffix = ""
    new_state = f"INSERT INTO {STATE} ON CONFLICT (subscription_id) DO NOTHING"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, statement: str, name: Name, values: Sequence[Any] = ()) -> int:
        """How many rows it changed."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement.format(table=name.quoted(self.mark)), list(values) or None)
            return int(cursor.rowcount)

    def ask(self, statement: str, name: Name, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement.format(table=name.quoted(self.mark)), list(values) or None)
            return list(cursor.fetchall())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it, or nothing."""
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def columns(self, name: Name) -> Mapping[str, Found]:
        """The table's columns; none: there is no such table, or none that this user may see."""
        said = self.ask(
            "SELECT a.attname, format_type(a.atttypid, NULL), CASE WHEN a.atttypid IN (1042, 1043)"
            " AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END,"
            " a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''"
            " FROM pg_attribute a WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped",
            name,
            [name.quoted(self.mark)],
        )
        return {column: Found(kind, length, needed) for column, kind, length, needed in said}

    def has_key(self, name: Name, key: str) -> bool:
        """Whether that column alone is unique."""
        said = self.ask(
            "SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = to_regclass(%s) AND i.indisunique AND i.indnkeyatts = 1 AND i.indpred IS NULL"
            " AND a.attname = %s",
            name,
            [name.quoted(self.mark), key],
        )
        return bool(said)

    def may_create(self, name: Name) -> bool:
        schema = name.parts[0] if len(name.parts) == 2 else None
        [(may,)] = self.ask(
            "SELECT coalesce(has_schema_privilege(n.oid, 'CREATE'), false) FROM (SELECT to_regnamespace("
            "coalesce(%s, current_schema())) AS oid) n",
            name,
            [schema],
        )
        return bool(may)

    def upsert(self, name: Name, columns: Sequence[str], key: str, rows: Sequence[Sequence[Any]]) -> None:
        said = ", ".join(f"{c} = excluded.{c}" for c in columns if c != key)
        into = f"{name.quoted(self.mark)} ({', '.join(columns)})"
        statement = f"INSERT INTO {into} VALUES %s ON CONFLICT ({key}) DO UPDATE SET {said}"
        with self._connection.cursor() as cursor:
            psycopg2.extras.execute_values(cursor, statement, rows, page_size=len(rows))


class MysqlDatabase(Database):
    engine = MYSQL
    mark = "`"
    suffix = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    new_state = f"INSERT IGNORE INTO {STATE}"

    def columns(self, name: Name) -> Mapping[str, Found]:
        said = self.ask(
            "SELECT column_name, data_type, coalesce(character_maximum_length, 0), is_nullable = 'NO' AND"
            " column_default IS NULL AND extra NOT LIKE '%%auto_increment%%' AND data_type NOT LIKE '%%text'"
            " FROM information_schema.columns WHERE table_schema = coalesce(%s, database()) AND table_name = %s",
            name,
            _place(name),
        )
        return {column: Found(str(kind), int(length), bool(needed)) for column, kind, length, needed in said}

    def has_key(self, name: Name, key: str) -> bool:
        said = self.ask(
            "SELECT index_name FROM information_schema.statistics WHERE table_schema = coalesce(%s, database())"
            " AND table_name = %s AND non_unique = 0 GROUP BY index_name"
            " HAVING count(*) = 1 AND max(column_name) = %s",
            name,
            [*_place(name), key],
        )
        engine = self.ask(
            "SELECT engine FROM information_schema.tables WHERE table_schema = coalesce(%s, database())"
            " AND table_name = %s",
            name,
            _place(name),
        )
        if [str(row[0]).lower() for row in engine] != ["innodb"]:
            raise CannotDeliver(Trouble.COLUMNS, f"对方的表 {name} 不支持事务，请改为 InnoDB。")
        return bool(said)

    def may_create(self, name: Name) -> bool:
        return True  # MySQL says so only when it is tried

    def upsert(self, name: Name, columns: Sequence[str], key: str, rows: Sequence[Sequence[Any]]) -> None:
        said = ", ".join(f"`{c}` = VALUES(`{c}`)" for c in columns if c != key)
        places = ", ".join(["%s"] * len(columns))
        spelt = ", ".join(f"`{c}`" for c in columns)
        statement = f"INSERT INTO {name.quoted(self.mark)} ({spelt}) VALUES ({places}) ON DUPLICATE KEY UPDATE {said}"
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _place(name: Name) -> list[Any]:
    return [name.parts[0] if len(name.parts) == 2 else None, name.parts[-1]]


@contextmanager
def connected(target: Target) -> Iterator[Database]:
    """A connection, closed afterwards; without transaction() nothing of it stays, but tables that were made."""
    said = target.settings
    if not allowed_to(said, settings.EXCHANGE_HOSTS):
        raise CannotDeliver(Trouble.FORBIDDEN)
    try:  # psycopg2 tells a closed port and a wrong password by the same error without a code
        socket.create_connection((said.get("host"), said.port), CONNECT_SECONDS).close()
    except OSError as error:
        raise CannotDeliver(Trouble.HOST) from error
    with _mysql(target) if said.get("engine") == MYSQL else _postgresql(target) as database:
        yield database


@contextmanager
def _postgresql(target: Target) -> Iterator[Database]:
    said = target.settings
    try:
        connection = psycopg2.connect(
            host=said.get("host"), port=said.port, dbname=said.get("database"), user=said.get("username"),
            password=target.secret or " ",  # empty: libpq would look for a file of passwords
            connect_timeout=CONNECT_SECONDS, sslmode="prefer", gssencmode="disable", client_encoding="utf8",
            application_name="credit exchange",
        )  # fmt: skip
    except psycopg2.Error as error:
        raise CannotDeliver(_of_login(str(error))) from None  # its text names the user
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}; SET lock_timeout = '20s'")
        connection.commit()
        yield Database(connection)
        connection.commit()
    except psycopg2.Error as error:
        raise _refused(
            error.pgcode or "", _OF_POSTGRESQL, Trouble.HOST if connection.closed else Trouble.OTHER
        ) from None
    finally:
        connection.close()


def _of_login(text: str) -> Trouble:
    """A refused log-in has no code in psycopg2, and its text is in the server's language."""
    if "timeout" in text or "starting up" in text or "shutting down" in text:
        return Trouble.HOST
    if ("does not exist" in text and "database" in text) or ("数据库" in text and "不存在" in text):
        return Trouble.DATABASE
    return Trouble.LOGIN


@contextmanager
def _mysql(target: Target) -> Iterator[Database]:
    said = target.settings
    connection = None
    try:
        connection = pymysql.connect(
            host=said.get("host"), port=said.port, database=said.get("database"), user=said.get("username"),
            password=target.secret, charset="utf8mb4", connect_timeout=CONNECT_SECONDS,
            read_timeout=STATEMENT_SECONDS, write_timeout=STATEMENT_SECONDS, local_infile=False, autocommit=False,
        )  # fmt: skip
        with connection.cursor() as cursor:  # a text that does not fit is refused, never cut
            cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 20")
        yield MysqlDatabase(connection)
        connection.commit()
    except pymysql.Error as error:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        raise _refused(number, _OF_MYSQL, Trouble.HOST if number == 0 else Trouble.OTHER) from None
    finally:
        if connection is not None and connection.open:
            connection.close()


def _refused(code: Any, known: Mapping[Any, Trouble], otherwise: Trouble) -> CannotDeliver:
    if code in _TOO_LONG:
        return CannotDeliver(Trouble.COLUMNS, TOO_LONG)
    trouble = known.get(code, otherwise)
    if trouble is Trouble.OTHER:
        return CannotDeliver(Trouble.OTHER, f"对方数据库报错（{code}），请对方管理员查看其日志。")
    return CannotDeliver(trouble, TROUBLES[trouble])

"""Databases of departments: connecting for a moment, reading only, and saying in Chinese what went wrong.

No connection leaves for a host and port that settings.EXTRACTION_HOSTS does not name. The text of a foreign server's
error is never shown or kept: it may quote a row.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.sql
import pymysql
import pymysql.cursors
from django.conf import settings

from collection.rules.extraction import TROUBLES, Place, Trouble, address_allowed, relation_parts, text_of
from kernel.errors import RuleBroken

CONNECT_SECONDS = 10
READ_SECONDS = 60
MOST_CHARACTERS = 64 * 1024 * 1024
AT_ONCE = 500  # rows fetched at a time
POSTGRESQL = "postgresql"

_OF_POSTGRESQL = {
    "3F000": Trouble.VIEW,
    "42P01": Trouble.VIEW,
    "42703": Trouble.COLUMN,
    "42501": Trouble.PRIVILEGE,
    "57014": Trouble.SLOW,
    "28P01": Trouble.LOGIN,
    "28000": Trouble.LOGIN,
    "3D000": Trouble.DATABASE,
}
_OF_MYSQL = {
    1044: Trouble.DATABASE,
    1045: Trouble.LOGIN,
    1049: Trouble.DATABASE,
    1054: Trouble.COLUMN,
    1130: Trouble.LOGIN,
    1142: Trouble.PRIVILEGE,
    1143: Trouble.PRIVILEGE,
    1146: Trouble.VIEW,
    1356: Trouble.PRIVILEGE,
    1698: Trouble.LOGIN,
    1969: Trouble.SLOW,
    2002: Trouble.HOST,
    2003: Trouble.HOST,
    2013: Trouble.SLOW,
    3024: Trouble.SLOW,
}


class CannotRead(RuleBroken):
    """`trouble`: which kind of obstacle."""

    code = "collection.cannot_read"

    def __init__(self, trouble: Trouble, message: str = "") -> None:
        super().__init__(message or TROUBLES[trouble])
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a view is and who reads it. `password` is in clear, in memory only."""

    kind: str
    host: str
    port: int
    database: str
    username: str
    password: str
    relation: str
    order_column: str

    def __repr__(self) -> str:  # a traceback or a log shows no password
        return f"Address({self.kind}, {self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a view as text. `order`: the raw value of the order column, row by row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    order: tuple[Any, ...]


def peek(*, address: Address, limit: int) -> tuple[Page, bool]:
    """The columns and the first rows, and whether some row has no value in the order column. Raises CannotRead."""
    with _connected(address) as fresh:
        page = _page(fresh(), address, Place(), limit)
        without = fresh()
        without.execute(_statement(address, "SELECT 1 FROM {view} WHERE {order} IS NULL LIMIT 1"))
        return page, without.fetchone() is not None


def read_on(*, address: Address, place: Place, limit: int) -> Page:
    """At most `limit` rows from a place on, in the order of the order column. Raises CannotRead."""
    with _connected(address) as fresh:
        return _page(fresh(), address, place, limit)


def _page(cursor: Any, address: Address, place: Place, limit: int) -> Page:
    where = "{order} >= %s" if place.kind else "{order} IS NOT NULL"
    statement = _statement(address, f"SELECT * FROM {{view}} WHERE {where} ORDER BY {{order}} LIMIT {int(limit)}")
    cursor.execute(statement, [place.parameter] if place.kind else None)
    rows: list[tuple[str, ...]] = []
    order: list[Any] = []
    columns: tuple[str, ...] = ()
    at, characters = 0, 0
    while more := cursor.fetchmany(AT_ONCE):
        if not columns:
            columns = tuple(column[0] for column in cursor.description)
            at = _at(columns, address)
        for row in more:
            cells = tuple(_cell(column, value) for column, value in zip(columns, row, strict=True))
            characters += sum(map(len, cells))
            if characters > MOST_CHARACTERS:
                raise CannotRead(Trouble.TOO_LARGE)
            rows.append(cells)
            order.append(row[at])
    if not columns and cursor.description:  # an empty answer has columns, too
        columns = tuple(column[0] for column in cursor.description)
    cursor.close()
    return Page(columns, tuple(rows), tuple(order))


def _cell(column: str, value: object) -> str:
    text = text_of(value)
    if text is None:
        raise CannotRead(Trouble.OTHER, f"列“{column}”是二进制内容，请对方管理员在视图中去掉或转换为文本。")
    return text


def _at(columns: Sequence[str], address: Address) -> int:
    """MySQL finds a column whatever the case of its letters; PostgreSQL found it exactly."""
    for place, column in enumerate(columns):
        if column.lower() == address.order_column.lower():
            return place
    raise CannotRead(Trouble.COLUMN)


def _statement(address: Address, template: str) -> Any:
    view = relation_parts(address.relation)
    order = relation_parts(address.order_column)
    if view is None:
        raise CannotRead(Trouble.VIEW)
    if order is None or len(order) != 1:
        raise CannotRead(Trouble.COLUMN)
    if address.kind == POSTGRESQL:
        return psycopg2.sql.SQL(template).format(
            view=psycopg2.sql.Identifier(*view), order=psycopg2.sql.Identifier(*order)
        )
    quoted = {"view": ".".join(f"`{part}`" for part in view), "order": f"`{order[0]}`"}  # NAME has no backtick
    return template.format(**quoted)


@contextmanager
def _connected(address: Address) -> Iterator[Callable[[], Any]]:
    """Hands out cursors that fetch piece by piece, one after the other."""
    if not address_allowed(address.kind, address.host, address.port, settings.EXTRACTION_HOSTS):
        raise CannotRead(Trouble.FORBIDDEN)
    try:  # psycopg2 tells a closed port and a wrong password by the same error without a code
        socket.create_connection((address.host, address.port), CONNECT_SECONDS).close()
    except OSError as error:
        raise CannotRead(Trouble.HOST) from error
    with _postgresql(address) if address.kind == POSTGRESQL else _mysql(address) as fresh:
        yield fresh


@contextmanager
def _postgresql(address: Address) -> Iterator[Callable[[], Any]]:
    try:
        connection = psycopg2.connect(
            host=address.host,
            port=address.port,
            dbname=address.database,
            user=address.username,
            password=address.password or " ",  # empty: libpq would look for a file of passwords
            connect_timeout=CONNECT_SECONDS,
            sslmode="prefer",
            gssencmode="disable",
            application_name="credit extraction",
        )
    except psycopg2.Error as error:
        raise CannotRead(_of_login(str(error))) from None  # its text names the user
    try:
        connection.set_session(readonly=True)
        with connection.cursor() as settle:
            settle.execute("SET statement_timeout = %s", [READ_SECONDS * 1000])
            settle.execute("SET datestyle = 'ISO'")
        numbers = count(1)
        yield lambda: connection.cursor(name=f"credit_{next(numbers)}")
    except psycopg2.Error as error:
        raise CannotRead(_OF_POSTGRESQL.get(error.pgcode or "", Trouble.OTHER)) from None
    except (ValueError, OverflowError):  # a date of the year 12000
        raise CannotRead(Trouble.OTHER, "视图中有超出范围的日期，请对方管理员核对。") from None
    finally:
        connection.close()


def _of_login(text: str) -> Trouble:
    """A refused log-in has no code in psycopg2, and its text is in the server's language."""
    if "timeout" in text:
        return Trouble.HOST
    if ("does not exist" in text and "database" in text) or ("数据库" in text and "不存在" in text):
        return Trouble.DATABASE
    return Trouble.LOGIN


@contextmanager
def _mysql(address: Address) -> Iterator[Callable[[], Any]]:
    connection = None
    cursors: list[Any] = []
    try:
        connection = pymysql.connect(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.username,
            password=address.password,
            charset="utf8mb4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            write_timeout=CONNECT_SECONDS,
            local_infile=False,
            autocommit=False,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("START TRANSACTION READ ONLY")
        opened = connection

        def fresh() -> Any:
            cursors.append(opened.cursor(pymysql.cursors.SSCursor))
            return cursors[-1]

        yield fresh
    except pymysql.Error as error:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        raise CannotRead(_OF_MYSQL.get(number, Trouble.OTHER)) from None
    except UnicodeDecodeError:
        raise CannotRead(Trouble.OTHER, "视图中有不是 UTF-8 的文字，请对方管理员核对字符集。") from None
    finally:
        for cursor in cursors:  # rows that nobody fetched are still on their way
            with suppress(pymysql.Error, OSError):
                cursor.close()
        if connection is not None and connection.open:
            connection.close()

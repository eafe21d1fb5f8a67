"""The department that is written to: a database of its own on the demo's PostgreSQL, and the one door to it.

The engine listens on no port. This door does, on loopback: it lets in one user with one password to one database, and
hands the connection through to the engine's socket. Shut, the department's database is away.
"""

import contextlib
import hmac
import socket
import struct
import threading
from pathlib import Path

import psycopg2

SSL, GSS, CANCEL = 80877103, 80877104, 80877102
LARGEST_GREETING = 4096
CHUNK = 65536


class TableReceiver:
    what = "信用平台直接写入本单位数据库的表"

    def __init__(self, name: str, port: int, engine: Path, database: str, password: str, table: str) -> None:
        self.name, self.port, self.engine, self.database = name, port, engine, database
        self.password, self.table = password, table
        self._door: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.turn(True)

    def turn(self, on: bool) -> None:
        with self._lock:
            if on and self._door is None:
                self._door = socket.create_server(("127.0.0.1", self.port))
                threading.Thread(target=self._let_in, args=[self._door], daemon=True).start()
            elif not on and self._door is not None:
                door, self._door = self._door, None
                with contextlib.suppress(OSError):
                    door.shutdown(socket.SHUT_RDWR)  # who waits in accept() wakes up
                door.close()
                for one in list(self._open):
                    _end(one)

    def is_on(self) -> bool:
        return self._door is not None

    def stop(self) -> None:
        self.turn(False)

    def held(self) -> list[dict[str, int]]:
        rows = self._asked(
            f"SELECT s.subscription_id, s.last_seq, (SELECT count(*) FROM {self.table} WHERE NOT removed)"
            f" FROM {self.table}_state s ORDER BY 1"
        )
        return [{"subscription": one, "seq": seq, "count": count} for one, seq, count in rows]

    def holds(self, code: str) -> int:
        rows = self._asked(f"SELECT count(*) FROM {self.table} WHERE code = %s AND NOT removed", code)
        return int(rows[0][0]) if rows else 0

    def forget(self) -> None:
        with contextlib.closing(self._connection()) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.table}, {self.table}_state")
            connection.commit()

    def _connection(self) -> psycopg2.extensions.connection:
        """By the engine's own socket: the department looks into its database also when its door is shut."""
        return psycopg2.connect(host=str(self.engine), dbname=self.database, user=self.database, connect_timeout=5)

    def _asked(self, statement: str, *values: str) -> list[tuple[int, ...]]:
        with contextlib.closing(self._connection()) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(statement, values)
            except psycopg2.errors.UndefinedTable:
                return []  # nothing was ever written
            return list(cursor.fetchall())

    # --- the door ---------------------------------------------------------------------------------------------------
    def _let_in(self, door: socket.socket) -> None:
        while True:
            try:
                theirs, _ = door.accept()
            except OSError:
                return  # shut
            threading.Thread(target=self._one, args=[theirs], daemon=True).start()

    def _one(self, theirs: socket.socket) -> None:
        ours = socket.socket(socket.AF_UNIX)
        with self._lock:
            self._open |= {theirs, ours}
        try:
            theirs.settimeout(20)
            greeting = self._welcome(theirs)
            if greeting is None:
                return
            theirs.settimeout(None)
            ours.connect(str(self.engine / ".s.PGSQL.5432"))
            ours.sendall(greeting)
            there = threading.Thread(target=_pour, args=[theirs, ours], daemon=True)
            there.start()
            _pour(ours, theirs)
            there.join()
        except (OSError, struct.error):
            return
        finally:
            for one in (theirs, ours):
                _end(one)
            with self._lock:
                self._open -= {theirs, ours}

    def _welcome(self, theirs: socket.socket) -> bytes | None:
        """What the engine is to read first, if user, database and password are right."""
        while True:
            length, code = struct.unpack("!ii", _exactly(theirs, 8))
            if code in {SSL, GSS}:
                theirs.sendall(b"N")  # not here
                continue
            break
        if code == CANCEL or not 8 <= length <= LARGEST_GREETING:
            return None
        rest = _exactly(theirs, length - 8)
        words = rest.rstrip(b"\0").split(b"\0")
        said = dict(zip(words[::2], words[1::2], strict=False))
        theirs.sendall(struct.pack("!cii", b"R", 8, 3))  # the password, please
        kind, size = struct.unpack("!ci", _exactly(theirs, 5))
        if kind != b"p" or not 4 < size <= LARGEST_GREETING:
            return None
        given = _exactly(theirs, size - 4).rstrip(b"\0")
        own = self.database.encode()
        right = hmac.compare_digest(given, self.password.encode())
        if not right or said.get(b"user") != own or said.get(b"database", own) != own:
            text = b"SFATAL\0C28P01\0Mpassword authentication failed\0\0"
            theirs.sendall(b"E" + struct.pack("!i", len(text) + 4) + text)
            return None
        return struct.pack("!ii", length, code) + rest


def _exactly(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = source.recv(size - len(found))
        if not more:
            raise OSError("ended")
        found += more
    return found


def _pour(source: socket.socket, into: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            into.sendall(data)
    with contextlib.suppress(OSError):
        into.shutdown(socket.SHUT_WR)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()

"""Sessions in PostgreSQL (the window goes on when Valkey is down), read with one plain statement: every page does."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from toolkit import clock
from toolkit.db import said_again

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own but for the reading. It is the first statement of most requests, so it also finds out whether the
    connection lives.
    """

    def load(self) -> dict[str, Any]:
        data = said_again(self._read)
        if data is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(data)
        return found

    def _read(self) -> str | None:
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key, clock.wall()])
            row = cursor.fetchone()
        return row[0] if row else None

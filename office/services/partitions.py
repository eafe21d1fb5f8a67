"""Month partitions of the big tables, made ahead."""

from datetime import date, timedelta

from django.db import connection, transaction

from office import selectors

MONTHS_AHEAD = 3


def make_partitions(*, today: date) -> int:
    """Month partitions of every table that is partitioned by a moment, to three months ahead. Returns how many."""
    first, last = today.replace(day=1), today + timedelta(days=31 * MONTHS_AHEAD)
    made = 0
    for table in selectors.partitioned_tables():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute("SELECT toolkit_make_month_partitions(%s, %s, %s)", [table, first, last])
            made += int(cursor.fetchone()[0])
    return made

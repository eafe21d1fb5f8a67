"""Indexes of a partitioned table, also after somebody stopped in the middle."""

import psycopg2
import pytest
from django.db import OperationalError, connection

from toolkit.partitions import build_indexes

NAME, COLUMNS = "parted_by_word", "(word)"
VALID = (
    "SELECT i.relid::regclass::text, x.indisvalid FROM pg_partition_tree(%s) i JOIN pg_index x ON indexrelid = relid"
)


def table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parted (at date NOT NULL, word text) PARTITION BY RANGE (at)")
        for year in (2025, 2026):
            span = f"('{year}-01-01') TO ('{year + 1}-01-01')"
            cursor.execute(f"CREATE TABLE parted_{year} PARTITION OF parted FOR VALUES FROM {span}")
        cursor.execute("INSERT INTO parted VALUES ('2025-05-01', 'a'), ('2026-05-01', 'b')")


def interrupted() -> None:
    """The index of the first partition is half built when its migration gives up waiting for a writer."""
    parameters = connection.get_connection_params()
    writer = psycopg2.connect(
        **{key: parameters[key] for key in ("dbname", "user", "host", "port") if key in parameters}
    )
    try:
        with writer.cursor() as busy, connection.cursor() as cursor:
            busy.execute("INSERT INTO parted VALUES ('2025-06-01', 'c')")
            cursor.execute("SET lock_timeout = '200ms'")
            with pytest.raises(OperationalError):
                cursor.execute(f"CREATE INDEX CONCURRENTLY parted_2025_by_word ON parted_2025 {COLUMNS}")
            cursor.execute("RESET lock_timeout")
    finally:
        writer.close()


def validity() -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(VALID, [NAME])
        return dict(cursor.fetchall())


ALL = {NAME: True, "parted_2025_by_word": True, "parted_2026_by_word": True}


def test_every_partition_has_it(transactional_db: None) -> None:
    table()
    for _ in range(2):
        with connection.schema_editor(atomic=False) as editor:
            build_indexes(editor, "parted", {NAME: COLUMNS})
        assert validity() == ALL


def test_what_was_left_half_built_is_built_anew(transactional_db: None) -> None:
    table()
    interrupted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'parted_2025_by_word'::regclass")
        assert cursor.fetchone() == (False,)
    with connection.schema_editor(atomic=False) as editor:
        build_indexes(editor, "parted", {NAME: COLUMNS})
    assert validity() == ALL


def test_so_has_a_plain_table(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parted (word text)")
        cursor.execute("INSERT INTO parted VALUES ('a')")
    for _ in range(2):
        with connection.schema_editor(atomic=False) as editor:
            build_indexes(editor, "parted", {NAME: COLUMNS})
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [NAME])
        assert cursor.fetchone() == (True,)

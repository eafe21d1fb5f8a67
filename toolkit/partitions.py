"""Indexes of large tables, for their migrations: built without a lock, partition by partition, then attached."""

from collections.abc import Mapping

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# what an interrupted CREATE INDEX CONCURRENTLY leaves: kept up with every write, asked by no query
INVALID = "SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid)"
PARTITIONS = "SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf ORDER BY relid::regclass::text"


def build_indexes(schema_editor: BaseDatabaseSchemaEditor, table: str, indexes: Mapping[str, str]) -> None:
    """`indexes`: name, which begins with the table's -> columns and condition. In a migration that is not atomic.

    Interrupted, it is run again: what was built stays, what was left half built is built anew.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
        if not cursor.fetchone()[0]:  # a new machine: nothing to lock out, and hundreds of times as quick
            for index, columns in indexes.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {index} ON {table} {columns}")
            return
        cursor.execute(PARTITIONS, [table])
        partitions = [name for (name,) in cursor.fetchall()]  # none: a plain table
        for index, columns in indexes.items():
            cursor.execute("SET lock_timeout = '5s'")
            if partitions:
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {index} ON ONLY {table} {columns}")
            for partition in partitions or [table]:
                part = f"{partition}{index.removeprefix(table)}"
                cursor.execute(INVALID, [part])
                if cursor.fetchone()[0]:
                    cursor.execute(f"DROP INDEX CONCURRENTLY {part}")
                cursor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {part} ON {partition} {columns}")
                if partitions:
                    cursor.execute(f"ALTER INDEX {index} ATTACH PARTITION {part}")
            cursor.execute("RESET lock_timeout")


def drop_indexes(schema_editor: BaseDatabaseSchemaEditor, indexes: Mapping[str, str]) -> None:
    for index in indexes:
        schema_editor.execute(f"DROP INDEX {index}")

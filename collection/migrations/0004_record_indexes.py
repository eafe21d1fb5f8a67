"""The lists of records turn by these. Built partition by partition without a lock, then attached (AGENTS.md)."""

from django.db import migrations, models

INDEXES = {
    "collection_record_latest": "(recorded_at DESC, id DESC)",
    "collection_record_of_item": "(item_id, recorded_at DESC, id DESC)",
    "collection_record_of_provider": "(provider_id, recorded_at DESC, id DESC)",
    "collection_record_late": "(provider_id, item_id, recorded_at DESC, id DESC) WHERE late",
    "collection_record_of_batch": "(batch_id, row_number)",
    "collection_record_by_number": "(document_no)",
}
PARTITIONS = """SELECT relid::regclass::text FROM pg_partition_tree('collection_record')
WHERE isleaf ORDER BY relid::regclass::text"""


def build(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM collection_record)")
        if not cursor.fetchone()[0]:  # a new machine: nothing to lock out, and hundreds of times as quick
            for index, columns in INDEXES.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {index} ON collection_record {columns}")
            return
        cursor.execute(PARTITIONS)
        partitions = [name for (name,) in cursor.fetchall()]
        for index, columns in INDEXES.items():
            cursor.execute("SET lock_timeout = '5s'")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {index} ON ONLY collection_record {columns}")
            for partition in partitions:
                part = f"{partition}{index.removeprefix('collection_record')}"
                cursor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {part} ON {partition} {columns}")
                cursor.execute(f"ALTER INDEX {index} ATTACH PARTITION {part}")
            cursor.execute("RESET lock_timeout")


def drop(apps, schema_editor):
    for index in INDEXES:
        schema_editor.execute(f"DROP INDEX {index}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("collection", "0003_intake")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(fields=["-recorded_at", "-id"], name="collection_record_latest"),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(fields=["item", "-recorded_at", "-id"], name="collection_record_of_item"),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(
                        fields=["provider", "-recorded_at", "-id"], name="collection_record_of_provider"
                    ),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(
                        condition=models.Q(("late", True)),
                        fields=["provider", "item", "-recorded_at", "-id"],
                        name="collection_record_late",
                    ),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(fields=["batch_id", "row_number"], name="collection_record_of_batch"),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(fields=["document_no"], name="collection_record_by_number"),
                ),
            ],
        ),
    ]

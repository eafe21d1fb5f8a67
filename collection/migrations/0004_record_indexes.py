"""The lists of records turn by these. Built partition by partition without a lock, then attached (AGENTS.md)."""

from django.db import migrations, models

from toolkit.partitions import build_indexes, drop_indexes

INDEXES = {
    "collection_record_latest": "(recorded_at DESC, id DESC)",
    "collection_record_of_item": "(item_id, recorded_at DESC, id DESC)",
    "collection_record_of_provider": "(provider_id, recorded_at DESC, id DESC)",
    "collection_record_late": "(provider_id, item_id, recorded_at DESC, id DESC) WHERE late",
    "collection_record_of_batch": "(batch_id, row_number)",
    "collection_record_by_number": "(document_no)",
}


def build(apps, schema_editor):
    build_indexes(schema_editor, "collection_record", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


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

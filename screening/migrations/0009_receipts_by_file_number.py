"""All checks of one application are found by its file number. Built partition by partition (AGENTS.md)."""

from django.db import migrations, models

from toolkit.partitions import build_indexes, drop_indexes

INDEXES = {"screening_receipt_file_number": "(file_number, checked_at DESC, id DESC) WHERE file_number <> ''"}


def build(apps, schema_editor):
    build_indexes(schema_editor, "screening_receipt", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("screening", "0008_general_windows_and_favourites")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="receipt",
                    index=models.Index(
                        condition=models.Q(("file_number", ""), _negated=True),
                        fields=["file_number", "-checked_at", "-id"],
                        name="screening_receipt_file_number",
                    ),
                ),
            ],
        ),
    ]

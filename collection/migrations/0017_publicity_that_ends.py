"""What ends its publicity tonight is found by an index, not by reading every record."""

from django.db import migrations, models

from toolkit.partitions import build_indexes, drop_indexes

INDEXES = {
    "collection_record_shown_until": "(publicity_until) WHERE publicity_state = '公示中' AND state = 'current'",
}


def build(apps, schema_editor):
    build_indexes(schema_editor, "collection_record", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("collection", "0016_disputed_records")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(
                        condition=models.Q(("publicity_state", "公示中"), ("state", "current")),
                        fields=["publicity_until"],
                        name="collection_record_shown_until",
                    ),
                ),
            ],
        ),
    ]

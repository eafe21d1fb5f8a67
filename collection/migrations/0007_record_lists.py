"""Two more lists of records turn by an index; a promise ends with the record of it."""

from django.db import migrations, models

from toolkit.partitions import build_indexes, drop_indexes

INDEXES = {
    "collection_record_of_both": "(provider_id, item_id, recorded_at DESC, id DESC)",
    "collection_record_put_aside": "(state, recorded_at DESC, id DESC) WHERE NOT (state = 'current')",
}


def build(apps, schema_editor):
    build_indexes(schema_editor, "collection_record", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("collection", "0006_changes_by_day")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(
                        fields=["provider", "item", "-recorded_at", "-id"], name="collection_record_of_both"
                    ),
                ),
                migrations.AddIndex(
                    model_name="record",
                    index=models.Index(
                        condition=models.Q(("state", "current"), _negated=True),
                        fields=["state", "-recorded_at", "-id"],
                        name="collection_record_put_aside",
                    ),
                ),
            ],
        ),
        migrations.RunSQL("SET lock_timeout = '5s'", "RESET lock_timeout"),
        migrations.RemoveConstraint(model_name="promise", name="collection_promise_state_known"),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "kept", "broken", "void"])),
                name="collection_promise_state_known",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", "SET lock_timeout = '5s'"),
    ]

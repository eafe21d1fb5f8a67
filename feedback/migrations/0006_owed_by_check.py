"""What fell due for a department in a month, so that the number of it opens its rows. Built without a lock."""

from django.db import migrations, models

from toolkit.partitions import build_indexes, drop_indexes

INDEXES = {"feedback_due_owed_by_check": "(department_id, checked_on DESC, id DESC) WHERE owed"}


def build(apps, schema_editor):
    build_indexes(schema_editor, "feedback_due", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0005_cases_by_change")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="due",
                    index=models.Index(
                        condition=models.Q(("owed", True)),
                        fields=["department_id", "-checked_on", "-id"],
                        name="feedback_due_owed_by_check",
                    ),
                ),
            ],
        ),
    ]

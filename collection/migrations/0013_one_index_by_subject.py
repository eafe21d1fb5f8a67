"""Triggers are found by subject through one index, whether of now or of then: each was paid for at every row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collection", "0012_grades_of_triggers")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="trigger", name="collection_trigger_current"),
    ]

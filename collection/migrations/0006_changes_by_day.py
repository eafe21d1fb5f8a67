"""Handing up asks for the changes of one day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0005_staged_keys")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="recordchange",
            index=models.Index(fields=["changed_at", "id"], name="collection_recordchange_by_day"),
        ),
    ]

"""A staged row carries the keys of its record; it points to its batch without asking for each row whether it exists."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0004_record_indexes")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="stagedrow",
            name="authority_key",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stagedrow",
            name="document_key",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="stagedrow",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="collection.batch",
            ),
        ),
        migrations.AlterField(
            model_name="stagedrow",
            name="person_ct",
            field=models.TextField(blank=True, help_text="the persons of the row, sealed: services/staging.py"),
        ),
    ]

"""A file of finished matters may come from the credit office, for the whole city."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0014_keys_by_time"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="finishedfile",
            name="everywhere",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="the credit office's: its rows may be of any department",
            ),
        ),
    ]

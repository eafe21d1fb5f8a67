"""Persons of a received list go into the register at once, so nothing of theirs is staged; doubts by version."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("redblack", "0007_received_lists")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveField("stagedentry", "person_ct"),
        migrations.AlterField(
            "stagedentry", "name", models.CharField(help_text="of a natural person masked", max_length=300)
        ),
        migrations.AlterField(
            "doubt",
            "list_version",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="doubts",
                to="redblack.listversion",
            ),
        ),
        migrations.AddIndex("doubt", models.Index(fields=["list_version", "id"], name="redblack_doubt_of_version")),
    ]

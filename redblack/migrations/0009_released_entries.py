"""The page of entries turns by key among those that have left, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("redblack", "0008_doubts_of_a_version")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("released_on__isnull", False)),
                fields=["list_type", "-id"],
                name="redblack_entry_left",
            ),
        ),
    ]

"""What became of a batch's returned rows is counted without reading those that are still open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0008_duty_lists")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="rowproblem",
            index=models.Index(
                condition=models.Q(("state", "open"), _negated=True),
                fields=["batch", "state"],
                name="collection_rowproblem_over",
            ),
        ),
    ]

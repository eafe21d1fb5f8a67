"""In whose name a finished matter was last reported: a desk corrects its own reports, not the deciding office's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0017_disputed_records")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="finishedcase",
            name="reporter_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]

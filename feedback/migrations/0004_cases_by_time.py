"""Cases by the moment they were written: the month's report is read by it."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_the_whole_case")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["reported_at"], name="feedback_case_time", pages_per_range=32
            ),
        ),
    ]

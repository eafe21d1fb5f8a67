"""Cases in the order of their last change, by a count of each department's own, so that corrections are read too.

Those of before get their numbers in 0007, without this lock.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0004_cases_by_time")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ChangeCount",
            fields=[
                ("department_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="due",
            name="change_seq",
            field=models.BigIntegerField(db_default=0, default=0, help_text="0: nothing was reported"),
        ),
    ]

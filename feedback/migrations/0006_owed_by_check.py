"""What fell due for a department in a month, so that the number of it opens its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_cases_by_change")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("owed", True)),
                fields=["department_id", "-checked_on", "-id"],
                name="feedback_due_owed_by_check",
            ),
        ),
    ]

"""Cases in the order of their last change, by a count of each department's own, so that corrections are read too."""

from django.db import migrations, models

BACKFILL = """
UPDATE feedback_due d SET change_seq = n.place FROM (
  SELECT id, row_number() OVER (PARTITION BY department_id ORDER BY reported_at, id) AS place
  FROM feedback_due WHERE reported_at IS NOT NULL) n
WHERE n.id = d.id;
INSERT INTO feedback_changecount (department_id, last)
SELECT department_id, max(change_seq) FROM feedback_due WHERE change_seq > 0 GROUP BY 1"""


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
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("change_seq__gt", 0)),
                fields=["department_id", "change_seq"],
                name="feedback_due_by_change",
            ),
        ),
    ]

"""Matters with or without an application; response tasks that may be raised again once they have ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_responses_and_rehearsals")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="responsetask",
            name="screening_response_once_per_trigger",
        ),
        migrations.AddField(
            model_name="matter",
            name="by_application",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="依申请; else 依职权: the department acts without anybody applying",
            ),
        ),
        migrations.AddIndex(
            model_name="responsetask",
            index=models.Index(
                condition=models.Q(("stop_due_on__isnull", False), ("stopped_at", None)),
                fields=["department", "stop_due_on", "id"],
                name="screening_response_to_stop",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("item_code", "trigger", "subject_id", "department"),
                name="screening_response_once_per_trigger",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False), ("state", "ended"), models.Q(("ended_reason", ""), _negated=True)
                    ),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_at", None), ("ended_reason", "")),
                    _connector="OR",
                ),
                name="screening_response_end_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stop_due_on", None), ("stopped_at", None)),
                    models.Q(("answered_at__isnull", False), ("state", "ended"), ("stop_due_on__isnull", False)),
                    _connector="OR",
                ),
                name="screening_response_stops_what_was_begun",
            ),
        ),
    ]

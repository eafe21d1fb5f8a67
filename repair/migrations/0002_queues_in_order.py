"""Queues read in their order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("redblack", "0013_what_is_sent"),
        ("repair", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "filed", "notified"])),
                fields=["whole_due_on", "id"],
                name="repair_application_open",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "filed", "notified"])),
                fields=["department", "whole_due_on", "id"],
                name="repair_application_to_do",
            ),
        ),
    ]

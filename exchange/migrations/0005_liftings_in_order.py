"""Queues read in their order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("exchange", "0004_corrections_and_returns"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="lifting",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)), fields=["due_on", "id"], name="exchange_lifting_by_due"
            ),
        ),
    ]

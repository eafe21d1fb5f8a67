"""A hundred thousand batches: those of a rare state or channel, and those that returned rows, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("catalog", "0003_published"),
        ("collection", "0018_handing_up_by_a_worker"),
        ("office", "0006_messages_by_sms"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True),
                fields=["state", "-created_at", "-id"],
                name="collection_batch_of_state",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["channel", "-created_at", "-id"], name="collection_batch_of_channel"),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                fields=["department", "channel", "-created_at", "-id"], name="collection_batch_own_channel"
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("mends", None), ("returned__gt", 0)),
                fields=["-created_at", "-id"],
                name="collection_batch_returned",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("mends", None), ("returned__gt", 0)),
                fields=["department", "-created_at", "-id"],
                name="collection_batch_own_returned",
            ),
        ),
    ]

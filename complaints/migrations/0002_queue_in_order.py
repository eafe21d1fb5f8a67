"""The queue read in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("complaints", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="complaint",
            name="complaints_complaint_queue",
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "forwarded", "received", "reported"])),
                fields=["due_on", "id"],
                name="complaints_complaint_open",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "forwarded", "received", "reported"])),
                fields=["department", "due_on", "id"],
                name="complaints_complaint_to_do",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state__in", ["answered", "declined"])),
                fields=["-id"],
                name="complaints_complaint_over",
            ),
        ),
    ]

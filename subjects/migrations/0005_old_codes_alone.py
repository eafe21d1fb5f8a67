"""The few subjects that are known by an old code alone: a check by unified code asks for them and finds none."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built beside the checks that go on
    dependencies = [("subjects", "0004_cleared_pairs")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '5s'", "SET lock_timeout = '5s'"),
        AddIndexConcurrently(
            model_name="subject",
            index=models.Index(
                condition=models.Q(("org_code__isnull", False), ("uscc__isnull", True)),
                fields=["org_code"],
                name="subjects_subject_by_old_code",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", "RESET lock_timeout"),
    ]

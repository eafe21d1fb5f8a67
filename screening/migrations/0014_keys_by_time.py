"""Keys of receipts by their time, so that the old ones are found; a range index costs a check next to nothing."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False  # built beside the checks that go on
    dependencies = [("screening", "0013_marks_of_revisions")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '5s'", "SET lock_timeout = '5s'"),
        AddIndexConcurrently(
            model_name="receiptkey",
            index=BrinIndex(fields=["checked_at"], name="screening_receiptkey_time", pages_per_range=32),
        ),
        migrations.RunSQL("RESET lock_timeout", "RESET lock_timeout"),
    ]

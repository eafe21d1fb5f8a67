"""Who handed a large file in is written to when it is over, once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0010_fewer_indexes")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="batch",
            name="told_at",
            field=models.DateTimeField(
                blank=True, help_text="when the sender was written to that it is over", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="batch", index=models.Index(fields=["finished_at"], name="collection_batch_by_end")
        ),
    ]

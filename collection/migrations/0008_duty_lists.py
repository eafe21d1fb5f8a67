"""Every filter of the lists of tasks and promises turns by an index, not the open ones alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("catalog", "0003_published"),
        ("collection", "0007_record_lists"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="collectiontask",
            name="collection_task_open",
        ),
        migrations.RemoveIndex(
            model_name="promise",
            name="collection_promise_open",
        ),
        migrations.AddIndex(
            model_name="collectiontask",
            index=models.Index(fields=["due_on", "id"], name="collection_task_by_day"),
        ),
        migrations.AddIndex(
            model_name="collectiontask",
            index=models.Index(fields=["state", "due_on", "id"], name="collection_task_of_state"),
        ),
        migrations.AddIndex(
            model_name="collectiontask",
            index=models.Index(fields=["department", "state", "due_on", "id"], name="collection_task_of_both"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["promised_on", "id"], name="collection_promise_by_day"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["state", "promised_on", "id"], name="collection_promise_of_state"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["department", "promised_on", "id"], name="collection_promise_of_dept"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                fields=["department", "state", "promised_on", "id"], name="collection_promise_of_both"
            ),
        ),
    ]

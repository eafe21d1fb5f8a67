"""A department that entered a whole list looks for its entries on another without walking through the first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("redblack", "0011_endless_rows"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="entry",
            name="redblack_entry_of_department",
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["authority_department", "list_type", "-id"], name="redblack_entry_of_dept_list"
            ),
        ),
    ]

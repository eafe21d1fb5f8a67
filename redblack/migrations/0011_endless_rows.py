"""A staged row that says 长期 is not one that is silent about its end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("redblack", "0010_handled_by")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="stagedentry",
            name="endless",
            field=models.BooleanField(default=False, help_text="the row says 长期, which is not silence"),
        ),
    ]

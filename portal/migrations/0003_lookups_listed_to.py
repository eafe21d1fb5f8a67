from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_lookups"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="lookupmark",
            name="done_at",
            field=models.DateTimeField(blank=True, help_text="when `done` was the highest that was seen", null=True),
        ),
        migrations.AlterField(
            model_name="lookupmark",
            name="at",
            field=models.DateTimeField(blank=True, help_text="when `seen` was seen", null=True),
        ),
    ]

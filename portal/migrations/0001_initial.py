from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DemoStory",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                (
                    "working_day",
                    models.DateField(help_text="T: the last working day on or before the day of loading"),
                ),
                ("opened_on", models.DateField(help_text="D: the day of loading")),
                ("seed", models.BigIntegerField()),
                (
                    "firms",
                    models.PositiveIntegerField(help_text="generated enterprises, the cast not counted"),
                ),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "演示故事",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", True)), name="portal_demostory_one_row"),
                ],
            },
        ),
    ]

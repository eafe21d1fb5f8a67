"""Marks of revisions, by which a time becomes a vector; how often an address tried to verify a receipt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0012_draws_and_timetables")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="MarksLooked",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", True)), name="screening_markslooked_one_row")
                ]
            },
        ),
        migrations.CreateModel(
            name="RevisionMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="as in a receipt's vector: measures, source:7", max_length=40),
                ),
                ("revision", models.BigIntegerField()),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "版本登记",
                "indexes": [
                    models.Index(fields=["name", "at", "id"], name="screening_mark_by_name"),
                    models.Index(fields=["at"], name="screening_mark_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["name", "revision"], name="screening_revisionmark_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VerifyTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.BinaryField(max_length=32)),
                ("began_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["address", "began_at"], name="screening_verifytries_once")
                ]
            },
        ),
    ]

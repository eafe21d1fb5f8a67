import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("screening", "0016_nothing_found_at_once"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="LookupMark",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("done", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                (
                    "at",
                    models.DateTimeField(
                        blank=True, help_text="when `seen` was seen: all to there is listed", null=True
                    ),
                ),
            ],
            options={
                "verbose_name": "被核查记录的归集位置",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", True)), name="portal_lookupmark_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("seen__gte", models.F("done"))), name="portal_lookupmark_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lookup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.BigIntegerField()),
                ("receipt_id", models.BigIntegerField()),
                ("checked_at", models.DateTimeField()),
                ("stage", models.CharField(max_length=10)),
                (
                    "department_id",
                    models.BigIntegerField(blank=True, help_text="who asked; None: no department", null=True),
                ),
                ("implementing_department_id", models.BigIntegerField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="screening.matter"
                    ),
                ),
            ],
            options={
                "verbose_name": "被核查的记录",
                "indexes": [
                    models.Index(
                        fields=["subject_id", "-checked_at", "-receipt_id"], name="portal_lookup_of_subject"
                    ),
                    models.Index(fields=["checked_at"], name="portal_lookup_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("receipt_id", "subject_id"), name="portal_lookup_once")
                ],
            },
        ),
    ]

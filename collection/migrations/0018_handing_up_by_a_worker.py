"""A day's files for the platform above are made by a worker, and whoever asked sees how far it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("catalog", "0003_published"),
        ("collection", "0017_publicity_that_ends"),
        ("office", "0006_messages_by_sms"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="HandoverRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(help_text="of recording or change")),
                (
                    "last_id",
                    models.BigIntegerField(default=0, help_text="records up to this one are in a file, or left out"),
                ),
                ("dealt_with", models.PositiveIntegerField(default=0, help_text="records")),
                ("files", models.PositiveSmallIntegerField(default=0)),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_name", models.CharField(blank=True, default="", max_length=100)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trouble",
                    models.TextField(blank=True, default="", help_text="why it did not come to its end; Chinese"),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.item"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.job"
                    ),
                ),
            ],
            options={
                "verbose_name": "上报文件的生成",
            },
        ),
        migrations.AddField(
            model_name="handover",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="collection.handoverrun",
            ),
        ),
        migrations.AddIndex(
            model_name="handoverrun",
            index=models.Index(fields=["day", "item", "-id"], name="collection_handoverrun_of_day"),
        ),
        migrations.AddConstraint(
            model_name="handoverrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at", None)),
                fields=("item", "day"),
                name="collection_handoverrun_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoverrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("trouble", ""), ("finished_at__isnull", False), _connector="OR"),
                name="collection_handoverrun_trouble_is_over",
            ),
        ),
    ]

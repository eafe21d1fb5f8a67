"""Finished matters, the files they come in, and whom another system names as having chosen."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_client_origins"),
        ("screening", "0010_rosters_and_batches"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="choice",
            name="operator",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="whom another department's system names",
                max_length=60,
            ),
        ),
        migrations.CreateModel(
            name="FinishedCase",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file_number", models.CharField(max_length=60)),
                ("window", models.CharField(blank=True, default="", max_length=60)),
                ("applicant_code", models.CharField(blank=True, default="", max_length=18)),
                ("applicant_blind", models.CharField(blank=True, default="", max_length=100)),
                ("subject_id", models.BigIntegerField(blank=True, null=True)),
                ("accepted_on", models.DateField(blank=True, null=True)),
                ("finished_on", models.DateField()),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("granted", "准予"),
                            ("refused", "不予"),
                            ("withdrawn", "申请人撤回"),
                            ("ended", "终止办理"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("missing", "应查未查"), ("checked", "已核查"), ("exempt", "无需核查")],
                        max_length=10,
                    ),
                ),
                ("receipt", models.CharField(blank=True, default="", max_length=40)),
                ("reported_by", models.CharField(max_length=100)),
                ("reported_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.matter",
                    ),
                ),
            ],
            options={
                "verbose_name": "办结办件",
                "indexes": [
                    models.Index(fields=["state", "-finished_on", "-id"], name="screening_finished_state"),
                    models.Index(
                        fields=["department", "state", "-finished_on", "-id"], name="screening_finished_of_dept"
                    ),
                    models.Index(fields=["desk", "state", "-finished_on", "-id"], name="screening_finished_of_desk"),
                    models.Index(
                        fields=["matter", "state", "-finished_on", "-id"], name="screening_finished_of_matter"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "file_number"), name="screening_finished_once"),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["granted", "refused", "withdrawn", "ended"])),
                        name="screening_finished_result_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "checked"), models.Q(("receipt", ""), _negated=True)),
                            models.Q(("receipt", ""), ("state__in", ["missing", "exempt"])),
                            _connector="OR",
                        ),
                        name="screening_finished_checked_has_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_on", None), ("accepted_on__lte", models.F("finished_on")), _connector="OR"
                        ),
                        name="screening_finished_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("file_number", ""), _negated=True), name="screening_finished_has_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applicant_code", ""), ("applicant_blind", ""), _connector="OR"),
                        name="screening_finished_one_applicant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinishedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_id", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("sent_by", models.CharField(max_length=100)),
                ("sender_name", models.CharField(blank=True, default="", max_length=100)),
                ("sent_at", models.DateTimeField()),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                ("total", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(blank=True, default=list)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
            ],
            options={
                "verbose_name": "办结办件文件",
                "indexes": [models.Index(fields=["department", "-id"], name="screening_finishedfile_of_dept")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("failure", "")),
                        fields=("department", "sha256"),
                        name="screening_finishedfile_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None),
                            models.Q(("failure", ""), _negated=True),
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("taken"), "+", models.F("changed")
                                        ),
                                        "+",
                                        models.F("same"),
                                    ),
                                    "+",
                                    models.F("refused"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="screening_finishedfile_counts_agree",
                    ),
                ],
            },
        ),
    ]

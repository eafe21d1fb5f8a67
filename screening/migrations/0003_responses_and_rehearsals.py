"""Response tasks and rehearsals."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("measures", "0003_editing"),
        ("screening", "0002_check"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("checked_from", models.DateField()),
                ("checked_until", models.DateField()),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "checks",
                    models.PositiveIntegerField(default=0, help_text="checks of the period that were looked at"),
                ),
                ("checks_newly", models.PositiveIntegerField(default=0)),
                ("checks_no_longer", models.PositiveIntegerField(default=0)),
                (
                    "subjects",
                    models.PositiveIntegerField(default=0, help_text="subjects with a trigger in force today"),
                ),
                ("subjects_newly", models.PositiveIntegerField(default=0)),
                ("subjects_no_longer", models.PositiveIntegerField(default=0)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.measureitem"
                    ),
                ),
            ],
            options={
                "verbose_name": "措施预演",
            },
        ),
        migrations.CreateModel(
            name="RehearsalRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "change",
                    models.CharField(choices=[("newly", "新增命中"), ("no_longer", "不再命中")], max_length=10),
                ),
                (
                    "receipt",
                    models.CharField(blank=True, default="", help_text="empty: a subject of today", max_length=40),
                ),
                ("subject_id", models.BigIntegerField()),
                ("trigger", models.CharField(max_length=60)),
                (
                    "rehearsal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="screening.rehearsal"
                    ),
                ),
            ],
            options={
                "verbose_name": "预演结果",
            },
        ),
        migrations.CreateModel(
            name="ResponseTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item_code", models.CharField(max_length=40)),
                ("source_id", models.SmallIntegerField()),
                ("trigger", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待响应"),
                            ("accepted", "已接收"),
                            ("responded", "已响应"),
                            ("not_apply", "不适用"),
                            ("ended", "已终止"),
                        ],
                        max_length=10,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("due_provisional", models.BooleanField(default=False)),
                (
                    "answer",
                    models.TextField(blank=True, default="", help_text="what was done, or why it does not apply"),
                ),
                ("answered_by", models.CharField(blank=True, default="", max_length=80)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, default="", max_length=300)),
                ("stop_due_on", models.DateField(blank=True, null=True)),
                ("stopped_by", models.CharField(blank=True, default="", max_length=80)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.measureitem"
                    ),
                ),
            ],
            options={
                "verbose_name": "响应任务",
            },
        ),
        migrations.AddIndex(
            model_name="rehearsal",
            index=models.Index(fields=["item", "-id"], name="screening_rehearsal_of_item"),
        ),
        migrations.AddIndex(
            model_name="rehearsalrow",
            index=models.Index(fields=["rehearsal", "change", "id"], name="screening_rehearsal_rows"),
        ),
        migrations.AddConstraint(
            model_name="rehearsalrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("change__in", ["newly", "no_longer"])), name="screening_rehearsalrow_change_known"
            ),
        ),
        migrations.AddIndex(
            model_name="responsetask",
            index=models.Index(fields=["department", "state", "due_on", "id"], name="screening_response_of_dept"),
        ),
        migrations.AddIndex(
            model_name="responsetask",
            index=models.Index(fields=["trigger"], name="screening_response_of_trigger"),
        ),
        migrations.AddIndex(
            model_name="responsetask",
            index=models.Index(fields=["subject_id"], name="screening_response_of_subject"),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.UniqueConstraint(
                fields=("item_code", "trigger", "department"), name="screening_response_once_per_trigger"
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "accepted", "responded", "not_apply", "ended"])),
                name="screening_response_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["responded", "not_apply"]), _negated=True),
                    models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="screening_response_answer_is_whole",
            ),
        ),
    ]

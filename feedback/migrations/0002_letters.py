"""措施实施告知书."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("feedback", "0001_initial"),
        ("office", "0005_one_constraint_knows_the_states"),
        ("screening", "0004_matters_and_responses"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.BigIntegerField()),
                ("measure_code", models.CharField(max_length=40)),
                ("measure_text", models.TextField()),
                ("document_no", models.CharField(max_length=120)),
                ("articles", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("reason", models.TextField()),
                ("remedies", models.TextField()),
                ("lifting", models.TextField()),
                ("written_on", models.DateField()),
                ("written_by", models.CharField(max_length=100)),
                ("written_at", models.DateTimeField()),
                ("served_on", models.DateField(blank=True, null=True)),
                (
                    "served_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("直接", "直接"),
                            ("邮寄", "邮寄"),
                            ("留置", "留置"),
                            ("电子", "电子"),
                            ("公告", "公告"),
                        ],
                        max_length=4,
                    ),
                ),
                ("served_by", models.CharField(blank=True, max_length=100)),
                ("served_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
                (
                    "due",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="feedback.due",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.responsetask",
                    ),
                ),
            ],
            options={
                "verbose_name": "措施实施告知书",
                "indexes": [
                    models.Index(fields=["department", "-written_on", "-id"], name="feedback_letter_of_dept"),
                    models.Index(fields=["-written_on", "-id"], name="feedback_letter_newest"),
                    models.Index(fields=["subject_id"], name="feedback_letter_to_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due", None), ("response__isnull", False)),
                            models.Q(("due__isnull", False), ("response", None)),
                            _connector="OR",
                        ),
                        name="feedback_letter_follows_one_thing",
                    ),
                    models.UniqueConstraint(fields=("department", "document_no"), name="feedback_letter_one_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document_no", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("remedies", ""), _negated=True),
                            models.Q(("lifting", ""), _negated=True),
                            models.Q(("articles", []), _negated=True),
                        ),
                        name="feedback_letter_says_what_law_asks",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("served_at", None), ("served_by", ""), ("served_on", None), ("served_way", "")),
                            models.Q(
                                ("served_at__isnull", False),
                                ("served_on__isnull", False),
                                ("served_way__in", ["直接", "邮寄", "留置", "电子", "公告"]),
                                models.Q(("served_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_letter_service_is_whole",
                    ),
                ],
            },
        ),
    ]

"""The whole case: what it answers, what its newest version says, its files, spreadsheets, tallies, 督办, upward."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import feedback.rules.cases

# what earlier reports say, written beside what they answer
FILL = """
UPDATE feedback_due d SET version = c.version, action = c.action, amount = c.amount,
  reported_on = (d.reported_at AT TIME ZONE 'Asia/Shanghai')::date
FROM (SELECT DISTINCT ON (due_id) due_id, version, action, amount FROM feedback_case ORDER BY due_id, version DESC) c
WHERE c.due_id = d.id;
INSERT INTO feedback_tally (month, department_id, measure_code, reward, action, cases, amount)
SELECT date_trunc('month', checked_on)::date, department_id, measure_code, false, '', count(*), 0
FROM feedback_due GROUP BY 1, 2, 3;
INSERT INTO feedback_tally (month, department_id, measure_code, reward, action, cases, amount)
SELECT date_trunc('month', reported_on)::date, department_id, measure_code, reward, action, count(*),
  coalesce(sum(amount), 0)
FROM feedback_due WHERE version > 0 GROUP BY 1, 2, 3, 4, 5;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_client_approval"),
        ("feedback", "0002_letters"),
        ("office", "0006_messages_by_sms"),
        ("screening", "0016_nothing_found_at_once"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(help_text="by content: pdf, png, jpg, docx, xlsx", max_length=4)),
                ("added_by", models.CharField(max_length=100)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "反馈附件",
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requester", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("answer", models.JSONField()),
                ("called_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_id", models.BigIntegerField()),
                ("result_file_id", models.BigIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("corrected", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                ("sent_by", models.CharField(max_length=100)),
                ("sender_name", models.CharField(blank=True, default="", max_length=100)),
                ("sent_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "反馈表格",
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("cases", "奖惩案例月报"), ("records", "信用信息日报")], max_length=8),
                ),
                ("ref_id", models.BigIntegerField(help_text="of the UpReport, or of collection's handover")),
                ("key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("rows", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("accepted", "已接收"),
                            ("refused", "被退回"),
                            ("dead", "发送失败"),
                        ],
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("retry_at", models.DateTimeField()),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
                ("receipt", models.CharField(blank=True, default="", max_length=100)),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "above",
                    models.PositiveIntegerField(
                        blank=True, help_text="rows that the other side says it has", null=True
                    ),
                ),
                ("compared_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "上报发送",
            },
        ),
        migrations.CreateModel(
            name="Known",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department_id", models.BigIntegerField()),
                ("trigger", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("source_id", models.SmallIntegerField(blank=True, null=True)),
                ("since", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fault",
                    models.CharField(
                        choices=[
                            ("overdue", "逾期未反馈"),
                            ("no_response", "逾期未响应"),
                            ("not_checked", "应查未查"),
                            ("badly_closed", "反馈不合要求"),
                        ],
                        max_length=12,
                    ),
                ),
                ("month", models.DateField()),
                ("figure", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opened", "待督办"),
                            ("notified", "已通知"),
                            ("talked", "已约谈"),
                            ("corrected", "已整改"),
                            ("dropped", "已撤销"),
                        ],
                        max_length=10,
                    ),
                ),
                ("correct_by", models.DateField(blank=True, help_text="整改期限", null=True)),
                ("opened_by", models.CharField(max_length=100)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "督办事项",
            },
        ),
        migrations.CreateModel(
            name="SupervisionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("notice", "发出督办通知"),
                            ("talk", "约谈"),
                            ("correct", "确认整改"),
                            ("drop", "撤销督办"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("document_no", models.CharField(blank=True, default="", max_length=120)),
                ("figure", models.PositiveIntegerField(default=0)),
                ("noted_by", models.CharField(max_length=100)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "督办记录",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("department_id", models.BigIntegerField()),
                ("source_id", models.SmallIntegerField(db_default=0, default=0, help_text="0: no list")),
                ("measure_code", models.CharField(blank=True, max_length=40)),
                ("area", models.CharField(blank=True, db_default="", default="", max_length=6)),
                ("reward", models.BooleanField(default=False)),
                ("action", models.CharField(blank=True, max_length=10)),
                ("cases", models.BigIntegerField()),
                ("amount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=22)),
                ("rolled", models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name="TypicalCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                ("text", models.TextField()),
                ("subject_shown", models.CharField(max_length=200)),
                ("reward", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "草稿"),
                            ("submitted", "待审核"),
                            ("published", "已发布"),
                            ("refused", "未通过"),
                            ("withdrawn", "已撤下"),
                        ],
                        max_length=10,
                    ),
                ),
                ("drafted_by", models.CharField(max_length=100)),
                ("drafted_at", models.DateTimeField()),
                ("reviewed_by", models.CharField(blank=True, default="", max_length=100)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.CharField(blank=True, default="", max_length=500)),
                ("published_on", models.DateField(blank=True, null=True)),
                ("withdrawn_by", models.CharField(blank=True, default="", max_length=100)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "verbose_name": "典型案例",
            },
        ),
        migrations.CreateModel(
            name="UpReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("number", models.PositiveSmallIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("sha256", models.CharField(help_text="of the cases in it, whatever the cover says", max_length=64)),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("handed_by", models.CharField(blank=True, default="", max_length=100)),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "verbose_name": "案例月报",
            },
        ),
        migrations.RemoveConstraint(
            model_name="due",
            name="feedback_due_once_per_measure",
        ),
        migrations.RemoveIndex(
            model_name="due",
            name="feedback_due_open",
        ),
        migrations.RemoveIndex(
            model_name="due",
            name="feedback_due_open_in_city",
        ),
        migrations.AddField(
            model_name="case",
            name="channel",
            field=models.CharField(
                choices=[
                    ("page", "页面"),
                    ("file", "表格"),
                    ("rest", "REST接口"),
                    ("soap", "WebService"),
                    ("table", "数据库表"),
                    ("xml", "XML文件"),
                    ("task", "响应任务"),
                ],
                db_default="page",
                default=feedback.rules.cases.Channel["PAGE"],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="case",
            name="operator",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="whom a system names", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="action",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="due",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="due",
            name="area",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="division of the subject", max_length=6
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="basis",
            field=models.CharField(
                choices=[("receipt", "核查回执"), ("response", "响应任务"), ("entry", "自行获知的名单条目或记录")],
                db_default="receipt",
                default=feedback.rules.cases.Basis["RECEIPT"],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="chased_on",
            field=models.DateField(blank=True, help_text="when its department was last reminded of it", null=True),
        ),
        migrations.AddField(
            model_name="due",
            name="owed",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="due",
            name="own_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="due",
            name="reason_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="digest of the reason why it was not done",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="reported_on",
            field=models.DateField(blank=True, help_text="the legal day of that", null=True),
        ),
        migrations.AddField(
            model_name="due",
            name="response",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="screening.responsetask",
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="source_id",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="due",
            name="stage",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="due",
            name="subject_kind",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="due",
            name="trigger",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="due",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="due",
            name="weak",
            field=models.BooleanField(db_default=False, default=False, help_text="the reason says nothing"),
        ),
        migrations.AlterField(
            model_name="due",
            name="checked_on",
            field=models.DateField(help_text="of the hit; of a task the day it was raised; else of the first report"),
        ),
        migrations.AlterField(
            model_name="due",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="due",
            name="matter_code",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="due",
            name="measure_code",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="due",
            name="measure_text",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="due",
            name="number",
            field=models.CharField(blank=True, default="", help_text="of the receipt", max_length=40),
        ),
        migrations.AlterField(
            model_name="due",
            name="reported_at",
            field=models.DateTimeField(blank=True, help_text="first", null=True),
        ),
        migrations.AlterField(
            model_name="due",
            name="subject_index",
            field=models.PositiveSmallIntegerField(default=0, help_text="place of the subject on the receipt"),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("owed", True), ("reported_at", None)),
                fields=["department_id", "due_on", "id"],
                name="feedback_due_open",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("owed", True), ("reported_at", None)),
                fields=["due_on", "id"],
                name="feedback_due_open_in_city",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("owed", False), ("reported_at", None)),
                fields=["department_id", "-checked_on", "-id"],
                name="feedback_due_offered",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reported_at__isnull", False)),
                fields=["-reported_on", "-id"],
                name="feedback_due_told",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reported_at__isnull", False)),
                fields=["department_id", "-reported_on", "-id"],
                name="feedback_due_told_by_dept",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reported_at__isnull", False)),
                fields=["source_id", "-reported_on", "-id"],
                name="feedback_due_told_of_list",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reported_at__isnull", False)),
                fields=["measure_code", "-reported_on", "-id"],
                name="feedback_due_told_of_measure",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reported_at__isnull", False)),
                fields=["area", "-reported_on", "-id"],
                name="feedback_due_told_of_area",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("reason_key", ""), _negated=True),
                fields=["department_id", "reason_key", "id"],
                name="feedback_due_same_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("weak", True)), fields=["department_id", "id"], name="feedback_due_weak"
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("measure_code", ""), ("reported_at__isnull", False)),
                fields=["department_id", "id"],
                name="feedback_due_no_measure",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_from", None),
                    ("done_until", None),
                    ("done_until__gte", models.F("done_from")),
                    _connector="OR",
                ),
                name="feedback_case_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.UniqueConstraint(
                condition=models.Q(("basis", "receipt")),
                fields=("number", "subject_index", "measure_code"),
                name="feedback_due_once_per_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.UniqueConstraint(
                condition=models.Q(("response__isnull", False)),
                fields=("response",),
                name="feedback_due_once_per_task",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.UniqueConstraint(
                condition=models.Q(("basis", "entry")),
                fields=("department_id", "trigger", "measure_code", "matter_code", "file_number"),
                name="feedback_due_once_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.UniqueConstraint(
                condition=models.Q(("own_number", ""), _negated=True),
                fields=("department_id", "own_number"),
                name="feedback_due_own_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("basis", "receipt"),
                        ("response", None),
                        models.Q(("number", ""), _negated=True),
                        models.Q(("measure_code", ""), _negated=True),
                    ),
                    models.Q(("basis", "response"), ("response__isnull", False)),
                    models.Q(
                        ("basis", "entry"),
                        ("owed", False),
                        ("response", None),
                        models.Q(("trigger", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_due_basis_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("owed", False), ("due_on__isnull", False), _connector="OR"),
                name="feedback_due_owed_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(("reward", False), ("owed", False), _connector="OR"),
                name="feedback_due_reward_is_not_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="due",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", ""), ("reported_at", None), ("reported_on", None), ("version", 0)),
                    models.Q(
                        ("reported_at__isnull", False),
                        ("reported_on__isnull", False),
                        ("version__gt", 0),
                        models.Q(("action", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_due_reported_is_whole",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="feedback.case"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["called_at"], name="feedback_call_time"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(fields=("requester", "key"), name="feedback_call_once"),
        ),
        migrations.AddField(
            model_name="casefile",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
            ),
        ),
        migrations.AddConstraint(
            model_name="known",
            constraint=models.UniqueConstraint(
                fields=("department_id", "trigger", "subject_id"), name="feedback_known_once"
            ),
        ),
        migrations.AddField(
            model_name="supervision",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
            ),
        ),
        migrations.AddField(
            model_name="supervisionstep",
            name="supervision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="feedback.supervision"
            ),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["month", "department_id"], name="feedback_tally_by_month"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rolled", True)),
                fields=("month", "department_id", "source_id", "measure_code", "area", "reward", "action"),
                name="feedback_tally_one_of_a_sort",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="feedback_tally_of_a_month"
            ),
        ),
        migrations.AddField(
            model_name="typicalcase",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
            ),
        ),
        migrations.AddField(
            model_name="typicalcase",
            name="due",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="feedback.due"),
        ),
        migrations.AddField(
            model_name="upreport",
            name="xlsx",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="upreport",
            name="xml",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("case", "file"), name="feedback_attachment_once"),
        ),
        migrations.AddIndex(
            model_name="casefile",
            index=models.Index(fields=["department", "-id"], name="feedback_casefile_latest"),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("failure", "")),
                fields=("department", "sha256"),
                name="feedback_casefile_same_bytes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at", None),
                    models.Q(("failure", ""), _negated=True),
                    (
                        "rows",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("taken"), "+", models.F("corrected")
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
                name="feedback_casefile_every_row_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["retry_at"], name="feedback_dispatch_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(fields=("kind", "ref_id"), name="feedback_dispatch_once"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(models.Q(("receipt", ""), _negated=True), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="feedback_dispatch_accepted_has_receipt",
            ),
        ),
        migrations.AddIndex(
            model_name="supervision",
            index=models.Index(fields=["-opened_at", "-id"], name="feedback_supervision_newest"),
        ),
        migrations.AddIndex(
            model_name="supervision",
            index=models.Index(fields=["department", "-opened_at", "-id"], name="feedback_supervision_of_dept"),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.UniqueConstraint(
                fields=("department", "fault", "month"), name="feedback_supervision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state__in", ["corrected", "dropped"])),
                    models.Q(models.Q(("state__in", ["corrected", "dropped"]), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="feedback_supervision_closed_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="feedback_supervisionstep_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verb", "notice"), _negated=True),
                    models.Q(("document_no", ""), _negated=True),
                    _connector="OR",
                ),
                name="feedback_supervisionstep_notice_has_number",
            ),
        ),
        migrations.AddIndex(
            model_name="typicalcase",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["-published_on", "-id"],
                name="feedback_typical_public",
            ),
        ),
        migrations.AddIndex(
            model_name="typicalcase",
            index=models.Index(fields=["department", "-id"], name="feedback_typical_of_dept"),
        ),
        migrations.AddConstraint(
            model_name="typicalcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["drafted", "submitted", "published"])),
                fields=("due",),
                name="feedback_typical_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="typicalcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "withdrawn"]), _negated=True),
                    models.Q(
                        models.Q(("reviewed_by", ""), _negated=True),
                        models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                        ("published_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="feedback_typical_published_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="typicalcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(models.Q(("withdrawn_reason", ""), _negated=True), ("withdrawn_at__isnull", False)),
                    _connector="OR",
                ),
                name="feedback_typical_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="upreport",
            constraint=models.UniqueConstraint(fields=("month", "number"), name="feedback_upreport_number_once"),
        ),
        migrations.AddConstraint(
            model_name="upreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="feedback_upreport_of_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="upreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_at", None), ("handed_by", ""), ("note", "")),
                    models.Q(
                        ("handed_at__isnull", False),
                        models.Q(("handed_by", ""), _negated=True),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_upreport_handed_is_whole",
            ),
        ),
    ]

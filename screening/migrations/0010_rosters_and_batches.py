"""Rosters with their members, runs, answers and findings; spreadsheets of applicants as jobs."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("screening", "0009_receipts_by_file_number"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="RosterFound",
            fields=[
                ("answer", models.CharField(max_length=15)),
                ("complete", models.BooleanField()),
                ("disputed", models.BooleanField(default=False)),
                (
                    "triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "measures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "honours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "rewards",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "doubts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "member_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("member_id", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CheckBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=10)),
                ("as_of", models.DateField()),
                ("file_id", models.BigIntegerField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("checked", models.PositiveIntegerField(default=0, help_text="rows answered so far")),
                ("hit", models.PositiveIntegerField(default=0)),
                ("clear", models.PositiveIntegerField(default=0)),
                ("could_not_check", models.PositiveIntegerField(default=0)),
                (
                    "no_measure",
                    models.PositiveIntegerField(default=0, help_text="of hit: nothing to do in this matter"),
                ),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("result_file_id", models.BigIntegerField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="screening.matter"
                    ),
                ),
            ],
            options={
                "verbose_name": "批量核查",
            },
        ),
        migrations.CreateModel(
            name="CheckBatchRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "row_number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row_number", models.PositiveIntegerField()),
                ("answer", models.CharField(max_length=15)),
                ("receipt", models.CharField(blank=True, default="", max_length=40)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="screening.checkbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        help_text="主题标签",
                        size=None,
                    ),
                ),
                ("purpose", models.CharField(blank=True, default="", help_text="目的和依据", max_length=300)),
                ("persons", models.BooleanField(default=False)),
                (
                    "source_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
                ),
                (
                    "measures_from",
                    models.CharField(
                        choices=[
                            ("none", "不比对措施"),
                            ("department", "本部门的措施"),
                            ("chosen", "选定的措施"),
                            ("matter", "某一事项的措施"),
                        ],
                        default="department",
                        max_length=10,
                    ),
                ),
                (
                    "item_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("stage", models.CharField(blank=True, default="", max_length=10)),
                (
                    "cadence",
                    models.CharField(
                        choices=[("none", "不定期"), ("daily", "每天"), ("weekly", "每周"), ("monthly", "每月")],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "cadence_day",
                    models.PositiveSmallIntegerField(blank=True, help_text="weekly: 1-7; monthly: 1-31", null=True),
                ),
                ("cadence_hour", models.PositiveSmallIntegerField(default=6)),
                ("next_run_at", models.DateTimeField(blank=True, help_text="empty: not by itself", null=True)),
                ("on_change", models.BooleanField(default=True, help_text="also whenever one of its lists changes")),
                (
                    "notify_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        help_text="mail, sms, file",
                        size=None,
                    ),
                ),
                (
                    "recipients",
                    models.JSONField(blank=True, default=list, help_text="[{channel, to}]; the page is always told"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "使用中"), ("paused", "已暂停"), ("closed", "已停用")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("resolved_revision", models.BigIntegerField(default=-1)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.matter",
                    ),
                ),
            ],
            options={
                "verbose_name": "监管对象名单",
            },
        ),
        migrations.CreateModel(
            name="RosterAnswer",
            fields=[
                ("answer", models.CharField(max_length=15)),
                ("complete", models.BooleanField()),
                ("disputed", models.BooleanField(default=False)),
                (
                    "triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "measures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "honours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "rewards",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "doubts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("member_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("roster_id", models.BigIntegerField()),
                ("why", models.CharField(blank=True, default="", max_length=24)),
                ("changed_run", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "筛查结论",
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "clear"), _negated=True),
                        fields=["roster_id", "answer", "member_id"],
                        name="screening_rosteranswer_told",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["hit", "could_not_check", "clear"])),
                        name="screening_rosteranswer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "clear"), _negated=True), ("complete", True), _connector="OR"
                        ),
                        name="screening_rosteranswer_clear_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "hit"), _negated=True), ("triggers__len__gt", 0), _connector="OR"
                        ),
                        name="screening_rosteranswer_hit_has_triggers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterFinding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("roster_id", models.BigIntegerField()),
                ("run_id", models.BigIntegerField()),
                ("member_id", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("newly_hit", "新增命中"),
                            ("changed", "内容变化"),
                            ("no_longer", "不再命中"),
                            ("doubtful", "待名单确认"),
                        ],
                        max_length=10,
                    ),
                ),
                ("was_answer", models.CharField(blank=True, default="", max_length=15)),
                (
                    "was_triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "was_measures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "was_rewards",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                ("answer", models.CharField(max_length=15)),
                (
                    "triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "measures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "rewards",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                ("found_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处置"),
                            ("assigned", "已交办"),
                            ("snoozed", "暂缓提醒"),
                            ("disposed", "已处置"),
                            ("superseded", "已有后续变化"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "assignee",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="an actor's key", max_length=80
                    ),
                ),
                ("assigned_by", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("assigned_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true_hit", "属实，已采取措施"),
                            ("no_measure", "属实，无需采取措施"),
                            ("false_hit", "误报，不是同一主体"),
                            ("noted", "已知悉"),
                        ],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "clearing_id",
                    models.BigIntegerField(blank=True, help_text="the cleared pair of a false hit", null=True),
                ),
                ("disposed_by", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("disposed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "筛查发现",
                "indexes": [
                    models.Index(fields=["roster_id", "state", "id"], name="screening_finding_queue"),
                    models.Index(fields=["run_id", "id"], name="screening_finding_of_run"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "assigned", "snoozed"])),
                        fields=("member_id",),
                        name="screening_rosterfinding_one_to_handle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposed_at", None), ("snoozed_until", None), ("state", "open")),
                            models.Q(
                                ("assigned_at__isnull", False),
                                ("disposed_at", None),
                                ("snoozed_until", None),
                                ("state", "assigned"),
                                models.Q(("assignee", ""), _negated=True),
                            ),
                            models.Q(("disposed_at", None), ("snoozed_until__isnull", False), ("state", "snoozed")),
                            models.Q(
                                ("disposed_at__isnull", False),
                                ("state", "disposed"),
                                models.Q(("disposition", ""), _negated=True),
                            ),
                            models.Q(("disposed_at", None), ("state", "superseded")),
                            _connector="OR",
                        ),
                        name="screening_rosterfinding_states",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("change__in", ["newly_hit", "changed", "no_longer", "doubtful"])),
                        name="screening_rosterfinding_change_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "upload_id",
                    models.BigIntegerField(
                        blank=True, help_text="the file it came in; empty: form or interface", null=True
                    ),
                ),
                ("row_number", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("matched", "已对应"),
                            ("unknown", "代码有效，登记信息中没有"),
                            ("identify", "需核实身份"),
                            ("invalid", "代码有误"),
                            ("wrong_kind", "主体类型不符"),
                            ("duplicate", "重复"),
                        ],
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("name", models.CharField(blank=True, default="", max_length=300)),
                ("uscc", models.CharField(blank=True, default="", max_length=18)),
                ("kind", models.CharField(blank=True, default="", max_length=20)),
                ("subject_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "subject_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        help_text="empty: the subject alone",
                        null=True,
                        size=None,
                    ),
                ),
                ("index_key", models.CharField(blank=True, max_length=32, null=True)),
                ("index_digest", models.BinaryField(blank=True, max_length=32, null=True)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "roster",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.roster",
                    ),
                ),
            ],
            options={
                "verbose_name": "监管对象",
            },
        ),
        migrations.CreateModel(
            name="RosterRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[("manual", "手动"), ("scheduled", "定期"), ("change", "名单变动")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "失败"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("asked_times", models.PositiveIntegerField(default=1, help_text="so many wishes are served by it")),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("as_of", models.DateField(blank=True, null=True)),
                ("vector", models.JSONField(blank=True, null=True)),
                ("gaps", models.JSONField(default=list)),
                (
                    "plan",
                    models.JSONField(
                        blank=True, help_text="sources and measures that were asked, for the page", null=True
                    ),
                ),
                ("cursor", models.BigIntegerField(default=0)),
                ("members", models.PositiveIntegerField(default=0)),
                ("hit", models.PositiveIntegerField(default=0)),
                ("clear", models.PositiveIntegerField(default=0)),
                ("could_not_check", models.PositiveIntegerField(default=0)),
                ("unidentified", models.PositiveIntegerField(default=0, help_text="of could_not_check: who is it?")),
                ("newly_hit", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("no_longer", models.PositiveIntegerField(default=0)),
                ("doubtful", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                (
                    "told_at",
                    models.DateTimeField(blank=True, help_text="its result was sent to the recipients", null=True),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="screening.roster"
                    ),
                ),
            ],
            options={
                "verbose_name": "名单筛查",
            },
        ),
        migrations.CreateModel(
            name="RosterUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_id", models.BigIntegerField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "replaces",
                    models.BooleanField(default=False, help_text="members that are not in the file leave the roster"),
                ),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("taken_to", models.PositiveIntegerField(default=0, help_text="rows before this one are taken")),
                ("rows", models.PositiveIntegerField(default=0)),
                ("matched", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("identify", models.PositiveIntegerField(default=0)),
                ("invalid", models.PositiveIntegerField(default=0)),
                ("wrong_kind", models.PositiveIntegerField(default=0)),
                ("duplicate", models.PositiveIntegerField(default=0)),
                ("uploaded_by", models.CharField(max_length=80)),
                ("uploaded_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uploads", to="screening.roster"
                    ),
                ),
            ],
            options={
                "verbose_name": "名单文件",
            },
        ),
        migrations.AddIndex(
            model_name="checkbatch",
            index=models.Index(fields=["department", "-id"], name="screening_checkbatch_latest"),
        ),
        migrations.AddConstraint(
            model_name="checkbatch",
            constraint=models.UniqueConstraint(
                fields=("department", "matter", "stage", "as_of", "sha256"),
                name="screening_checkbatch_same_bytes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["before", "during", "after"])),
                name="screening_checkbatch_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "checked",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("hit"), "+", models.F("clear")),
                            "+",
                            models.F("could_not_check"),
                        ),
                    ),
                    ("checked__lte", models.F("rows")),
                ),
                name="screening_checkbatch_every_row_counted",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at", None),
                    models.Q(("checked", models.F("rows")), ("result_file_id__isnull", False)),
                    _connector="OR",
                ),
                name="screening_checkbatch_done_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkbatchrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("receipt", ""), _negated=True), ("problem", "")),
                    models.Q(
                        ("answer", "could_not_check"), ("receipt", ""), models.Q(("problem", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="screening_checkbatchrow_receipt_or_problem",
            ),
        ),
        migrations.AddIndex(
            model_name="roster",
            index=models.Index(
                condition=models.Q(("next_run_at__isnull", False), ("state", "active")),
                fields=["next_run_at"],
                name="screening_roster_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("department", "name"),
                name="screening_roster_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "closed"])), name="screening_roster_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_ids__len__gt", 0)), name="screening_roster_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(("persons", False), models.Q(("purpose", ""), _negated=True), _connector="OR"),
                name="screening_roster_persons_for_a_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("item_codes__len__gt", 0), ("matter", None), ("measures_from", "chosen"), ("stage", "")
                    ),
                    models.Q(
                        ("matter__isnull", False),
                        ("measures_from", "matter"),
                        ("stage__in", ["before", "during", "after"]),
                    ),
                    models.Q(("matter", None), ("measures_from__in", ["none", "department"]), ("stage", "")),
                    _connector="OR",
                ),
                name="screening_roster_measures_are_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cadence__in", ["none", "daily"]), ("cadence_day", None)),
                    models.Q(("cadence", "weekly"), ("cadence_day__isnull", False), ("cadence_day__range", (1, 7))),
                    models.Q(("cadence", "monthly"), ("cadence_day__isnull", False), ("cadence_day__range", (1, 31))),
                    _connector="OR",
                ),
                name="screening_roster_cadence_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence_hour__range", (0, 23))), name="screening_roster_hour_is_of_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="rostermember",
            index=models.Index(fields=["roster", "id"], name="screening_rostermember_order"),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("removed_at", None),
                    ("subject_id__isnull", False),
                    models.Q(("state", "duplicate"), _negated=True),
                ),
                fields=("subject_id", "roster"),
                name="screening_rostermember_subject_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), ("state", "unknown"), models.Q(("uscc", ""), _negated=True)),
                fields=("roster", "uscc"),
                name="screening_rostermember_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("index_digest__isnull", False),
                    ("removed_at", None),
                    models.Q(("state", "duplicate"), _negated=True),
                ),
                fields=("roster", "index_digest"),
                name="screening_rostermember_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "matched"), ("subject_id__isnull", False)),
                    models.Q(
                        ("state", "unknown"),
                        ("subject_id", None),
                        models.Q(
                            models.Q(("uscc", ""), _negated=True), ("index_digest__isnull", False), _connector="OR"
                        ),
                    ),
                    ("state__in", ["identify", "invalid", "wrong_kind", "duplicate"]),
                    _connector="OR",
                ),
                name="screening_rostermember_state_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "natural_person"), _negated=True), ("name", ""), _connector="OR"
                ),
                name="screening_rostermember_no_name_of_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostermember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("index_digest", None), ("index_key", None)),
                    models.Q(("index_digest__isnull", False), ("index_key__isnull", False)),
                    _connector="OR",
                ),
                name="screening_rostermember_digest_names_its_key",
            ),
        ),
        migrations.AddIndex(
            model_name="rosterrun",
            index=models.Index(fields=["roster", "-id"], name="screening_rosterrun_latest"),
        ),
        migrations.AddConstraint(
            model_name="rosterrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("roster",), name="screening_rosterrun_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("roster",), name="screening_rosterrun_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "waiting")),
                    models.Q(("finished_at", None), ("started_at__isnull", False), ("state", "running")),
                    models.Q(("finished_at__isnull", False), ("state", "done"), ("vector__isnull", False)),
                    models.Q(("finished_at__isnull", False), ("state__in", ["failed", "cancelled"])),
                    _connector="OR",
                ),
                name="screening_rosterrun_state_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "members",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("hit"), "+", models.F("clear")),
                            "+",
                            models.F("could_not_check"),
                        ),
                    )
                ),
                name="screening_rosterrun_every_member_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="rosterupload",
            index=models.Index(fields=["roster", "-id"], name="screening_upload_latest"),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rows",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("matched"), "+", models.F("unknown")
                                        ),
                                        "+",
                                        models.F("identify"),
                                    ),
                                    "+",
                                    models.F("invalid"),
                                ),
                                "+",
                                models.F("wrong_kind"),
                            ),
                            "+",
                            models.F("duplicate"),
                        ),
                    )
                ),
                name="screening_rosterupload_every_row_counted",
            ),
        ),
    ]

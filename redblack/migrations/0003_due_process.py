"""List editions, proceedings, removals, received versions; grades and amounts on what a check reads."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("office", "0005_one_constraint_knows_the_states"),
        ("redblack", "0002_published"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="binding",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, help_text="元", max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="binding",
            name="grade",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="entry",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, help_text="元", max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="entry",
            name="grade",
            field=models.CharField(
                blank=True, default="", help_text="轻微 / 一般 / 严重: the repair scale", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="listtype",
            name="conduct",
            field=models.TextField(blank=True, help_text="列入情形: the conduct that the list covers"),
        ),
        migrations.AddField(
            model_name="listtype",
            name="edition",
            field=models.PositiveSmallIntegerField(default=0, help_text="0: as it shipped"),
        ),
        migrations.AddField(
            model_name="listtype",
            name="fuse_percent",
            field=models.PositiveSmallIntegerField(default=20, help_text="share of rows gone, new or without code"),
        ),
        migrations.AddField(
            model_name="listtype",
            name="fuse_rows",
            field=models.PositiveIntegerField(default=10, help_text="fewer rows than this never hold a version"),
        ),
        migrations.AddField(
            model_name="listtype",
            name="level",
            field=models.CharField(blank=True, help_text="国家 / 省 / 市 / 县", max_length=10),
        ),
        migrations.AddField(
            model_name="listtype",
            name="publicity_scopes",
            field=models.JSONField(blank=True, default=dict, help_text="subject kind -> sharing scope"),
        ),
        migrations.AddField(
            model_name="listtype",
            name="term_months",
            field=models.PositiveSmallIntegerField(blank=True, help_text="null: by the decision", null=True),
        ),
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=60)),
                (
                    "stated_at",
                    models.DateTimeField(help_text="as of when upstream states it; its age counts from here"),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "channel",
                    models.CharField(
                        choices=[("file", "文件"), ("rest", "接口"), ("push", "上级推送")], max_length=10
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("staging", "比对中"),
                            ("held", "待人工确认"),
                            ("applied", "已生效"),
                            ("discarded", "不予采用"),
                            ("refused", "未能接收"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("lost", models.PositiveIntegerField(default=0, help_text="rows whose identifier is gone or wrong")),
                ("refused", models.PositiveIntegerField(default=0, help_text="rows whose papers do not suffice")),
                ("reasons", models.JSONField(default=list)),
                ("sent_by", models.CharField(max_length=80)),
                ("decided_by", models.CharField(blank=True, default="", max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.TextField(blank=True, default="")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.storedfile",
                    ),
                ),
                (
                    "list_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="redblack.listtype"
                    ),
                ),
            ],
            options={
                "verbose_name": "名单接收版本",
            },
        ),
        migrations.CreateModel(
            name="Doubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_id", models.SmallIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("rev_from", models.BigIntegerField()),
                ("rev_to", models.BigIntegerField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="redblack.entry",
                    ),
                ),
                (
                    "list_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doubts", to="redblack.listversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "待确认",
            },
        ),
        migrations.CreateModel(
            name="Proceeding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("listing", "本平台办理列入"),
                            ("registered", "登记已作出的决定"),
                            ("honour", "守信激励对象认定"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "拟列入"),
                            ("noticed", "已告知，待送达"),
                            ("served", "陈述、申辩"),
                            ("publicised", "公示中"),
                            ("submitted", "待决定"),
                            ("decided", "已列入"),
                            ("dropped", "不予列入"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                (
                    "record_id",
                    models.BigIntegerField(blank=True, help_text="the collected record that it rests on", null=True),
                ),
                ("ground", models.CharField(help_text="列入事由", max_length=1000)),
                ("facts", models.TextField(blank=True, default="")),
                ("legal_basis", models.TextField(blank=True, default="")),
                (
                    "measures_told",
                    models.TextField(blank=True, default="", help_text="失信惩戒措施提示, as the notice states it"),
                ),
                ("exit_route", models.TextField(blank=True, default="", help_text="移出条件和程序")),
                ("remedies", models.TextField(blank=True, default="", help_text="救济途径")),
                ("grade", models.CharField(blank=True, default="", max_length=10)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                (
                    "responsible_persons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("notice_no", models.CharField(blank=True, default="", max_length=120)),
                ("notice_made_on", models.DateField(blank=True, null=True)),
                ("notice_served_on", models.DateField(blank=True, null=True)),
                ("served_way", models.CharField(blank=True, default="", max_length=10)),
                ("statement_due_on", models.DateField(blank=True, null=True)),
                (
                    "due_provisional",
                    models.BooleanField(default=False, help_text="rests on a year without a calendar notice"),
                ),
                ("publicised_from", models.DateField(blank=True, null=True)),
                ("publicised_until", models.DateField(blank=True, null=True)),
                ("decision_no", models.CharField(blank=True, default="", max_length=120)),
                ("authority", models.CharField(blank=True, default="", max_length=200)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_until", models.DateField(blank=True, null=True)),
                ("drafted_by", models.CharField(max_length=80)),
                ("drafted_at", models.DateTimeField()),
                ("submitted_by", models.CharField(blank=True, default="", max_length=80)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome_reason",
                    models.TextField(blank=True, default="", help_text="why it was sent back or dropped"),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceeding",
                        to="redblack.entry",
                    ),
                ),
                (
                    "list_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="redblack.listtype"
                    ),
                ),
            ],
            options={
                "verbose_name": "列入办理",
            },
        ),
        migrations.CreateModel(
            name="PeriodChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(choices=[("stop", "中止"), ("extend", "延长")], max_length=10)),
                ("from_day", models.DateField()),
                (
                    "until_day",
                    models.DateField(blank=True, help_text="last day of a stop; null: it still stands", null=True),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, help_text="working days added", null=True)),
                ("reason", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="period_changes",
                        to="redblack.proceeding",
                    ),
                ),
            ],
            options={
                "verbose_name": "期限变更",
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("事实材料", "事实材料"),
                            ("列入事先告知书", "列入事先告知书"),
                            ("送达回证", "送达回证"),
                            ("列入决定书", "列入决定书"),
                            ("移出决定书", "移出决定书"),
                            ("名单退出公告", "名单退出公告"),
                            ("消除影响声明", "消除影响声明"),
                            ("其他", "其他"),
                        ],
                        max_length=20,
                    ),
                ),
                ("added_by", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="redblack.entry",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="redblack.proceeding",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理文书",
            },
        ),
        migrations.CreateModel(
            name="RecogniserTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(help_text="entry:12 or record:7", max_length=60)),
                ("cause_text", models.CharField(help_text="what the recogniser reads", max_length=500)),
                ("raised_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("due_provisional", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("removed", "移出"), ("kept", "保留")], default="", max_length=10
                    ),
                ),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_by", models.CharField(blank=True, default="", max_length=80)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recogniser_tasks",
                        to="redblack.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "激励对象复核任务",
            },
        ),
        migrations.CreateModel(
            name="Rehabilitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_no", models.CharField(blank=True, default="", max_length=120)),
                ("text", models.TextField()),
                ("published_on", models.DateField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehabilitation",
                        to="redblack.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "消除影响声明",
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待决定"), ("decided", "已移出"), ("dropped", "不予移出")],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("期满移出", "期满移出"),
                            ("提前移出", "提前移出"),
                            ("撤销列入", "撤销列入"),
                            ("更正", "更正"),
                        ],
                        max_length=10,
                    ),
                ),
                ("document_no", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                ("released_on", models.DateField()),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, default="", max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("outcome_reason", models.TextField(blank=True, default="")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="removals", to="redblack.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "移出办理",
            },
        ),
        migrations.CreateModel(
            name="StagedEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row_number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=300)),
                ("code", models.CharField(blank=True, max_length=40)),
                (
                    "person_ct",
                    models.TextField(blank=True, default="", help_text="a natural person's name and number, sealed"),
                ),
                ("subject_id", models.BigIntegerField(blank=True, null=True)),
                ("document_no", models.CharField(blank=True, max_length=120)),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("ground", models.CharField(blank=True, max_length=1000)),
                ("legal_basis", models.TextField(blank=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_until", models.DateField(blank=True, null=True)),
                ("exit_route", models.TextField(blank=True)),
                ("performance", models.CharField(blank=True, max_length=60)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, default="", help_text="added kept changed lost refused twice", max_length=10
                    ),
                ),
                ("problem", models.TextField(blank=True, default="")),
                (
                    "entry_id",
                    models.BigIntegerField(blank=True, help_text="the open entry of the same decision", null=True),
                ),
                (
                    "list_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staged", to="redblack.listversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "待比对名单行",
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_on", models.DateField()),
                ("way", models.CharField(help_text="书面 / 口头 / 听证", max_length=20)),
                ("text_ct", models.TextField(help_text="sealed")),
                ("accepted", models.BooleanField(help_text="采纳; null: not yet answered", null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="redblack.proceeding",
                    ),
                ),
            ],
            options={
                "verbose_name": "陈述申辩",
            },
        ),
        migrations.CreateModel(
            name="ListTypeEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("in_review", "待审核"),
                            ("published", "已发布"),
                            ("discarded", "已作废"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField()),
                ("drafted_by", models.CharField(max_length=80)),
                ("drafted_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_by", models.CharField(blank=True, default="", max_length=80)),
                ("review_note", models.TextField(blank=True, default="")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "list_type",
                    models.ForeignKey(
                        blank=True,
                        help_text="null: new",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="redblack.listtype",
                    ),
                ),
            ],
            options={
                "verbose_name": "名单类型版本",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="redblack_edition_once_per_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review"])),
                        fields=("code",),
                        name="redblack_edition_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "discarded"])),
                        name="redblack_edition_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", False), ("state", "published")),
                            models.Q(models.Q(("state", "published"), _negated=True), ("published_at", None)),
                            _connector="OR",
                        ),
                        name="redblack_edition_published_iff_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                models.Q(("reviewed_by", ""), _negated=True),
                                models.Q(
                                    models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                                    ("drafted_by__startswith", "system:"),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="redblack_edition_published_by_another",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["discarded", "refused"]), _negated=True),
                fields=("list_type", "version"),
                name="redblack_listversion_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["staging", "held"])),
                fields=("list_type",),
                name="redblack_listversion_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["staging", "held", "applied", "discarded", "refused"])),
                name="redblack_listversion_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", ""),
                    models.Q(("decided_by", models.F("sent_by")), _negated=True),
                    ("sent_by__startswith", "system:"),
                    _connector="OR",
                ),
                name="redblack_listversion_released_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="doubt",
            index=models.Index(
                condition=models.Q(("rev_to", None)), fields=["subject_id"], name="redblack_doubt_current"
            ),
        ),
        migrations.AddIndex(
            model_name="doubt",
            index=models.Index(fields=["subject_id", "rev_from"], name="redblack_doubt_history"),
        ),
        migrations.AddConstraint(
            model_name="doubt",
            constraint=models.CheckConstraint(
                condition=models.Q(("rev_to", None), ("rev_to__gt", models.F("rev_from")), _connector="OR"),
                name="redblack_doubt_revisions_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["department", "state", "-id"], name="redblack_proc_of_department"),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["subject_id"], name="redblack_proc_of_subject"),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["drafted", "noticed", "publicised", "served", "submitted"])),
                fields=("list_type", "subject_id"),
                name="redblack_proceeding_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(("track__in", ["listing", "registered", "honour"])),
                name="redblack_proceeding_track_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["drafted", "noticed", "served", "publicised", "submitted", "decided", "dropped"])
                ),
                name="redblack_proceeding_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("state", "decided")),
                    models.Q(models.Q(("state", "decided"), _negated=True), ("entry", None)),
                    _connector="OR",
                ),
                name="redblack_proceeding_decided_iff_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "decided"), _negated=True),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("drafted_by")), _negated=True),
                        models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="redblack_proceeding_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("track", "listing"), _negated=True),
                    ("state__in", ["drafted", "noticed", "dropped"]),
                    models.Q(
                        ("notice_served_on__isnull", False),
                        ("statement_due_on__isnull", False),
                        models.Q(("served_way", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="redblack_proceeding_served_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(("served_way__in", ["", "直接", "邮寄", "留置", "电子", "公告"])),
                name="redblack_proceeding_served_way_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_day", None), ("what", "stop")),
                fields=("proceeding",),
                name="redblack_periodchange_one_open_stop",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_day", None), ("until_day__gte", models.F("from_day")), _connector="OR"),
                name="redblack_periodchange_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry", None), ("proceeding__isnull", False)),
                    models.Q(("entry__isnull", False), ("proceeding", None)),
                    _connector="OR",
                ),
                name="redblack_paper_of_proceeding_or_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="recognisertask",
            constraint=models.UniqueConstraint(
                fields=("entry", "cause"), name="redblack_recognisertask_once_per_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="recognisertask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("outcome", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("outcome__in", ["removed", "kept"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="redblack_recognisertask_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("entry",),
                name="redblack_removal_one_open_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "proposed"),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(
                            ("state", "dropped"),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="redblack_removal_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document_no", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                ),
                name="redblack_removal_states_document_and_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="stagedentry",
            index=models.Index(fields=["list_version", "outcome", "row_number"], name="redblack_staged_by_outcome"),
        ),
        migrations.AddConstraint(
            model_name="stagedentry",
            constraint=models.UniqueConstraint(fields=("list_version", "row_number"), name="redblack_staged_once"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", None), ("answer", ""), ("answered_on", None)),
                    models.Q(
                        ("accepted__isnull", False),
                        ("answered_on__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="redblack_statement_answer_is_whole",
            ),
        ),
    ]

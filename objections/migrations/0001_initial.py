"""Objections with their clocks, pauses and papers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_client_approval"),
        ("office", "0006_messages_by_sms"),
        ("redblack", "0013_what_is_sent"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("data", "数据有误"),
                            ("over_term", "超期公示或者超期限保留"),
                            ("conditions", "不符合列入条件"),
                            ("wrong_subject", "主体错误（身份混同）"),
                            ("process", "程序瑕疵"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "网上提出"),
                            ("counter", "窗口代为提出"),
                            ("department", "部门发现"),
                            ("upstream", "信用中国转办"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[("entry", "名单条目"), ("record", "信用信息记录"), ("check", "核查结果")],
                        max_length=10,
                    ),
                ),
                ("record_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "receipt_number",
                    models.CharField(blank=True, default="", help_text="of the check that is meant", max_length=40),
                ),
                (
                    "other_subject_id",
                    models.BigIntegerField(blank=True, help_text="for whom the check took the subject", null=True),
                ),
                ("subject_id", models.BigIntegerField()),
                ("rules", models.CharField(help_text="the rule set that it was filed under", max_length=20)),
                ("claim_ct", models.TextField(help_text="sealed")),
                ("claim_digest", models.CharField(max_length=64)),
                ("contact_ct", models.TextField(blank=True, default="", help_text="sealed")),
                ("upstream_number", models.CharField(blank=True, default="", max_length=60)),
                ("upstream_client_id", models.BigIntegerField(blank=True, null=True)),
                ("forwarded_to", models.CharField(blank=True, default="", max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filed", "待受理"),
                            ("accepted", "已受理（已标注）"),
                            ("forwarded", "已转办提供单位"),
                            ("verifying", "核查中"),
                            ("proposed", "待审定"),
                            ("concluded", "已作结论"),
                            ("answered", "已答复"),
                            ("refused", "不予受理"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=12,
                    ),
                ),
                ("same_again", models.BooleanField(default=False)),
                ("rests", models.BooleanField(default=False)),
                (
                    "rests_reason",
                    models.TextField(
                        blank=True, default="", help_text="of a decision to let the measures rest, or not"
                    ),
                ),
                ("filed_by", models.CharField(max_length=80)),
                ("filed_at", models.DateTimeField()),
                ("filed_on", models.DateField()),
                ("accepted_by", models.CharField(blank=True, default="", max_length=80)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("forwarded_at", models.DateTimeField(blank=True, null=True)),
                ("verified_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("维持", "维持"),
                            ("更正", "更正"),
                            ("补充", "补充"),
                            ("停止公示", "停止公示"),
                            ("移出", "移出"),
                            ("删除", "删除"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("finding", models.TextField(blank=True, default="", help_text="核查情况 and reasons")),
                ("basis", models.TextField(blank=True, default="")),
                ("changes", models.JSONField(blank=True, default=dict, help_text="field -> what it is to say")),
                (
                    "document_no",
                    models.CharField(blank=True, default="", help_text="of the paper that orders it", max_length=120),
                ),
                ("statement", models.TextField(blank=True, default="", help_text="消除影响声明, where one is due")),
                ("two_persons", models.BooleanField(default=False)),
                ("proposed_by", models.CharField(blank=True, default="", max_length=80)),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("concluded_by", models.CharField(blank=True, default="", max_length=80)),
                ("concluded_at", models.DateTimeField(blank=True, null=True)),
                ("answer_no", models.CharField(blank=True, default="", max_length=120)),
                (
                    "answer_code",
                    models.CharField(
                        blank=True, default="", help_text="on the paper, for verification", max_length=16
                    ),
                ),
                ("answered_by", models.CharField(blank=True, default="", max_length=80)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_reason",
                    models.TextField(
                        blank=True, default="", help_text="why it was refused or withdrawn, or sent back"
                    ),
                ),
                ("due_on", models.DateField(blank=True, help_text="the nearest of its open clocks", null=True)),
                ("due_provisional", models.BooleanField(default=False)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
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
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "review_of",
                    models.OneToOneField(
                        blank=True,
                        help_text="复核: once",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="objections.objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("mark", "受理并标注"),
                            ("forward", "转办提供单位"),
                            ("own", "核查处理"),
                            ("provider", "提供单位核查"),
                            ("whole", "全部办结"),
                            ("reply", "核查后答复"),
                        ],
                        max_length=10,
                    ),
                ),
                ("began_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("natural", models.BooleanField(default=False)),
                ("more", models.PositiveSmallIntegerField(default=0, help_text="days by which it was extended")),
                ("more_reason", models.CharField(blank=True, default="", max_length=500)),
                ("source", models.CharField(max_length=200)),
                ("due_on", models.DateField()),
                (
                    "provisional",
                    models.BooleanField(default=False, help_text="rests on a year without a calendar notice"),
                ),
                ("met_on", models.DateField(blank=True, null=True)),
                ("escalated_on", models.DateField(blank=True, null=True)),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="objections.objection"
                    ),
                ),
            ],
            options={
                "verbose_name": "异议期限",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("举证材料", "举证材料"),
                            ("核查材料", "核查材料"),
                            ("异议处理答复书", "异议处理答复书"),
                            ("不予受理通知书", "不予受理通知书"),
                            ("异议核查转办函", "异议核查转办函"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("added_by", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.storedfile"
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="objections.objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议材料",
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins", models.DateField()),
                ("until", models.DateField()),
                ("why", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pauses", to="objections.objection"
                    ),
                ),
            ],
            options={
                "verbose_name": "不计入期限的时间",
            },
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["department", "due_on", "id"], name="objections_of_department"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["provider", "due_on", "id"], name="objections_of_provider"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["accepted", "concluded", "filed", "forwarded", "proposed", "verifying"])
                ),
                fields=["due_on", "id"],
                name="objections_open",
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["subject_id", "-id"], name="objections_of_subject"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=models.Q(("record_id__isnull", False)), fields=["record_id"], name="objections_of_record"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["data", "over_term", "conditions", "wrong_subject", "process"])),
                name="objections_objection_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["portal", "counter", "department", "upstream"])),
                name="objections_objection_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "filed",
                            "accepted",
                            "forwarded",
                            "verifying",
                            "proposed",
                            "concluded",
                            "answered",
                            "refused",
                            "withdrawn",
                        ],
                    )
                ),
                name="objections_objection_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rules__in",
                        [
                            "county_plan",
                            "credit_agency",
                            "henan",
                            "hunan_plan",
                            "ningjin",
                            "shandong",
                            "shanghai",
                            "shenzhen",
                            "xinzhou",
                            "zhejiang",
                        ],
                    )
                ),
                name="objections_objection_rules_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("entry__isnull", False), ("receipt_number", ""), ("record_id", None), ("target", "entry")
                    ),
                    models.Q(
                        ("entry", None), ("receipt_number", ""), ("record_id__isnull", False), ("target", "record")
                    ),
                    models.Q(
                        ("entry", None),
                        ("other_subject_id__isnull", False),
                        ("record_id", None),
                        ("target", "check"),
                        models.Q(("receipt_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objections_objection_against_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("entry__isnull", False),
                    ("state__in", ["accepted", "concluded", "filed", "forwarded", "proposed", "verifying"]),
                ),
                fields=("entry",),
                name="objections_objection_one_open_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("record_id__isnull", False),
                    ("state__in", ["accepted", "concluded", "filed", "forwarded", "proposed", "verifying"]),
                ),
                fields=("record_id",),
                name="objections_objection_one_open_per_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["accepted", "concluded", "filed", "forwarded", "proposed", "verifying"]),
                    models.Q(("receipt_number", ""), _negated=True),
                ),
                fields=("receipt_number", "subject_id", "other_subject_id"),
                name="objections_objection_one_open_per_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("upstream_number", ""), _negated=True),
                fields=("upstream_client_id", "upstream_number"),
                name="objections_objection_upstream_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("state__in", ["accepted", "forwarded", "proposed", "verifying", "concluded", "answered"]),
                        models.Q(("accepted_by", ""), _negated=True),
                    ),
                    models.Q(("accepted_at", None), ("state__in", ["filed", "refused"])),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="objections_objection_accepted_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("concluded_at__isnull", False),
                        ("state__in", ["concluded", "answered"]),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("finding", ""), _negated=True),
                        models.Q(("concluded_by", ""), _negated=True),
                    ),
                    models.Q(("state__in", ["concluded", "answered"]), _negated=True),
                    _connector="OR",
                ),
                name="objections_objection_concluded_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("two_persons", False),
                    ("concluded_by", ""),
                    models.Q(("concluded_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="objections_objection_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(("answered_at__isnull", False), models.Q(("answer_no", ""), _negated=True)),
                    _connector="OR",
                ),
                name="objections_objection_answered_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["refused", "withdrawn"]), _negated=True),
                    models.Q(("ended_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="objections_objection_ended_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("same_again", False), ("rests", False), _connector="OR"),
                name="objections_objection_same_again_rests_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("met_on", None)), fields=["due_on", "id"], name="objections_clock_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(fields=("objection", "what"), name="objections_clock_once"),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["mark", "forward", "own", "provider", "whole", "reply"])),
                name="objections_clock_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("began_on"))), name="objections_clock_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["举证材料", "核查材料", "异议处理答复书", "不予受理通知书", "异议核查转办函"])
                ),
                name="objections_attachment_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("objection", "kind", "sha256"), name="objections_attachment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("begins"))), name="objections_pause_in_order"
            ),
        ),
    ]

"""The ways to receivers that do not pull, and what was sent on them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("table", "写入对方数据库表"),
                            ("folder", "XML 文件（共享文件夹）"),
                            ("sftp", "XML 文件（SFTP）"),
                            ("webhook", "调用对方接口（REST）"),
                            ("soap", "调用对方接口（SOAP）"),
                        ],
                        max_length=10,
                    ),
                ),
                ("settings", models.JSONField(help_text="exchange.rules.channels.BOXES; no secret")),
                (
                    "secret_ct",
                    models.TextField(blank=True, default="", help_text="place exchange.channel:<id>:secret"),
                ),
                (
                    "pace",
                    models.CharField(
                        choices=[("at_once", "随时"), ("hourly", "每小时"), ("daily", "每天")], max_length=10
                    ),
                ),
                ("daily_at", models.TimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待核准"), ("approved", "已核准"), ("off", "已停用")], max_length=10
                    ),
                ),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.CharField(blank=True, default="", max_length=80)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("tested_well", models.BooleanField(default=False)),
                ("tested_said", models.TextField(blank=True, default="", help_text="in Chinese, no secret, no row")),
                ("sent_seq", models.BigIntegerField(default=0)),
                ("round_to", models.BigIntegerField(default=0)),
                ("round_at", models.DateTimeField(blank=True, null=True)),
                ("wants_full", models.BooleanField(default=False)),
                ("full_seq", models.BigIntegerField(default=0)),
                ("full_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_at",
                    models.DateTimeField(
                        blank=True, help_text="when the receiver's own state was last read", null=True
                    ),
                ),
                (
                    "asked_said",
                    models.TextField(blank=True, default="", help_text="what was wrong with it, in Chinese"),
                ),
                (
                    "subscription",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel",
                        to="exchange.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "推送方式",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["table", "folder", "sftp", "webhook", "soap"])),
                        name="exchange_channel_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "off"])),
                        name="exchange_channel_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("daily_at", None), ("pace__in", ["at_once", "hourly"])),
                            models.Q(("daily_at__isnull", False), ("pace", "daily")),
                            _connector="OR",
                        ),
                        name="exchange_channel_daily_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                models.Q(("approved_by", ""), _negated=True),
                                models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exchange_channel_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True), ("tested_well", True), _connector="OR"
                        ),
                        name="exchange_channel_approved_after_a_test",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("changes", "变更"), ("snapshot", "全量")], max_length=10)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_tried_at", models.DateTimeField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("dead_at", models.DateTimeField(blank=True, null=True)),
                ("count", models.BigIntegerField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=20)),
                ("last_error", models.TextField(blank=True, default="", help_text="in Chinese, no secret, no row")),
                ("resent_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "subscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "推送批次",
                "indexes": [
                    models.Index(fields=["subscription", "-id"], name="exchange_delivery_newest"),
                    models.Index(
                        condition=models.Q(("dead_at__isnull", False), ("done_at", None)),
                        fields=["-dead_at", "-id"],
                        name="exchange_delivery_dead",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("subscription",),
                        name="exchange_delivery_one_on_its_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["changes", "snapshot"])), name="exchange_delivery_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_seq__gte", 0), ("first_seq__lte", models.F("last_seq"))),
                        name="exchange_delivery_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dead_at", None), ("done_at", None), ("retry_at__isnull", False)),
                            models.Q(("dead_at__isnull", False), ("done_at", None), ("retry_at", None)),
                            models.Q(("dead_at", None), ("done_at__isnull", False), ("retry_at", None)),
                            _connector="OR",
                        ),
                        name="exchange_delivery_waits_or_is_over",
                    ),
                ],
            },
        ),
    ]

"""Subscriptions, the ledger of what each was told, what each holds and must give back."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

LEDGER = """
CREATE SEQUENCE exchange_ledgerrow_id_seq AS bigint;
CREATE TABLE exchange_ledgerrow (
  id bigint NOT NULL DEFAULT nextval('exchange_ledgerrow_id_seq'),
  subscription_id bigint NOT NULL,
  seq bigint NOT NULL,
  change varchar(6) NOT NULL CONSTRAINT exchange_ledgerrow_change_known CHECK (change IN ('upsert', 'remove')),
  entry_id bigint NOT NULL,
  list_code varchar(40) NOT NULL,
  revision bigint NOT NULL,
  standing bigint NOT NULL,
  content jsonb NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (made_at, id)
) PARTITION BY RANGE (made_at);
ALTER SEQUENCE exchange_ledgerrow_id_seq OWNED BY exchange_ledgerrow.id;
CREATE INDEX exchange_ledgerrow_in_order ON exchange_ledgerrow (subscription_id, seq);
CREATE TABLE exchange_ledgerrow_default PARTITION OF exchange_ledgerrow DEFAULT;
SELECT toolkit_make_month_partitions('exchange_ledgerrow', '2026-01-01', '2027-12-31');
CREATE FUNCTION exchange_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'exchange_ledgerrow is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER exchange_ledgerrow_append_only BEFORE UPDATE OR DELETE ON exchange_ledgerrow
  FOR EACH ROW EXECUTE FUNCTION exchange_ledger_is_append_only();
CREATE TRIGGER exchange_ledgerrow_no_truncate BEFORE TRUNCATE ON exchange_ledgerrow
  FOR EACH STATEMENT EXECUTE FUNCTION exchange_ledger_is_append_only();
SELECT toolkit_guard_partitions('exchange_ledgerrow');
"""
UNDO = "DROP TABLE exchange_ledgerrow; DROP FUNCTION exchange_ledger_is_append_only();"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_client_origins"),
        ("collection", "0002_published"),
        ("redblack", "0013_what_is_sent"),
        ("toolkit", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LEDGER, UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="LedgerRow",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("subscription_id", models.BigIntegerField()),
                        ("seq", models.BigIntegerField()),
                        (
                            "change",
                            models.CharField(choices=[("upsert", "列入或变更"), ("remove", "撤回")], max_length=6),
                        ),
                        ("entry_id", models.BigIntegerField()),
                        ("list_code", models.CharField(max_length=40)),
                        ("revision", models.BigIntegerField()),
                        ("standing", models.BigIntegerField()),
                        ("content", models.JSONField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "推送台账",
                        "indexes": [
                            models.Index(fields=["subscription_id", "seq"], name="exchange_ledgerrow_in_order")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("change__in", ["upsert", "remove"])),
                                name="exchange_ledgerrow_change_known",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "lists",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), help_text="codes of list types", size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), help_text="kinds of subject", size=None
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        blank=True, default="", help_text="division of the subject; empty: all", max_length=6
                    ),
                ),
                ("purpose", models.CharField(help_text="which statutory task needs it", max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待开通"),
                            ("active", "推送中"),
                            ("paused", "已暂停"),
                            ("refused", "不予开通"),
                            ("ended", "已停止"),
                        ],
                        max_length=10,
                    ),
                ),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_at", models.DateTimeField()),
                ("opened_by", models.CharField(blank=True, default="", max_length=80)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("last_seq", models.BigIntegerField(default=0)),
                ("standing", models.BigIntegerField(default=0)),
                ("pulled_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_seq", models.BigIntegerField(default=0)),
                ("confirmed_count", models.BigIntegerField(default=0)),
                ("expected_count", models.BigIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.clientsystem"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
            ],
            options={
                "verbose_name": "推送订阅",
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("entry_id", models.BigIntegerField()),
                ("list_code", models.CharField(max_length=40)),
                (
                    "why",
                    models.CharField(
                        choices=[("left", "已移出，停止使用并解除措施"), ("suspended", "存在异议，措施暂不执行")],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "provisional",
                    models.BooleanField(default=False, help_text="rests on a year whose holiday notice is not out"),
                ),
                (
                    "chased_on",
                    models.DateField(blank=True, help_text="when its department was last reminded", null=True),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "联动解除",
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_id", models.SmallIntegerField()),
                ("revision", models.BigIntegerField()),
                ("as_of", models.DateField(blank=True, null=True)),
                ("closed", models.BooleanField(default=False)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="exchange.subscription",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField()),
                ("source_id", models.SmallIntegerField()),
                ("seq", models.BigIntegerField()),
                ("present", models.BooleanField()),
                ("suspended", models.BooleanField(default=False, help_text="was told that its measures rest")),
                ("digest", models.UUIDField(help_text="of what was told")),
                ("told_at", models.DateTimeField(help_text="made_at of that row")),
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
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["department", "-id"], name="exchange_subscription_of_dept"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["ended", "refused"]), _negated=True),
                fields=("department", "name"),
                name="exchange_subscription_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "active", "paused", "refused", "ended"])),
                name="exchange_subscription_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("kinds__len__gt", 0), ("lists__len__gt", 0)),
                name="exchange_subscription_asks_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("kinds__contains", ["natural_person"]), _negated=True),
                name="exchange_subscription_no_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "refused"]),
                    models.Q(
                        models.Q(("opened_by", ""), _negated=True),
                        models.Q(("opened_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exchange_subscription_opened_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_seq__lte", models.F("last_seq"))),
                name="exchange_subscription_confirms_what_was_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_count__gte", 0), ("standing__gte", 0)),
                name="exchange_subscription_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)),
                fields=["subscription", "seq"],
                name="exchange_recall_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)), fields=["due_on", "id"], name="exchange_recall_by_due"
            ),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(fields=["entry_id"], name="exchange_recall_of_entry"),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.UniqueConstraint(fields=("subscription", "seq"), name="exchange_recall_once_per_row"),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["left", "suspended"])), name="exchange_recall_why_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(fields=("subscription", "source_id"), name="exchange_position_once"),
        ),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(fields=["entry_id"], name="exchange_holding_of_entry"),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(fields=("subscription", "entry_id"), name="exchange_holding_once"),
        ),
    ]

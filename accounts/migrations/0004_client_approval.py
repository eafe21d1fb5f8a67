"""Client systems asked for and approved by two, with networks and quotas; what each called of a day."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_client_origins"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ClientDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("calls", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
                ("minute", models.BigIntegerField(default=0, help_text="since 1970")),
                (
                    "granted",
                    models.PositiveIntegerField(default=0, help_text="of this minute's quota, to all processes"),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("used_from", models.CharField(blank=True, default="", max_length=45)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, default="", max_length=60)),
                ("refused_from", models.CharField(blank=True, default="", max_length=45)),
            ],
        ),
        migrations.CreateModel(
            name="ClientProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("purpose", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=100)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6), blank=True, default=list, size=None
                    ),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=43), blank=True, default=list, size=None
                    ),
                ),
                ("per_minute", models.PositiveIntegerField(blank=True, null=True)),
                ("per_day", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待审批"), ("approved", "已批准"), ("declined", "未批准")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_by", models.CharField(help_text="Actor.key", max_length=60)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, default="", max_length=60)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("remark", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="addresses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=43),
                blank=True,
                db_default=[],
                default=list,
                help_text="networks (CIDR) that it may call from; empty: any",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="contact",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="per_day",
            field=models.PositiveIntegerField(
                blank=True, help_text="calls taken on a legal day; null: any", null=True
            ),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="per_minute",
            field=models.PositiveIntegerField(blank=True, help_text="calls taken in a minute; null: any", null=True),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="purpose",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="suspended_at",
            field=models.DateTimeField(blank=True, help_text="it may come back; then not active", null=True),
        ),
        migrations.AddField(
            model_name="clientsystem",
            name="suspended_for",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddConstraint(
            model_name="clientsystem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suspended_at", None), ("suspended_for", "")),
                    models.Q(
                        ("active", False),
                        ("suspended_at__isnull", False),
                        models.Q(("suspended_for", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="accounts_clientsystem_suspended_is_not_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientsystem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("per_minute", None), ("per_minute__gt", 0), _connector="OR"),
                    models.Q(("per_day", None), ("per_day__gt", 0), _connector="OR"),
                ),
                name="accounts_clientsystem_quotas_above_zero",
            ),
        ),
        migrations.AddIndex(
            model_name="clientday",
            index=models.Index(fields=["day"], name="accounts_clientday_day"),
        ),
        migrations.AddConstraint(
            model_name="clientday",
            constraint=models.UniqueConstraint(fields=("client_id", "day"), name="accounts_clientday_once"),
        ),
        migrations.AddField(
            model_name="clientproposal",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="accounts.clientsystem",
            ),
        ),
        migrations.AddField(
            model_name="clientproposal",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "approved", "declined"])),
                name="accounts_clientproposal_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", ""), ("state", "proposed")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        models.Q(("decided_by", ""), _negated=True),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="accounts_clientproposal_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("remark", ""), _negated=True),
                    _connector="OR",
                ),
                name="accounts_clientproposal_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), ("client__isnull", False), _connector="OR"
                ),
                name="accounts_clientproposal_approved_has_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("code",),
                name="accounts_clientproposal_one_open_per_code",
            ),
        ),
        # a row is written some times a second: what it was before stays on the same page (HOT)
        migrations.RunSQL("ALTER TABLE accounts_clientday SET (fillfactor = 40)", migrations.RunSQL.noop),
    ]

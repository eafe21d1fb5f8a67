import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Draws of organisations from a roster; a timetable in words in place of a cadence."""

    dependencies = [
        ("screening", "0011_finished_matters"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="RosterDraw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("algorithm", models.CharField(max_length=40)),
                ("seed", models.CharField(max_length=64)),
                ("wanted_number", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "wanted_share",
                    models.DecimalField(blank=True, decimal_places=2, help_text="per cent", max_digits=5, null=True),
                ),
                ("weights", models.JSONField()),
                ("graded_on", models.DateField()),
                ("participants", models.PositiveIntegerField(help_text="with a weight above 0")),
                ("exempt", models.PositiveIntegerField(default=0, help_text="with weight 0")),
                ("left_out", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("file_id", models.BigIntegerField(help_text="code, grade and weight of each participant")),
                (
                    "state",
                    models.CharField(
                        choices=[("announced", "已公布种子，待抽取"), ("drawn", "已抽取"), ("dropped", "已作废")],
                        default="announced",
                        max_length=10,
                    ),
                ),
                ("announced_by", models.CharField(max_length=80)),
                ("announced_at", models.DateTimeField()),
                ("drawn_by", models.CharField(blank=True, default="", max_length=80)),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_by", models.CharField(blank=True, default="", max_length=80)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_reason", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "双随机抽取",
            },
        ),
        migrations.CreateModel(
            name="RosterDrawn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("code", models.CharField(max_length=18)),
                ("grade", models.CharField(blank=True, default="", max_length=10)),
                ("weight", models.PositiveSmallIntegerField()),
                ("mark", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "抽取结果",
            },
        ),
        migrations.RemoveConstraint(
            model_name="roster",
            name="screening_roster_cadence_is_whole",
        ),
        migrations.RemoveConstraint(
            model_name="roster",
            name="screening_roster_hour_is_of_a_day",
        ),
        migrations.RemoveField(
            model_name="roster",
            name="cadence",
        ),
        migrations.RemoveField(
            model_name="roster",
            name="cadence_day",
        ),
        migrations.RemoveField(
            model_name="roster",
            name="cadence_hour",
        ),
        migrations.AddField(
            model_name="roster",
            name="schedule",
            field=models.CharField(blank=True, default="", help_text="rules/schedules.py reads it", max_length=400),
        ),
        migrations.AddIndex(
            model_name="rosterfinding",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["open", "assigned", "snoozed"]), models.Q(("assignee", ""), _negated=True)
                ),
                fields=["assignee", "id"],
                name="screening_finding_mine",
            ),
        ),
        migrations.AddField(
            model_name="rosterdraw",
            name="roster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="screening.roster"
            ),
        ),
        migrations.AddField(
            model_name="rosterdrawn",
            name="draw",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="drawn", to="screening.rosterdraw"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterdraw",
            constraint=models.UniqueConstraint(fields=("roster", "number"), name="screening_rosterdraw_numbered"),
        ),
        migrations.AddConstraint(
            model_name="rosterdraw",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "announced")),
                fields=("roster",),
                name="screening_rosterdraw_one_announced",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("wanted_number__gt", 0), ("wanted_share", None)),
                    models.Q(("wanted_number", None), ("wanted_share__gt", 0), ("wanted_share__lte", 100)),
                    _connector="OR",
                ),
                name="screening_rosterdraw_wants_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(("participants__gt", 0)), name="screening_rosterdraw_has_participants"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drawn_at", None), ("dropped_at", None), ("state", "announced")),
                    models.Q(
                        ("drawn_at__gte", models.F("announced_at")),
                        ("drawn_at__isnull", False),
                        ("dropped_at", None),
                        ("state", "drawn"),
                    ),
                    models.Q(
                        ("drawn_at", None),
                        ("dropped_at__isnull", False),
                        ("state", "dropped"),
                        models.Q(("dropped_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="screening_rosterdraw_states",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterdrawn",
            constraint=models.UniqueConstraint(fields=("draw", "place"), name="screening_rosterdrawn_place_once"),
        ),
        migrations.AddConstraint(
            model_name="rosterdrawn",
            constraint=models.UniqueConstraint(fields=("draw", "code"), name="screening_rosterdrawn_drawn_once"),
        ),
        migrations.AddConstraint(
            model_name="rosterdrawn",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__regex", "^[0-9a-f]{64}$"), ("weight__gt", 0)),
                name="screening_rosterdrawn_mark_shape",
            ),
        ),
    ]

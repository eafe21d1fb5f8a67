"""Memoranda that a person has edited, which one replaces which; terms of two basic lists never overlap."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0003_editing"),
        ("office", "0005_one_constraint_knows_the_states"),
        ("redblack", "0004_overlaps_and_doubts"),  # btree_gist
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="basicmeasure",
            name="confirmed_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="basicmeasure",
            name="confirmed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="memorandum",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="memorandum",
            name="edited_by",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="empty: as it shipped", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="memorandum",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                help_text="an older one",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="measures.memorandum",
            ),
        ),
        migrations.AddConstraint(
            model_name="basiclist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_until", None),
                    models.Q(("effective_from__isnull", False), ("effective_until__gte", models.F("effective_from"))),
                    _connector="OR",
                ),
                name="measures_basiclist_term_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="basicmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by", ""), ("confirmed_on", None)),
                    models.Q(models.Q(("confirmed_by", ""), _negated=True), ("confirmed_on__isnull", False)),
                    _connector="OR",
                ),
                name="measures_basicmeasure_confirmed_iff_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="memorandum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", None), models.Q(("replaces", models.F("id")), _negated=True), _connector="OR"
                ),
                name="measures_memorandum_replaces_another",
            ),
        ),
        migrations.RunSQL(
            """ALTER TABLE measures_basiclist ADD CONSTRAINT measures_basiclist_no_overlap EXCLUDE USING gist (
                 (local::int) WITH =, daterange(effective_from, effective_until, '[]') WITH &&
               ) WHERE (effective_from IS NOT NULL)""",
            "ALTER TABLE measures_basiclist DROP CONSTRAINT measures_basiclist_no_overlap",
        ),
    ]

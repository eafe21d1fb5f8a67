"""A draft may be half written: what a published item must say is demanded of published items alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("measures", "0005_conditions_published"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="measureitem",
            name="measures_item_wording_known",
        ),
        migrations.RemoveConstraint(
            model_name="measureitem",
            name="measures_item_punishment_has_kind",
        ),
        migrations.AddField(
            model_name="measureitem",
            name="verb",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="of the article: must, may; rules/wording.py",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wording__in", ["依法应当", "依法可以", "可以提供", "供参考，自主决定"]),
                    models.Q(("rev_from", None), ("wording", "")),
                    _connector="OR",
                ),
                name="measures_item_wording_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", None), ("rev_from", None)),
                    models.Q(("kind", None), ("reward", True)),
                    models.Q(("kind__in", [1, 2, 3]), ("kind__isnull", False), ("reward", False)),
                    _connector="OR",
                ),
                name="measures_item_punishment_has_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rev_from", None),
                    models.Q(("kind", 3), ("wording", "供参考，自主决定")),
                    models.Q(
                        models.Q(("kind", None), models.Q(("kind", 3), _negated=True), _connector="OR"),
                        models.Q(("wording", "供参考，自主决定"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="measures_item_class_3_by_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb__in", ["", "must", "may"])), name="measures_item_verb_known"
            ),
        ),
    ]

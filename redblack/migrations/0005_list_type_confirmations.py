"""Which facts of a list type the credit office has confirmed, and which list a merged one went into."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("collection", "0009_returned_rows_that_are_over"),
        ("redblack", "0004_overlaps_and_doubts"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="listtype",
            name="confirmations",
            field=models.JSONField(blank=True, default=dict, help_text='fact -> {"by", "on", "was"}'),
        ),
        migrations.AddField(
            model_name="listtype",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                help_text="已并入: which list",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="redblack.listtype",
            ),
        ),
        migrations.AddConstraint(
            model_name="listtype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("legal_status", "已并入"), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="redblack_listtype_merged_is_over_and_elsewhere",
            ),
        ),
    ]

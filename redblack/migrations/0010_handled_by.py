"""Whoever had a hand in a proceeding does not decide it."""

import django.contrib.postgres.fields
from django.db import migrations, models

# Of what is still open: who heard, moved the period or handed a paper in, as far as the rows say it.
KNOWN = """
UPDATE redblack_proceeding p SET handled_by = ARRAY(
  SELECT "by" FROM redblack_statement WHERE proceeding_id = p.id
  UNION SELECT "by" FROM redblack_periodchange WHERE proceeding_id = p.id
  UNION SELECT added_by FROM redblack_paper WHERE proceeding_id = p.id
) WHERE state NOT IN ('decided', 'dropped')
"""


class Migration(migrations.Migration):
    dependencies = [("redblack", "0009_released_entries")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="proceeding",
            name="handled_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), blank=True, default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "decided"), _negated=True),
                    models.Q(("handled_by__contains", [models.F("decided_by")]), _negated=True),
                    _connector="OR",
                ),
                name="redblack_proceeding_decided_by_no_handler",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

"""Queues read in their order; the authority of an entry stands at the objection against it."""

import django.db.models.deletion
from django.db import migrations, models

AUTHORITIES = """
UPDATE objections_objection o SET authority_department_id = e.authority_department_id
FROM redblack_entry e WHERE e.id = o.entry_id AND e.authority_department_id IS NOT NULL"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("objections", "0001_initial"),
        ("redblack", "0013_what_is_sent"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="objection",
            name="authority_department",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="whose entry it is about; it may read the objection",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
            ),
        ),
        migrations.RunSQL(AUTHORITIES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["authority_department", "due_on", "id"], name="objections_of_authority"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["filed_by", "id"], name="objections_filed_by"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["filed_on", "id"], name="objections_by_day"),
        ),
    ]

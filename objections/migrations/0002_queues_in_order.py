"""Queues read in their order; the authority of an entry stands at the objection against it."""

import django.db.models.deletion
from django.db import migrations, models


def state_authorities(apps, schema_editor):
    """In one statement: objections are few, and nothing else waits for them."""
    entries = apps.get_model("redblack", "Entry").objects.filter(pk=models.OuterRef("entry_id"))
    authority = models.Subquery(entries.values("authority_department_id")[:1])
    objections = apps.get_model("objections", "Objection").objects.exclude(entry=None)
    objections.update(authority_department_id=authority)


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
        migrations.RunPython(state_authorities, migrations.RunPython.noop),
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

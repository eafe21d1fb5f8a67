"""An accepted objection marks a record, and every trigger that a check reads of it."""

from django.db import migrations, models
from django.db.models import Q

VIEW = """
CREATE OR REPLACE VIEW collection_pub_trigger AS
  SELECT source_id, record_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         responsible, own_term, rev_from, rev_to, grade, amount, disputed_on, suspended
  FROM collection_trigger;
"""
BEFORE = """
DROP VIEW collection_pub_trigger;
CREATE VIEW collection_pub_trigger AS
  SELECT source_id, record_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         responsible, own_term, rev_from, rev_to, grade, amount
  FROM collection_trigger;
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0015_revisions_of_sources")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="trigger",
            name="disputed_on",
            field=models.DateField(blank=True, help_text="since when an accepted objection marks it", null=True),
        ),
        migrations.AddField(
            model_name="trigger",
            name="suspended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=Q(suspended=False) | Q(disputed_on__isnull=False, own_term=False),
                name="collection_trigger_suspended_only_if_disputed",
            ),
        ),
        migrations.CreateModel(
            name="RecordDispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id", models.BigIntegerField()),
                ("ground", models.CharField(max_length=20)),
                ("marked_on", models.DateField()),
                ("suspended", models.BooleanField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "verbose_name": "记录异议标注",
                "indexes": [models.Index(fields=["record_id"], name="collection_recorddispute_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_on=None), fields=("record_id",), name="collection_recorddispute_one_open"
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
                        name="collection_recorddispute_ended_iff_outcome",
                    ),
                ],
            },
        ),
        migrations.RunSQL(VIEW, BEFORE),
    ]

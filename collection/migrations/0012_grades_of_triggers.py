"""A check reads the grade and the amount of a record; a record remembers since when what it raised is lifted."""

from django.db import migrations, models

VIEW = """
CREATE OR REPLACE VIEW collection_pub_trigger AS
  SELECT source_id, record_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         responsible, own_term, rev_from, rev_to, grade, amount
  FROM collection_trigger;
"""
BEFORE = """
DROP VIEW collection_pub_trigger;
CREATE VIEW collection_pub_trigger AS
  SELECT source_id, record_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         responsible, own_term, rev_from, rev_to
  FROM collection_trigger;
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0011_senders_are_told")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="trigger",
            name="grade",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="轻微 / 一般 / 严重", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="trigger",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, help_text="元", max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="record",
            name="ended_on",
            field=models.DateField(
                blank=True, help_text="since when all it raised is lifted, but for terms of their own", null=True
            ),
        ),
        migrations.RunSQL(VIEW, BEFORE),
    ]

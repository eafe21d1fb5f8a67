"""What the register said of each source at each of its revisions, so that a replay judges by the limit of then."""

import django.db.models.deletion
from django.db import migrations, models

# What was registered before this is taken as having always been said so; a retirement knows its revision.
FILL = """
INSERT INTO collection_sourcefacts (source_id, name, kind, authority, freshness_days, retired, rev_from, rev_to)
  SELECT id, name, kind, authority, freshness_days, false, 0, retired_from FROM collection_source
  UNION ALL
  SELECT id, name, kind, authority, freshness_days, true, retired_from, NULL FROM collection_source
  WHERE retired_from IS NOT NULL;
"""
VIEW = """
CREATE VIEW collection_pub_source_facts AS
  SELECT source_id, name, kind, authority, freshness_days, retired, rev_from, rev_to FROM collection_sourcefacts;
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0013_one_index_by_subject")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="SourceFacts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=10)),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("freshness_days", models.PositiveIntegerField(blank=True, null=True)),
                ("retired", models.BooleanField()),
                ("rev_from", models.BigIntegerField()),
                ("rev_to", models.BigIntegerField(blank=True, null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="collection.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "来源登记内容",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("rev_to", None)),
                        fields=("source",),
                        name="collection_sourcefacts_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rev_to", None), ("rev_to__gt", models.F("rev_from")), _connector="OR"),
                        name="collection_sourcefacts_revisions_in_order",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FILL + VIEW, "DROP VIEW collection_pub_source_facts;"),
    ]

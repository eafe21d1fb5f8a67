"""The revisions of the sources alone: what a check asks every time, without the versions beside them."""

from django.db import migrations

SQL = "CREATE VIEW collection_pub_source_revision AS SELECT id, revision FROM collection_source;"


class Migration(migrations.Migration):
    dependencies = [("collection", "0014_facts_of_sources")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(SQL, "DROP VIEW collection_pub_source_revision;"),
    ]

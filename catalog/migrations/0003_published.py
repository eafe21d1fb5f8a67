"""Published relations of catalog: what other rooms may read in SQL."""

from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';
CREATE VIEW catalog_pub_version AS
  SELECT v.id, v.item_id, i.code, v.number, v.name, v.state, v.published_on, v.withdrawn_on
  FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_versions_with_a_life")]
    operations = [migrations.RunSQL(SQL, "DROP VIEW catalog_pub_version;")]

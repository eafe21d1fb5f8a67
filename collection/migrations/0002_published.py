"""Published relations of collection: what other rooms may read in SQL, and the one definition of "in force"."""

from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';

-- In force on a day: begun, not past its last day, not released on or before that day. Terms are inclusive.
-- The single definition for the check, the roster and every later evaluator (design 3). Inlined by the planner.
CREATE FUNCTION collection_pub_in_force(valid_from date, valid_until date, released_on date, as_of date)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT valid_from <= as_of
     AND (valid_until IS NULL OR valid_until >= as_of)
     AND (released_on IS NULL OR released_on > as_of)
$$;

CREATE VIEW collection_pub_registry AS
  SELECT coalesce((SELECT revision FROM collection_registry WHERE id), 0) AS revision;

CREATE VIEW collection_pub_source AS
  SELECT s.id, s.code, s.name, s.kind, s.authority, s.freshness_days, s.revision,
         l.version, l.loaded_at, l.rows, coalesce(l.held, false) AS held, s.retired_from
  FROM collection_source s
  LEFT JOIN collection_sourceload l ON l.source_id = s.id AND l.rev_to IS NULL;

CREATE VIEW collection_pub_source_history AS
  SELECT source_id, version, loaded_at, rows, held, rev_from, rev_to FROM collection_sourceload;

CREATE VIEW collection_pub_trigger AS
  SELECT source_id, record_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         responsible, own_term, rev_from, rev_to
  FROM collection_trigger;
"""
UNDO = """
DROP VIEW collection_pub_trigger, collection_pub_source_history, collection_pub_source, collection_pub_registry;
DROP FUNCTION collection_pub_in_force(date, date, date, date);
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]

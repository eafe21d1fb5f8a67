from django.db import migrations

# Every character and every two neighbours of a key, without 有限公司, which nearly all have: kernel.names.grams.
GRAMS = """
CREATE FUNCTION subjects_grams(key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  found text[] := '{}';
  before text := ' ';
  one text;
BEGIN
  IF replace(key, '有限公司', '') = '' THEN RETURN found; END IF;
  FOREACH one IN ARRAY string_to_array(replace(key, '有限公司', ' '), NULL) LOOP
    IF one <> ' ' THEN
      found := found || one;
      IF before <> ' ' THEN found := found || (before || one); END IF;
    END IF;
    before := one;
  END LOOP;
  RETURN found;
END $$
"""
# The names that have all grams of one of the sets (grams parted by a space): the shortest of each, `most` at most.
# The plan is made once for all: whether a set is worth asking is decided outside, by how common its grams are.
NAMES_WITH = """
CREATE FUNCTION subjects_names_with(sets text[], most int)
RETURNS TABLE (subject_id bigint, name text, key text, kind varchar)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT ON (f.id) f.subject_id, f.name, f.key, f.kind
  FROM unnest(sets) AS asked(grams), LATERAL (
    SELECT few.* FROM (
      SELECT n.id, n.subject_id, n.name, n.key, n.kind FROM subjects_name n
      WHERE subjects_grams(n.key) @> string_to_array(asked.grams, ' ') AND n.rev_to IS NULL LIMIT 5 * most) few
    ORDER BY length(few.key) LIMIT most) f
  ORDER BY f.id;
END $$
"""
OLD_GRAMS = """
CREATE FUNCTION subjects_bigrams(key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE found text[] := '{}';
BEGIN
  FOR i IN 1 .. greatest(length(key) - 1, least(length(key), 1)) LOOP
    found[i] := substr(key, i, 2);
  END LOOP;
  RETURN found;
END $$
"""
INDEX = """CREATE INDEX CONCURRENTLY {name} ON subjects_name USING gin ({function}(key)) WHERE rev_to IS NULL"""
SQL = [
    "SET lock_timeout = '5s'",
    GRAMS,
    "DROP INDEX CONCURRENTLY IF EXISTS subjects_name_by_grams",  # a half-made one of a run that was stopped
    INDEX.format(name="subjects_name_by_grams", function="subjects_grams"),
    # the commonest grams are read from the index's statistics (subjects.selectors.search): three thousand of them
    "ALTER INDEX subjects_name_by_grams ALTER COLUMN 1 SET STATISTICS 300",
    NAMES_WITH,
    "DROP INDEX CONCURRENTLY subjects_name_by_bigrams",
    "DROP FUNCTION subjects_bigrams(text)",
    "RESET lock_timeout",
]
UNDO = [
    "SET lock_timeout = '5s'",
    OLD_GRAMS,
    INDEX.format(name="subjects_name_by_bigrams", function="subjects_bigrams"),
    "DROP FUNCTION subjects_names_with(text[], int)",
    "DROP INDEX CONCURRENTLY subjects_name_by_grams",
    "DROP FUNCTION subjects_grams(text)",
    "RESET lock_timeout",
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("subjects", "0002_search_views_guards")]
    operations = [migrations.RunSQL(SQL, UNDO)]

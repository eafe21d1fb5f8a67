from django.db import migrations

SQL = """
-- one row at most; only read when DEMO is on
CREATE TABLE toolkit_demo_clock (id boolean PRIMARY KEY DEFAULT true CHECK (id), shift interval NOT NULL);

-- Month partitions of a table partitioned BY RANGE on a timestamptz column, in Shanghai days. Returns how many were made.
CREATE FUNCTION toolkit_make_month_partitions(parent text, first date, last date) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE m date := date_trunc('month', first)::date; made int := 0; child text;
BEGIN
  WHILE m <= last LOOP
    child := parent || to_char(m, '_YYYYMM');
    IF to_regclass(child) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
        m::text || ' 00:00:00+08', (m + interval '1 month')::date::text || ' 00:00:00+08');
      made := made + 1;
    END IF;
    m := (m + interval '1 month')::date;
  END LOOP;
  PERFORM toolkit_guard_partitions(parent);
  RETURN made;
END $$;

-- Row triggers pass on to partitions by themselves, TRUNCATE triggers do not: copies the parent's BEFORE TRUNCATE
-- triggers to every partition that lacks them. To be called where such a trigger is made; partitions made later by
-- toolkit_make_month_partitions get theirs with it.
CREATE FUNCTION toolkit_guard_partitions(parent text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE missing record; guarded int := 0;
BEGIN
  FOR missing IN
    SELECT p.relid::regclass AS child, t.tgname AS name, t.tgfoid::regproc AS function
    FROM pg_partition_tree(parent::regclass) p
    JOIN pg_trigger t ON t.tgrelid = parent::regclass AND NOT t.tgisinternal
      AND t.tgtype & (2 + 32) = 2 + 32  -- BEFORE, TRUNCATE
    WHERE p.relid <> parent::regclass
      AND NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = p.relid AND g.tgname = t.tgname)
  LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s()',
      missing.name, missing.child, missing.function);
    guarded := guarded + 1;
  END LOOP;
  RETURN guarded;
END $$;
"""
UNDO = """
DROP FUNCTION toolkit_make_month_partitions(text, date, date);
DROP FUNCTION toolkit_guard_partitions(text);
DROP TABLE toolkit_demo_clock;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(SQL, UNDO)]

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
  RETURN made;
END $$;
"""
UNDO = "DROP FUNCTION toolkit_make_month_partitions(text, date, date); DROP TABLE toolkit_demo_clock;"


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(SQL, UNDO)]

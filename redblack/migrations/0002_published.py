"""Guards and published relations of the lists."""

from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';

-- Only list types that are 现行 take entries (invariant I2). A guard, not a rule: the rule is in rules/evidence.py.
CREATE FUNCTION redblack_entry_needs_current_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM redblack_listtype WHERE id = NEW.list_type_id AND legal_status = '现行') THEN
    RAISE EXCEPTION 'list type % takes no entries', NEW.list_type_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'redblack_entry_on_current_list';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER redblack_entry_on_current_list BEFORE INSERT ON redblack_entry
  FOR EACH ROW EXECUTE FUNCTION redblack_entry_needs_current_list();

CREATE VIEW redblack_pub_binding AS
  SELECT source_id, entry_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         disputed_on, suspended, rev_from, rev_to
  FROM redblack_binding;
"""
UNDO = """
DROP VIEW redblack_pub_binding;
DROP TRIGGER redblack_entry_on_current_list ON redblack_entry;
DROP FUNCTION redblack_entry_needs_current_list();
"""


class Migration(migrations.Migration):
    dependencies = [("redblack", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]

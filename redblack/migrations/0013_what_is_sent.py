"""What may be told of an entry to those who subscribe to its list: as it stands now, one row for each entry."""

from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';
CREATE VIEW redblack_pub_pushed AS
  SELECT b.source_id, l.code AS list_code, e.id AS entry_id, e.subject_id, e.origin, e.reward, b.document_no,
         b.authority, b.ground, e.legal_basis, e.decided_on, b.valid_from, b.valid_until, e.exit_route, b.grade,
         b.released_on, e.release_kind, e.release_document, b.disputed_on, b.suspended
  FROM redblack_binding b
  JOIN redblack_entry e ON e.id = b.entry_id
  JOIN redblack_listtype l ON l.id = e.list_type_id
  WHERE b.rev_to IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("redblack", "0012_entries_of_a_department_by_list")]
    operations = [migrations.RunSQL(SQL, "DROP VIEW redblack_pub_pushed;")]

"""No two terms of one subject on one list where the decision is made here; what a check reads of entries and doubts."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';

-- A released entry binds until the day before its release; one that was released from its first day never bound.
ALTER TABLE redblack_entry ADD CONSTRAINT redblack_entry_no_overlap_where_decided_here EXCLUDE USING gist (
  list_type_id WITH =, subject_id WITH =,
  daterange(effective_from, CASE WHEN effective_until IS NULL AND released_on IS NULL THEN NULL
    ELSE greatest(effective_from, least(effective_until + 1, released_on)) END, '[)') WITH &&
) WHERE (origin IN ('本级认定', '县级登记'));

CREATE OR REPLACE VIEW redblack_pub_binding AS
  SELECT source_id, entry_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
         disputed_on, suspended, rev_from, rev_to, grade, amount
  FROM redblack_binding;

-- While a version is held: whose standing on a list is not certain, and which entry is neither a hit nor gone.
CREATE VIEW redblack_pub_doubt AS
  SELECT source_id, subject_id, entry_id, rev_from, rev_to FROM redblack_doubt;
"""
UNDO = """
DROP VIEW redblack_pub_doubt;
ALTER TABLE redblack_entry DROP CONSTRAINT redblack_entry_no_overlap_where_decided_here;
"""


class Migration(migrations.Migration):
    dependencies = [("redblack", "0003_due_process")]
    operations = [BtreeGistExtension(), migrations.RunSQL(SQL, UNDO)]

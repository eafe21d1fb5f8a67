"""A matter is never deleted, so a receipt need not lock the one it names.

The foreign key locked the matter's row for every receipt: with many at once, a shared lock that each of them writes
down anew. What it kept true is kept by the other end: receipts name matters that were read, and none goes.
"""

import django.db.models.deletion
from django.db import migrations, models

STAY = """
CREATE FUNCTION screening_matter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a matter is never deleted: receipts name it' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER screening_matter_stays BEFORE DELETE OR UPDATE OF id ON screening_matter
  FOR EACH ROW EXECUTE FUNCTION screening_matter_stays();
ALTER TABLE screening_receipt DROP CONSTRAINT screening_receipt_matter_id_fkey;
"""
GO = """
ALTER TABLE screening_receipt ADD CONSTRAINT screening_receipt_matter_id_fkey FOREIGN KEY (matter_id)
  REFERENCES screening_matter (id) DEFERRABLE INITIALLY DEFERRED;
DROP FUNCTION screening_matter_stays() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0018_who_reported_it")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(STAY, GO)],
            state_operations=[
                migrations.AlterField(
                    "receipt",
                    "matter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.matter",
                    ),
                )
            ],
        ),
    ]

"""What a received version is compared and applied with; the guard of entries looks once a statement, not once a row."""

from django.db import migrations, models

GUARD = """
SET LOCAL lock_timeout = '5s';

-- Only list types that are 现行 take entries (invariant I2). A list of a million rows comes in one statement.
CREATE FUNCTION redblack_entries_need_current_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v_list bigint;
BEGIN
  SELECT t.id INTO v_list FROM redblack_listtype t
  WHERE t.id IN (SELECT DISTINCT list_type_id FROM entered) AND t.legal_status <> '现行' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'list type % takes no entries', v_list
      USING ERRCODE = 'check_violation', CONSTRAINT = 'redblack_entry_on_current_list';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER redblack_entry_on_current_list ON redblack_entry;
DROP FUNCTION redblack_entry_needs_current_list();
CREATE TRIGGER redblack_entry_on_current_list AFTER INSERT ON redblack_entry
  REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION redblack_entries_need_current_list();
"""
UNDO = """
DROP TRIGGER redblack_entry_on_current_list ON redblack_entry;
DROP FUNCTION redblack_entries_need_current_list();
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
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0005_one_constraint_knows_the_states"), ("redblack", "0006_exits")]

    operations = [
        migrations.RunSQL(GUARD, UNDO),
        migrations.AddField(
            "listversion",
            "before",
            models.PositiveIntegerField(default=0, help_text="rows that stood on the list when it was compared"),
        ),
        migrations.AddField(
            "listversion",
            "revision",
            models.BigIntegerField(blank=True, help_text="of the source, under which it was applied", null=True),
        ),
        migrations.AddField("listversion", "sender_name", models.CharField(blank=True, default="", max_length=100)),
        migrations.AddField("stagedentry", "notice_served_on", models.DateField(blank=True, null=True)),
        migrations.AddField("stagedentry", "publicised_from", models.DateField(blank=True, null=True)),
        migrations.AddField("stagedentry", "publicised_until", models.DateField(blank=True, null=True)),
        migrations.AddIndex(
            "binding", models.Index(fields=["source_id", "rev_from", "id"], name="redblack_binding_of_revision")
        ),
        migrations.AddIndex(
            "listversion", models.Index(fields=["-received_at", "-id"], name="redblack_version_newest")
        ),
        migrations.AddIndex(
            "listversion",
            models.Index(fields=["list_type", "-received_at", "-id"], name="redblack_version_of_list"),
        ),
    ]

from django.db import migrations

SQL = """
-- how far the sealer has come: every transaction below `horizon` that wrote a fact is in the chain
CREATE TABLE audit_sealer (id boolean PRIMARY KEY DEFAULT true CHECK (id), horizon xid8 NOT NULL);
INSERT INTO audit_sealer (horizon) VALUES ('0');

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
SELECT toolkit_guard_partitions('audit_event');

-- The one way in. One row per fact, one per handler that must hear of it; called by audit.services.record and by
-- the SQL of other rooms. plpgsql keeps the plans for the session.
CREATE FUNCTION audit_append(
  p_happened_at timestamptz, p_name text, p_actor text, p_department_id bigint, p_about text, p_payload jsonb,
  p_handlers text[] DEFAULT '{}', p_request_id text DEFAULT ''
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_id bigint;
BEGIN
  INSERT INTO audit_event (happened_at, name, actor, department_id, about, payload, request_id)
  VALUES (p_happened_at, p_name, p_actor, p_department_id, p_about, p_payload, p_request_id)
  RETURNING id INTO v_id;
  IF p_handlers <> '{}' THEN
    INSERT INTO audit_delivery (event_id, happened_at, handler, attempts, last_error)
    SELECT v_id, p_happened_at, h, 0, '' FROM unnest(p_handlers) AS h;
  END IF;
  RETURN v_id;
END $$;
"""
UNDO = """
DROP FUNCTION audit_append(timestamptz, text, text, bigint, text, jsonb, text[], text);
DROP FUNCTION audit_is_append_only() CASCADE;
DROP TABLE audit_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(SQL, UNDO),
    ]

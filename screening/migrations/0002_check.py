"""The check in SQL: one statement that looks (one snapshot, its plan kept by the session) and one that records."""

from django.db import migrations

# The lookup exists twice, from one text: as known now, and as known at the revisions of a receipt (replay).
LOOKUP = """
CREATE FUNCTION {name}(p_codes text[], p_ids bigint[], p_asked int[], p_as_of date{parameter}) RETURNS jsonb
LANGUAGE plpgsql STABLE
-- One plan for the session. Left to itself PostgreSQL may plan anew at every call, which takes twenty times as long as
-- the looking: it takes arrays of unknown length for long ones, and so the kept plan for a dear one.
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
      'revisions', jsonb_build_array(
        (SELECT revision FROM collection_pub_registry), (SELECT revision FROM measures_pub_revision),
        (SELECT coalesce(max(revision), 0) FROM screening_applicationlists),
        (SELECT revision FROM office_pub_revision),
        (SELECT revision FROM subjects_pub_revision)),
      'sources', (
        SELECT jsonb_object_agg(s.id, jsonb_build_array(
          {source_revision}, l.version, (l.loaded_at AT TIME ZONE 'Asia/Shanghai')::date, l.rows,
          coalesce(l.held, false)))
        FROM collection_pub_source s {source_load}
        WHERE s.id = ANY (p_asked)),
      'subjects', (
        SELECT jsonb_agg(
          jsonb_build_array(s.id, s.kind, s.name, s.uscc, t.triggers, r.related) ORDER BY q.ord)
        FROM unnest(p_codes, p_ids) WITH ORDINALITY AS q (code, id, ord)
        -- a unified code contains the organisation code: rows known only by the old one are the same subject
        CROSS JOIN LATERAL (
          SELECT array_agg(x.id ORDER BY x.uscc NULLS LAST, x.id) AS ids FROM (
            SELECT id, uscc FROM subjects_pub_subject WHERE uscc = q.code
            UNION ALL
            SELECT id, uscc FROM subjects_pub_subject WHERE org_code = substr(q.code, 9, 9) AND uscc IS NULL
            UNION ALL
            SELECT id, uscc FROM subjects_pub_subject WHERE id = q.id
            UNION ALL
            SELECT twin.id, twin.uscc FROM subjects_pub_subject one JOIN subjects_pub_subject twin
              ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
            WHERE one.id = q.id
          ) x
        ) who
        LEFT JOIN subjects_pub_subject s ON s.id = who.ids[1]
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_array(
            f.source_id, f.ref, f.document_no, f.authority, f.ground, f.valid_from, f.valid_until,
            f.disputed_on, f.suspended, f.responsible, f.own_term) ORDER BY f.valid_from, f.ref) AS triggers
          FROM (
            SELECT b.source_id, 'entry:' || b.entry_id AS ref, b.document_no, b.authority, b.ground,
                   b.valid_from, b.valid_until,
                   CASE WHEN b.disputed_on <= p_as_of THEN b.disputed_on END AS disputed_on,
                   b.suspended AND b.disputed_on <= p_as_of AS suspended, false AS responsible, false AS own_term
            FROM redblack_pub_binding b
            WHERE b.subject_id = ANY (who.ids) AND b.source_id = ANY (p_asked) AND {binding_known}
              AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, p_as_of)
            UNION ALL
            SELECT c.source_id, 'record:' || c.record_id, c.document_no, c.authority, c.ground,
                   c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term
            FROM collection_pub_trigger c
            WHERE c.subject_id = ANY (who.ids) AND c.source_id = ANY (p_asked) AND {trigger_known}
              AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, p_as_of)
          ) f
        ) t
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_array(p.post, p.masked_name, p.limits) ORDER BY p.post, p.person_id) AS related
          FROM (
            SELECT h.post, h.masked_name, h.person_id, (
              SELECT count(*) FROM (
                SELECT 1 FROM redblack_pub_binding b JOIN collection_pub_source z ON z.id = b.source_id
                WHERE b.subject_id = h.person_id AND b.source_id = ANY (p_asked) AND {binding_known}
                  AND z.kind <> 'reward'
                  AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, p_as_of)
                UNION ALL
                SELECT 1 FROM collection_pub_trigger c
                WHERE c.subject_id = h.person_id AND c.source_id = ANY (p_asked) AND {trigger_known}
                  AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, p_as_of)
              ) n) AS limits
            FROM {responsible} h
            WHERE h.organisation_id = s.id AND h.valid_from <= p_as_of
              AND (h.valid_until IS NULL OR h.valid_until >= p_as_of) AND {responsible_known}
          ) p WHERE p.limits > 0
        ) r
      )));
END $$;
"""


def known_at(alias: str, revision: str) -> str:
    return f"({alias}.rev_from <= {revision} AND ({alias}.rev_to IS NULL OR {alias}.rev_to > {revision}))"


def of_source(column: str) -> str:
    return f"coalesce((p_vector ->> ('source:' || {column}))::bigint, 0)"


NOW = LOOKUP.format(
    name="screening_lookup",
    parameter="",
    source_revision="s.revision",
    source_load="CROSS JOIN LATERAL (SELECT s.version, s.loaded_at, s.rows, s.held) l",
    binding_known="b.rev_to IS NULL",
    trigger_known="c.rev_to IS NULL",
    responsible="subjects_pub_responsible",
    responsible_known="true",
)
AT = LOOKUP.format(
    name="screening_lookup_at",
    parameter=", p_vector jsonb",
    source_revision=of_source("s.id"),
    source_load="LEFT JOIN collection_pub_source_history l ON l.source_id = s.id AND "
    + known_at("l", of_source("s.id")),
    binding_known=known_at("b", of_source("b.source_id")),
    trigger_known=known_at("c", of_source("c.source_id")),
    responsible="subjects_pub_responsible_history",
    responsible_known=known_at("h", "(p_vector ->> 'subjects')::bigint"),
)

REST = """
CREATE FUNCTION screening_revisions() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(
    (SELECT revision FROM collection_pub_registry), (SELECT revision FROM measures_pub_revision),
    (SELECT coalesce(max(revision), 0) FROM screening_applicationlists),
    (SELECT revision FROM office_pub_revision))
$$;

CREATE SEQUENCE screening_receipt_id_seq;

-- Key, receipt and fact in one statement: they commit together or not at all. A known key writes nothing and says so.
CREATE FUNCTION screening_record(
  p_requester text, p_key text, p_body_hash bytea, p_checked_at timestamptz, p_as_of date, p_matter_id bigint,
  p_stage text, p_file_number text, p_department_id bigint, p_implementing_department_id bigint, p_answer text,
  p_complete boolean, p_no_measure boolean, p_subject_ids bigint[], p_content jsonb, p_vector jsonb,
  p_fact text, p_handlers text[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_id bigint := nextval('screening_receipt_id_seq');
  v_number text := 'JL-' || to_char(p_checked_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-'
    || lpad(v_id::text, greatest(6, length(v_id::text)), '0');
  v_event bigint;
BEGIN
  INSERT INTO screening_receiptkey (requester, key, body_hash, number, checked_at)
  VALUES (p_requester, p_key, p_body_hash, v_number, p_checked_at)
  ON CONFLICT (requester, key) DO NOTHING;
  IF NOT FOUND THEN
    RETURN (SELECT jsonb_build_object('number', number, 'repeated', true, 'same', body_hash = p_body_hash)
            FROM screening_receiptkey WHERE requester = p_requester AND key = p_key);
  END IF;
  INSERT INTO screening_receipt (id, number, checked_at, as_of, matter_id, stage, file_number, actor, department_id,
    implementing_department_id, answer, complete, no_measure, subject_ids, content, vector)
  VALUES (v_id, v_number, p_checked_at, p_as_of, p_matter_id, p_stage, p_file_number, p_requester, p_department_id,
    p_implementing_department_id, p_answer, p_complete, p_no_measure, p_subject_ids, p_content, p_vector);
  v_event := audit_append(p_checked_at, p_fact, p_requester, p_department_id, 'screening.receipt:' || v_number,
    jsonb_build_object('number', v_number, 'matter', p_content -> 'matter' ->> 'code', 'stage', p_stage,
      'answer', p_answer, 'complete', p_complete, 'subject_ids', to_jsonb(p_subject_ids),
      'file_number', p_file_number), p_handlers);
  RETURN jsonb_build_object('number', v_number, 'repeated', false, 'same', true, 'event', v_event);
END $$;

-- Receipts are never changed: what was answered stays what was answered.
CREATE FUNCTION screening_receipt_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'screening_receipt is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER screening_receipt_final BEFORE UPDATE OR DELETE ON screening_receipt
  FOR EACH ROW EXECUTE FUNCTION screening_receipt_is_final();
CREATE TRIGGER screening_receipt_no_truncate BEFORE TRUNCATE ON screening_receipt
  FOR EACH STATEMENT EXECUTE FUNCTION screening_receipt_is_final();
SELECT toolkit_guard_partitions('screening_receipt');
"""
UNDO = """
DROP FUNCTION screening_receipt_is_final() CASCADE;
DROP FUNCTION screening_record(text, text, bytea, timestamptz, date, bigint, text, text, bigint, bigint, text, boolean,
  boolean, bigint[], jsonb, jsonb, text, text[]);
DROP SEQUENCE screening_receipt_id_seq;
DROP FUNCTION screening_revisions();
DROP FUNCTION screening_lookup_at(text[], bigint[], int[], date, jsonb);
DROP FUNCTION screening_lookup(text[], bigint[], int[], date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0001_initial"),
        ("office", "0002_published"),
        ("measures", "0002_published"),
        ("redblack", "0002_published"),
        ("subjects", "0002_search_views_guards"),
        ("audit", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(NOW + AT + REST, UNDO),
    ]

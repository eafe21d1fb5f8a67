"""The check in one statement where nothing is found, and a lookup that does only what there is something for.

`screening_look` and `screening_look_at` are one text, as before: as known now, and as known at the revisions of a
receipt. What a source held at a revision never changes, so the lookup says the revision, and what it held is asked
once (collection_pub_source_history). Small statements that are left out where there is nothing to find cost less than
one great one: the time goes into making ready to execute.
"""

from importlib import import_module

from django.db import migrations

LOOK = """
CREATE FUNCTION {name}(p_codes text[], p_ids bigint[], p_asked int[], p_as_of date, p_persons boolean{parameter})
RETURNS jsonb LANGUAGE plpgsql STABLE  -- stable: every statement below sees the snapshot of the calling one
-- One plan for the session. Left to itself PostgreSQL may plan anew at every call: it takes arrays of unknown length
-- for long ones, and so the kept plan for a dear one.
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_read jsonb;
  v_subjects jsonb[] := '{{}}';
  v_nothing boolean := true;
  v_ids bigint[];
  s record;
  v_triggers jsonb;
  v_doubted jsonb;
  v_related jsonb;
BEGIN
  SELECT jsonb_build_object(
    'made_from', jsonb_build_array(
      (SELECT revision FROM collection_pub_registry), (SELECT revision FROM measures_pub_revision),
      (SELECT coalesce(max(revision), 0) FROM screening_applicationlists), (SELECT revision FROM office_pub_revision)),
    'names', (SELECT revision FROM subjects_pub_revision),
    'states', (SELECT coalesce(jsonb_agg({source_revision} ORDER BY a.place), '[]')
      FROM unnest(p_asked) WITH ORDINALITY AS a (id, place) LEFT JOIN collection_pub_source_revision z ON z.id = a.id))
  INTO v_read;
  FOR i IN 1 .. coalesce(array_length(p_codes, 1), 0) LOOP
    v_triggers := NULL; v_doubted := NULL; v_related := NULL;
    -- a unified code contains the organisation code: rows known only by the old one are the same subject
    SELECT array_agg(x.id ORDER BY x.uscc NULLS LAST, x.id) INTO v_ids FROM (
      SELECT id, uscc FROM subjects_pub_subject WHERE uscc = p_codes[i]
      UNION ALL
      SELECT id, uscc FROM subjects_pub_subject WHERE org_code = substr(p_codes[i], 9, 9) AND uscc IS NULL
    ) x;
    IF p_ids[i] IS NOT NULL THEN
      SELECT array_agg(x.id ORDER BY x.uscc NULLS LAST, x.id) INTO v_ids FROM (
        SELECT id, uscc FROM subjects_pub_subject WHERE id = p_ids[i] OR id = ANY (v_ids)
        UNION ALL
        SELECT twin.id, twin.uscc FROM subjects_pub_subject one JOIN subjects_pub_subject twin
          ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
        WHERE one.id = p_ids[i]
      ) x;
    END IF;
    SELECT id, kind, name, uscc INTO s FROM subjects_pub_subject WHERE id = v_ids[1];
    IF (SELECT EXISTS (SELECT 1 FROM redblack_pub_binding b WHERE b.subject_id = ANY (v_ids) AND {binding_known})
        OR EXISTS (SELECT 1 FROM collection_pub_trigger c WHERE c.subject_id = ANY (v_ids) AND {trigger_known})
        OR EXISTS (SELECT 1 FROM redblack_pub_doubt d WHERE d.subject_id = ANY (v_ids) AND {doubt_known})) THEN
      SELECT jsonb_agg(jsonb_build_array(
        f.source_id, f.ref, f.document_no, f.authority, f.ground, f.valid_from, f.valid_until,
        f.disputed_on, f.suspended, f.responsible, f.own_term, f.grade, f.amount::text)
        ORDER BY f.valid_from, f.ref)
      INTO v_triggers
      FROM (
        SELECT b.source_id, 'entry:' || b.entry_id AS ref, b.document_no, b.authority, b.ground,
               b.valid_from, b.valid_until,
               CASE WHEN b.disputed_on <= p_as_of THEN b.disputed_on END AS disputed_on,
               b.suspended AND b.disputed_on <= p_as_of AS suspended, false AS responsible, false AS own_term,
               b.grade, b.amount
        FROM redblack_pub_binding b
        WHERE b.subject_id = ANY (v_ids) AND b.source_id = ANY (p_asked) AND {binding_known} AND {certain}
          AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, p_as_of)
        UNION ALL
        SELECT c.source_id, 'record:' || c.record_id, c.document_no, c.authority, c.ground,
               c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term, c.grade, c.amount
        FROM collection_pub_trigger c
        WHERE c.subject_id = ANY (v_ids) AND c.source_id = ANY (p_asked) AND {trigger_known}
          AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, p_as_of)
      ) f;
      -- lists of which a version is held in which this subject vanished, or came: they cannot tell about him
      SELECT jsonb_agg(DISTINCT d.source_id) INTO v_doubted FROM redblack_pub_doubt d
      WHERE d.subject_id = ANY (v_ids) AND d.source_id = ANY (p_asked) AND {doubt_known};
    END IF;
    IF p_persons AND s.id IS NOT NULL THEN
      SELECT jsonb_agg(jsonb_build_array(p.post, p.masked_name, p.limits, p.doubts) ORDER BY p.post, p.person_id)
      INTO v_related
      FROM (
        SELECT h.post, h.masked_name, h.person_id, (
          SELECT count(*) FROM (
            SELECT 1 FROM redblack_pub_binding b JOIN collection_pub_source z ON z.id = b.source_id
            WHERE b.subject_id = h.person_id AND b.source_id = ANY (p_asked) AND {binding_known} AND {certain}
              AND z.kind <> 'reward'
              AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, p_as_of)
            UNION ALL
            SELECT 1 FROM collection_pub_trigger c
            WHERE c.subject_id = h.person_id AND c.source_id = ANY (p_asked) AND {trigger_known}
              AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, p_as_of)
          ) n) AS limits, (
          SELECT count(*) FROM redblack_pub_doubt d JOIN collection_pub_source z ON z.id = d.source_id
          WHERE d.subject_id = h.person_id AND d.source_id = ANY (p_asked) AND {doubt_known}
            AND z.kind <> 'reward') AS doubts
        FROM {responsible} h
        WHERE h.organisation_id = s.id AND h.valid_from <= p_as_of
          AND (h.valid_until IS NULL OR h.valid_until >= p_as_of) AND {responsible_known}
      ) p WHERE p.limits > 0 OR p.doubts > 0;
    END IF;
    v_nothing := v_nothing AND v_triggers IS NULL AND v_doubted IS NULL AND v_related IS NULL;
    v_subjects := v_subjects || jsonb_build_array(s.id, s.kind, s.name, s.uscc, v_triggers, v_related, v_doubted);
  END LOOP;
  RETURN v_read || jsonb_build_object('subjects', to_jsonb(v_subjects), 'nothing', v_nothing);
END $$;
"""


def known_at(alias: str, revision: str) -> str:
    return f"({alias}.rev_from <= {revision} AND ({alias}.rev_to IS NULL OR {alias}.rev_to > {revision}))"


def of_source(column: str) -> str:
    return f"coalesce((p_vector ->> ('source:' || {column}))::bigint, 0)"


def certain(doubt_known: str) -> str:
    """An entry that vanished from a version which is held is neither a hit nor gone."""
    return f"""NOT EXISTS (SELECT 1 FROM redblack_pub_doubt d
                WHERE d.subject_id = b.subject_id AND d.entry_id = b.entry_id AND {doubt_known})"""


NOW = LOOK.format(
    name="screening_look",
    parameter="",
    source_revision="z.revision",
    binding_known="b.rev_to IS NULL",
    trigger_known="c.rev_to IS NULL",
    doubt_known="d.rev_to IS NULL",
    certain=certain("d.rev_to IS NULL"),
    responsible="subjects_pub_responsible",
    responsible_known="true",
)
AT = LOOK.format(
    name="screening_look_at",
    parameter=", p_vector jsonb",
    source_revision=f"CASE WHEN z.id IS NOT NULL THEN {of_source('a.id')} END",
    binding_known=known_at("b", of_source("b.source_id")),
    trigger_known=known_at("c", of_source("c.source_id")),
    doubt_known=known_at("d", of_source("d.source_id")),
    certain=certain(known_at("d", of_source("d.source_id"))),
    responsible="subjects_pub_responsible_history",
    responsible_known=known_at("h", "(p_vector ->> 'subjects')::bigint"),
)

CHECK = """
-- Look and record in one statement where the expectation holds: nothing is in force for anybody asked about, and
-- everything is as of the revisions that the caller expects. Otherwise nothing is written and what was seen comes back.
-- The caller has said what is answered then; what only the register knows (id, kind, name) is put between the pieces.
CREATE FUNCTION screening_record_nothing(
  p_codes text[], p_asked int[], p_as_of date, p_persons boolean, p_made_from jsonb, p_states jsonb, p_pieces text[],
  p_requester text, p_key text, p_body_hash bytea, p_checked_at timestamptz, p_matter_id bigint, p_stage text,
  p_file_number text, p_department_id bigint, p_implementing_department_id bigint, p_answer text, p_complete boolean,
  p_vector jsonb, p_fact text, p_handlers text[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_seen jsonb := screening_look(p_codes, '{}', p_asked, p_as_of, p_persons);
  v_content text := p_pieces[1];
  v_ids bigint[] := '{}';
  v_subject jsonb;
BEGIN
  IF NOT (v_seen -> 'nothing')::boolean OR v_seen -> 'made_from' <> p_made_from OR v_seen -> 'states' <> p_states THEN
    RETURN v_seen;
  END IF;
  FOR i IN 1 .. array_length(p_codes, 1) LOOP
    v_subject := v_seen -> 'subjects' -> (i - 1);
    v_content := v_content || '"id": ' || (v_subject -> 0)::text || ', "kind": '
      || coalesce(nullif((v_subject -> 1)::text, 'null'), '""') || ', "name": '
      || coalesce(nullif((v_subject -> 2)::text, 'null'), '""') || p_pieces[i + 1];
    IF v_subject -> 0 <> 'null' THEN v_ids := v_ids || (v_subject ->> 0)::bigint; END IF;
  END LOOP;
  RETURN v_seen || screening_record(p_requester, p_key, p_body_hash, p_checked_at, p_as_of, p_matter_id, p_stage,
    p_file_number, p_department_id, p_implementing_department_id, p_answer, p_complete, false, v_ids, v_content::jsonb,
    p_vector || jsonb_build_object('subjects', v_seen -> 'names'), p_fact, p_handlers);
END $$;
"""

BEFORE = import_module("screening.migrations.0006_grades_of_records")
OLD = "DROP FUNCTION screening_lookup(text[], bigint[], int[], date), screening_lookup_at(text[], bigint[], int[], date, jsonb);"
UNDO = f"""
DROP FUNCTION screening_record_nothing(text[], int[], date, boolean, jsonb, jsonb, text[], text, text, bytea, timestamptz,
  bigint, text, text, bigint, bigint, text, boolean, jsonb, text, text[]);
DROP FUNCTION screening_look(text[], bigint[], int[], date, boolean),
  screening_look_at(text[], bigint[], int[], date, boolean, jsonb);
{BEFORE.with_grades(BEFORE.BEFORE.NOW)}{BEFORE.with_grades(BEFORE.BEFORE.AT)}"""


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0015_finished_file_of_the_office"),
        ("collection", "0015_revisions_of_sources"),
        ("subjects", "0005_old_codes_alone"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(OLD + NOW + AT + CHECK, UNDO),
    ]

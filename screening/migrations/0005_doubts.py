"""The lookup of a check, from one text as in 0002: doubts while a version is held, grades and amounts."""

from importlib import import_module

from django.db import migrations

# Twice, from one text: as known now, and as known at the revisions of a receipt (replay).
LOOKUP = """
CREATE OR REPLACE FUNCTION {name}(p_codes text[], p_ids bigint[], p_asked int[], p_as_of date{parameter}) RETURNS jsonb
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
          jsonb_build_array(s.id, s.kind, s.name, s.uscc, t.triggers, r.related, u.doubted) ORDER BY q.ord)
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
            f.disputed_on, f.suspended, f.responsible, f.own_term, f.grade, f.amount::text)
            ORDER BY f.valid_from, f.ref) AS triggers
          FROM (
            SELECT b.source_id, 'entry:' || b.entry_id AS ref, b.document_no, b.authority, b.ground,
                   b.valid_from, b.valid_until,
                   CASE WHEN b.disputed_on <= p_as_of THEN b.disputed_on END AS disputed_on,
                   b.suspended AND b.disputed_on <= p_as_of AS suspended, false AS responsible, false AS own_term,
                   b.grade, b.amount
            FROM redblack_pub_binding b
            WHERE b.subject_id = ANY (who.ids) AND b.source_id = ANY (p_asked) AND {binding_known} AND {certain}
              AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, p_as_of)
            UNION ALL
            SELECT c.source_id, 'record:' || c.record_id, c.document_no, c.authority, c.ground,
                   c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term, '', NULL
            FROM collection_pub_trigger c
            WHERE c.subject_id = ANY (who.ids) AND c.source_id = ANY (p_asked) AND {trigger_known}
              AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, p_as_of)
          ) f
        ) t
        -- lists of which a version is held in which this subject vanished, or came: they cannot tell about him
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(DISTINCT d.source_id) AS doubted FROM redblack_pub_doubt d
          WHERE d.subject_id = ANY (who.ids) AND d.source_id = ANY (p_asked) AND {doubt_known}
        ) u
        CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_array(p.post, p.masked_name, p.limits, p.doubts)
            ORDER BY p.post, p.person_id) AS related
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
          ) p WHERE p.limits > 0 OR p.doubts > 0
        ) r
      )));
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


NOW = LOOKUP.format(
    name="screening_lookup",
    parameter="",
    source_revision="s.revision",
    source_load="CROSS JOIN LATERAL (SELECT s.version, s.loaded_at, s.rows, s.held) l",
    binding_known="b.rev_to IS NULL",
    trigger_known="c.rev_to IS NULL",
    doubt_known="d.rev_to IS NULL",
    certain=certain("d.rev_to IS NULL"),
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
    doubt_known=known_at("d", of_source("d.source_id")),
    certain=certain(known_at("d", of_source("d.source_id"))),
    responsible="subjects_pub_responsible_history",
    responsible_known=known_at("h", "(p_vector ->> 'subjects')::bigint"),
)

BEFORE = import_module("screening.migrations.0002_check")
UNDO = f"""
DROP FUNCTION screening_lookup_at(text[], bigint[], int[], date, jsonb);
DROP FUNCTION screening_lookup(text[], bigint[], int[], date);
{BEFORE.NOW}{BEFORE.AT}"""


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0004_matters_and_responses"),
        ("redblack", "0008_doubts_of_a_version"),
        ("collection", "0002_published"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(NOW + AT, UNDO),
    ]

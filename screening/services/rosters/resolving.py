"""Who the rows of a roster are in the register: many at once, by the same rules as one code of a check.

A unified code finds its holder and those that the register knows by the organisation code in it alone; an old code
finds its only holder and those that are the same; a person is found by blind index. Members are looked up again
before a run when the register has changed since.
"""

from django.db import connection, transaction

from screening.rules.rosters import LEGACY_SEVERAL, LEGACY_UNKNOWN

# {coming}: a relation (key, ask, code, index_key, index_digest). One row for each key. `ids`: all, the first decides.
RESOLVED = """
  SELECT c.key, c.code, coalesce(s.id, o.ids[1]) AS subject_id, coalesce(s.kind, o.kind, '') AS kind,
    CASE WHEN s.id IS NULL THEN CASE WHEN cardinality(o.ids) > 1 THEN o.ids END
      WHEN o.ids IS NOT NULL THEN s.id || o.ids END AS ids,
    'unknown' AS otherwise, '' AS problem
  FROM {coming} c
  LEFT JOIN subjects_pub_subject s ON s.uscc = c.code
  LEFT JOIN (
    SELECT org_code, array_agg(id ORDER BY id) AS ids, (array_agg(kind ORDER BY id))[1] AS kind
    FROM subjects_pub_subject WHERE uscc IS NULL AND org_code IS NOT NULL GROUP BY org_code
  ) o ON o.org_code = substr(c.code, 9, 9)
  WHERE c.ask = 'code'
  UNION ALL
  SELECT c.key, coalesce(w.uscc, c.code), w.ids[1], coalesce(w.kind, ''),
    CASE WHEN cardinality(w.ids) > 1 THEN w.ids END, 'identify',
    CASE WHEN h.holders IS NULL THEN %(nobody)s ELSE %(several)s END
  FROM {coming} c
  CROSS JOIN LATERAL (
    SELECT array_agg(x.id) AS holders FROM (
      SELECT id FROM subjects_pub_subject WHERE c.ask = 'org_code' AND org_code = c.code
      UNION ALL SELECT id FROM subjects_pub_subject WHERE c.ask = 'reg_no' AND reg_no = c.code LIMIT 3) x
  ) h
  LEFT JOIN LATERAL (
    SELECT array_agg(y.id ORDER BY y.uscc NULLS LAST, y.id) AS ids,
      (array_agg(y.kind ORDER BY y.uscc NULLS LAST, y.id))[1] AS kind,
      (array_agg(y.uscc ORDER BY y.uscc NULLS LAST, y.id))[1] AS uscc
    FROM (
      SELECT id, uscc, kind FROM subjects_pub_subject WHERE id = h.holders[1]
      UNION ALL
      SELECT twin.id, twin.uscc, twin.kind FROM subjects_pub_subject one JOIN subjects_pub_subject twin
        ON twin.org_code = one.org_code AND twin.id <> one.id AND (twin.uscc IS NULL OR one.uscc IS NULL)
      WHERE one.id = h.holders[1]) y
  ) w ON cardinality(h.holders) = 1
  WHERE c.ask IN ('org_code', 'reg_no')
  UNION ALL
  SELECT c.key, '', p.subject_id, 'natural_person', NULL, 'unknown', ''
  FROM {coming} c LEFT JOIN LATERAL (
    SELECT i.subject_id FROM subjects_pub_person_index i
    WHERE (i.key_id = c.index_key AND i.digest = c.index_digest){other_keys} LIMIT 1
  ) p ON true
  WHERE c.ask = 'person'
"""
VALUES = {"nobody": LEGACY_UNKNOWN, "several": LEGACY_SEVERAL}
AGAIN = """(
  SELECT id AS key, CASE WHEN index_digest IS NOT NULL THEN 'person' WHEN length(uscc) = 18 THEN 'code'
      WHEN length(uscc) = 9 THEN 'org_code' ELSE 'reg_no' END AS ask,
    uscc AS code, index_key, index_digest
  FROM screening_rostermember
  WHERE roster_id = %(roster)s AND removed_at IS NULL AND state IN ('matched', 'unknown', 'identify')
    AND (uscc <> '' OR index_digest IS NOT NULL)
)"""
# Of two members that the register now takes for one, the first stays; but a person found already is not looked up
# again (his number is not kept), so he stays whoever came first.
MOVED = """
DROP TABLE IF EXISTS roster_moved;
CREATE TEMPORARY TABLE roster_moved ON COMMIT DROP AS
WITH found AS MATERIALIZED ({resolved}), moved AS (
  SELECT m.id, f.code, f.subject_id, f.kind, f.ids, f.problem,
    CASE WHEN f.subject_id IS NULL THEN f.otherwise
      WHEN row_number() OVER (PARTITION BY f.subject_id ORDER BY m.id) > 1
        OR f.kind = 'natural_person' AND EXISTS (
        SELECT 1 FROM screening_rostermember known
        WHERE known.roster_id + 0 = %(roster)s AND known.subject_id = f.subject_id AND known.removed_at IS NULL
          AND known.state = 'matched' AND known.uscc = '' AND known.index_digest IS NULL) THEN 'duplicate'
      ELSE 'matched' END AS state
  FROM found f JOIN screening_rostermember m ON m.id = f.key
)
SELECT v.*, m.subject_id IS NOT NULL AND m.state = 'matched'
    AND (v.state <> 'matched' OR v.subject_id IS DISTINCT FROM m.subject_id) AS leaves
FROM moved v JOIN screening_rostermember m ON m.id = v.id
WHERE (m.state, m.uscc, m.kind) IS DISTINCT FROM
    (v.state::text, CASE WHEN v.kind = 'natural_person' THEN '' ELSE v.code END, v.kind)
  OR m.subject_id IS DISTINCT FROM v.subject_id OR m.subject_ids IS DISTINCT FROM v.ids
"""
# First whoever leaves his subject makes room for who takes it: the unique keys are asked row by row.
LEAVE = """
UPDATE screening_rostermember m SET state = 'duplicate' FROM roster_moved v WHERE v.id = m.id AND v.leaves
"""
MOVE = """
UPDATE screening_rostermember m
SET state = v.state, subject_id = v.subject_id, subject_ids = v.ids, kind = v.kind,
  uscc = CASE WHEN v.kind = 'natural_person' THEN '' ELSE v.code END,
  name = CASE WHEN v.kind = 'natural_person' THEN '' ELSE m.name END,
  problem = CASE WHEN v.state = 'identify' THEN v.problem ELSE '' END,
  index_key = CASE WHEN v.subject_id IS NULL THEN m.index_key END,
  index_digest = CASE WHEN v.subject_id IS NULL THEN m.index_digest END
FROM roster_moved v WHERE v.id = m.id
"""
# A duplicate has no answer of its own, and nothing of it is to be handled: the member that stays has both.
FORGET = """
WITH twice AS MATERIALIZED (SELECT id FROM roster_moved WHERE state = 'duplicate'),
answers AS (DELETE FROM screening_rosteranswer WHERE member_id IN (SELECT id FROM twice))
UPDATE screening_rosterfinding SET state = 'superseded', snoozed_until = NULL
WHERE member_id IN (SELECT id FROM twice) AND state IN ('open', 'assigned', 'snoozed')
"""


def resolved(coming: str, *, other_keys: str = "") -> str:
    """The rows of `coming` with whom they mean; parameters: VALUES. `other_keys`: SQL for digests of older keys."""
    return RESOLVED.format(coming=coming, other_keys=other_keys)


@transaction.atomic
def resolve_members(*, roster_id: int) -> int:
    """Look every member up again, if the register is another than at the last time; the revision at which it is so.

    Somebody who came into the register since is found from now on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT resolved_revision FROM screening_roster WHERE id = %s FOR UPDATE", [roster_id])
        known = int(cursor.fetchone()[0])
        cursor.execute("SELECT revision FROM subjects_pub_revision")
        row = cursor.fetchone()
        revision = int(row[0]) if row else 0
        if known == revision:
            return revision
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
        cursor.execute(MOVED.format(resolved=resolved(AGAIN)), VALUES | {"roster": roster_id})
        for statement in (LEAVE, MOVE, FORGET):
            cursor.execute(statement)
        cursor.execute("UPDATE screening_roster SET resolved_revision = %s WHERE id = %s", [revision, roster_id])
        return revision

"""One statement that turns what has changed since into rows of a subscription's ledger.

Everything in it reads one snapshot: where each source stands now, and the entries as they are there. A change that
commits a moment later has a higher revision and is met by the next call. The caller holds the subscription's row.

Entries that a revision has touched are looked at; once a day, and when a subscription goes on or a list is current
again, every entry is, for terms begin and end, and firms change their names, without any revision of the list. A row
is written only where what is to be told differs from what was told. A paused subscription is told of nothing but what
must be taken back: what left, what rests, and what was told otherwise than its authority now states it.
"""

# what may change of an entry without its authority having stated it otherwise
BESIDE = "'{code,name,kind,division,disputed_on,suspended}'::text[]"

NUMBER = """
WITH own AS (
  SELECT id, lists, kinds, regexp_replace(area, '(00)+$', '') || '%%' AS within, last_seq, standing,
         state = 'ended' AS ended, state = 'paused' AS paused
  FROM exchange_subscription WHERE id = %(subscription)s
), reached AS (
  SELECT p.source_id, s.revision AS now, s.retired_from IS NOT NULL OR own.ended AS closed,
         CASE WHEN p.closed OR p.as_of IS DISTINCT FROM %(as_of)s THEN -1 ELSE p.revision END AS seen
  FROM own
  JOIN exchange_position p ON p.subscription_id = own.id
  JOIN collection_pub_source s ON s.id = p.source_id
  WHERE s.revision > p.revision OR p.as_of IS DISTINCT FROM %(as_of)s
    OR (s.retired_from IS NOT NULL OR own.ended) <> p.closed
), touched AS (
  SELECT b.entry_id, b.source_id, b.rev_from AS revision
  FROM reached r
  JOIN redblack_pub_binding b ON b.source_id = r.source_id AND b.rev_from > r.seen AND b.rev_to IS NULL
  WHERE NOT r.closed
  UNION ALL
  SELECT h.entry_id, h.source_id, r.now
  FROM reached r
  JOIN exchange_holding h ON h.subscription_id = %(subscription)s AND h.source_id = r.source_id AND h.present
  WHERE r.closed
), judged AS (
  SELECT t.entry_id, t.source_id, t.revision, e.list_code, e.suspended, coalesce(h.present, false) AS held,
         coalesce(h.suspended, false) AS rested, h.digest AS told, h.seq AS told_seq, h.told_at,
         NOT r.closed AND e.list_code = ANY (own.lists) AND s.kind = ANY (own.kinds)
           AND s.division_code LIKE own.within
           AND collection_pub_in_force(e.valid_from, e.valid_until, e.released_on, %(as_of)s) AS present,
         jsonb_build_object(
           'code', s.uscc, 'name', s.name, 'kind', s.kind, 'division', s.division_code, 'list', e.list_code,
           'origin', e.origin, 'reward', e.reward, 'document_no', e.document_no, 'authority', e.authority,
           'ground', e.ground, 'legal_basis', e.legal_basis, 'decided_on', e.decided_on, 'from', e.valid_from,
           'until', e.valid_until, 'exit_route', e.exit_route, 'grade', e.grade, 'disputed_on', e.disputed_on,
           'suspended', e.suspended) AS standing_content,
         jsonb_build_object(
           'code', s.uscc, 'name', s.name, 'list', e.list_code, 'document_no', e.document_no, 'until', e.valid_until,
           'released_on', e.released_on, 'release_kind', e.release_kind,
           'release_document', e.release_document) AS leaving_content
  FROM own, touched t
  JOIN reached r ON r.source_id = t.source_id
  JOIN redblack_pub_pushed e ON e.entry_id = t.entry_id
  JOIN subjects_pub_subject s ON s.id = e.subject_id
  LEFT JOIN exchange_holding h ON h.subscription_id = %(subscription)s AND h.entry_id = t.entry_id
), differing AS (
  SELECT j.*, CASE WHEN present THEN standing_content ELSE leaving_content END AS content,
         md5(CASE WHEN present THEN standing_content ELSE leaving_content END::text)::uuid AS digest
  FROM judged j WHERE present OR held
), news AS (
  SELECT d.*, CASE WHEN NOT held THEN NULL WHEN NOT present THEN 'left' WHEN suspended AND NOT rested THEN 'suspended'
                WHEN digest <> told AND EXISTS (
                  SELECT 1 FROM exchange_ledgerrow r
                  WHERE r.subscription_id = %(subscription)s AND r.seq = told_seq AND r.made_at = d.told_at
                    AND r.content - {beside} <> standing_content - {beside}) THEN 'corrected' END AS why
  FROM differing d
), numbered AS (
  SELECT n.*, own.last_seq + row_number() OVER in_order AS seq,
         own.standing + sum(n.present::int - n.held::int) OVER in_order AS standing_after
  FROM own, news n
  WHERE n.why IS NOT NULL OR NOT own.paused AND n.present AND (NOT n.held OR n.digest <> n.told)
  WINDOW in_order AS (ORDER BY n.revision, n.source_id, n.entry_id)
), written AS (
  INSERT INTO exchange_ledgerrow
    (id, subscription_id, seq, change, entry_id, list_code, revision, standing, made_at, content)
  SELECT nextval('exchange_ledgerrow_id_seq'), %(subscription)s, seq,
         CASE WHEN present THEN 'upsert' ELSE 'remove' END, entry_id, list_code, revision, standing_after, %(now)s,
         content
  FROM numbered
), held AS (
  INSERT INTO exchange_holding (subscription_id, entry_id, source_id, seq, present, suspended, digest, told_at)
  SELECT %(subscription)s, entry_id, source_id, seq, present, present AND suspended, digest, %(now)s FROM numbered
  ON CONFLICT (subscription_id, entry_id) DO UPDATE
    SET seq = excluded.seq, present = excluded.present, suspended = excluded.suspended, digest = excluded.digest,
        told_at = excluded.told_at
), recalled AS (
  INSERT INTO exchange_recall
    (subscription_id, seq, entry_id, list_code, why, opened_at, due_on, provisional)
  SELECT %(subscription)s, seq, entry_id, list_code, why, %(now)s, %(due_on)s, %(provisional)s
  FROM numbered WHERE why IS NOT NULL
  RETURNING 1
), moved AS (
  UPDATE exchange_position p SET revision = r.now, closed = r.closed, as_of = %(as_of)s FROM reached r
  WHERE p.subscription_id = %(subscription)s AND p.source_id = r.source_id
)
UPDATE exchange_subscription o
SET last_seq = coalesce((SELECT max(seq) FROM numbered), o.last_seq),
    standing = o.standing + coalesce((SELECT sum(present::int - held::int) FROM numbered), 0)
WHERE o.id = %(subscription)s
RETURNING o.last_seq - (SELECT last_seq FROM own), o.last_seq, (SELECT count(*) FROM recalled)
""".replace("{beside}", BESIDE)

# Subscriptions whose ledger does not say what the lists say: a source moved on, was retired or taken up again, a new
# day has begun, or the subscription ended while something is still held.
BEHIND = """
SELECT o.id FROM exchange_subscription o
WHERE o.state IN ('active', 'paused', 'ended') AND EXISTS (
  SELECT 1 FROM exchange_position p JOIN collection_pub_source s ON s.id = p.source_id
  WHERE p.subscription_id = o.id AND ((s.retired_from IS NOT NULL OR o.state = 'ended') <> p.closed
    OR o.state <> 'ended' AND (s.revision > p.revision OR p.as_of IS DISTINCT FROM %(as_of)s)))
ORDER BY o.id
"""

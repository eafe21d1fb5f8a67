"""One statement that turns what has changed since into rows of a subscription's ledger.

Everything in it reads one snapshot: where each source stands now, and the entries as they are there. A change that
commits a moment later has a higher revision and is met by the next call. The caller holds the subscription's row.
"""

NUMBER = """
WITH own AS (
  SELECT id, lists, kinds, area, last_seq, standing, state = 'ended' AS ended
  FROM exchange_subscription WHERE id = %(subscription)s
), reached AS (
  SELECT p.source_id, CASE WHEN p.closed THEN -1 ELSE p.revision END AS seen, s.revision AS now,
         s.retired_from IS NOT NULL OR own.ended AS closed
  FROM own
  JOIN exchange_position p ON p.subscription_id = own.id
  JOIN collection_pub_source s ON s.id = p.source_id
  WHERE s.revision > p.revision OR (s.retired_from IS NOT NULL OR own.ended) <> p.closed
), touched AS (
  SELECT b.entry_id, b.source_id, max(b.rev_from) AS revision
  FROM reached r
  JOIN redblack_pub_binding b ON b.source_id = r.source_id AND b.rev_from > r.seen AND b.rev_from <= r.now
  WHERE NOT r.closed
  GROUP BY b.entry_id, b.source_id
  UNION ALL
  SELECT h.entry_id, h.source_id, r.now
  FROM reached r
  JOIN exchange_holding h ON h.subscription_id = %(subscription)s AND h.source_id = r.source_id AND h.present
  WHERE r.closed
), judged AS (
  SELECT t.entry_id, t.source_id, t.revision, e.list_code, s.uscc, s.name, s.kind, s.division_code,
         e.origin, e.reward, e.document_no, e.authority, e.ground, e.legal_basis, e.decided_on, e.valid_from,
         e.valid_until, e.exit_route, e.grade, e.released_on, e.release_kind, e.release_document, e.disputed_on,
         e.suspended, coalesce(h.present, false) AS held, coalesce(h.suspended, false) AS rested,
         NOT r.closed AND e.released_on IS NULL AND e.list_code = ANY (own.lists) AND s.kind = ANY (own.kinds)
           AND (own.area = '' OR s.division_code = own.area) AS present
  FROM own, touched t
  JOIN reached r ON r.source_id = t.source_id
  JOIN redblack_pub_pushed e ON e.entry_id = t.entry_id
  JOIN subjects_pub_subject s ON s.id = e.subject_id
  LEFT JOIN exchange_holding h ON h.subscription_id = %(subscription)s AND h.entry_id = t.entry_id
), numbered AS (
  SELECT j.*, own.last_seq + row_number() OVER in_order AS seq,
         own.standing + sum(present::int - held::int) OVER in_order AS standing_after
  FROM own, judged j WHERE j.present OR j.held
  WINDOW in_order AS (ORDER BY j.revision, j.source_id, j.entry_id)
), written AS (
  INSERT INTO exchange_ledgerrow
    (id, subscription_id, seq, change, entry_id, list_code, revision, standing, made_at, content)
  SELECT nextval('exchange_ledgerrow_id_seq'), %(subscription)s, seq,
         CASE WHEN present THEN 'upsert' ELSE 'remove' END, entry_id, list_code, revision, standing_after, %(now)s,
         CASE WHEN present THEN jsonb_build_object(
           'code', uscc, 'name', name, 'kind', kind, 'division', division_code, 'list', list_code, 'origin', origin,
           'reward', reward, 'document_no', document_no, 'authority', authority, 'ground', ground,
           'legal_basis', legal_basis, 'decided_on', decided_on, 'from', valid_from, 'until', valid_until,
           'exit_route', exit_route, 'grade', grade, 'disputed_on', disputed_on, 'suspended', suspended)
         ELSE jsonb_build_object(
           'code', uscc, 'name', name, 'list', list_code, 'document_no', document_no, 'released_on', released_on,
           'release_kind', release_kind, 'release_document', release_document) END
  FROM numbered
), held AS (
  INSERT INTO exchange_holding (subscription_id, entry_id, source_id, seq, present, suspended, told_at)
  SELECT %(subscription)s, entry_id, source_id, seq, present, present AND suspended, %(now)s FROM numbered
  ON CONFLICT (subscription_id, entry_id) DO UPDATE
    SET seq = excluded.seq, present = excluded.present, suspended = excluded.suspended, told_at = excluded.told_at
), recalled AS (
  INSERT INTO exchange_recall
    (subscription_id, seq, entry_id, list_code, why, opened_at, due_on, provisional)
  SELECT %(subscription)s, seq, entry_id, list_code, CASE WHEN present THEN 'suspended' ELSE 'left' END, %(now)s,
         %(due_on)s, %(provisional)s
  FROM numbered WHERE held AND (NOT present OR suspended AND NOT rested)
  RETURNING 1
), moved AS (
  UPDATE exchange_position p SET revision = r.now, closed = r.closed FROM reached r
  WHERE p.subscription_id = %(subscription)s AND p.source_id = r.source_id
)
UPDATE exchange_subscription o
SET last_seq = coalesce((SELECT max(seq) FROM numbered), o.last_seq),
    standing = o.standing + coalesce((SELECT sum(present::int - held::int) FROM numbered), 0)
WHERE o.id = %(subscription)s
RETURNING o.last_seq - (SELECT last_seq FROM own), o.last_seq, (SELECT count(*) FROM recalled)
"""

# Subscriptions whose ledger does not say what the lists say: a source moved on, was retired or taken up again, or the
# subscription ended while something is still held.
BEHIND = """
SELECT o.id FROM exchange_subscription o
WHERE o.state IN ('active', 'ended') AND EXISTS (
  SELECT 1 FROM exchange_position p JOIN collection_pub_source s ON s.id = p.source_id
  WHERE p.subscription_id = o.id AND (s.revision > p.revision AND o.state = 'active'
    OR (s.retired_from IS NOT NULL OR o.state = 'ended') <> p.closed))
ORDER BY o.id
"""

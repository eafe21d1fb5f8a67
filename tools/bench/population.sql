-- Entries for the bench: %(entries)s of them on the lists that take some, each about some subject.
-- Written as tables, not through the services: what is measured is the reading. CHECK constraints hold all the same.
SET session_replication_role = replica;  -- no row triggers: every list below is 现行, every subject exists
SELECT setseed(0.35);

-- Some subject, some list, each pair once (no two entries of a list overlap); begun within two years; four in five are
-- still in force.
CREATE TEMPORARY TABLE bench_draw AS
SELECT * FROM (SELECT DISTINCT ON (subject_id, place) * FROM (
SELECT n, first.id + floor(random() * %(subjects)s)::bigint AS subject_id,
       1 + floor(random() * lists.number)::int AS place, %(today)s - floor(random() * 700)::int AS since,
       random() < 0.8 AS in_force
FROM generate_series(1, %(entries)s + %(entries)s / 20) AS n,
     (SELECT id FROM subjects_subject WHERE uscc = %(first_code)s) AS first,
     (SELECT count(*) AS number FROM redblack_listtype WHERE legal_status = '现行') AS lists
) drawn ORDER BY subject_id, place, n) once ORDER BY n LIMIT %(entries)s;

WITH lists AS (
  SELECT *, row_number() OVER (ORDER BY id) AS place FROM redblack_listtype WHERE legal_status = '现行'
), entered AS (
  INSERT INTO redblack_entry (list_type_id, origin, reward, subject_id, document_no, authority, ground, legal_basis,
    notice_served_on, publicised_from, publicised_until, decided_on, effective_from, effective_until, exit_route,
    performance, grade, responsible_persons, registered_at, release_kind, release_document, release_reason)
  SELECT l.id, l.origin, l.kind = 'reward', d.subject_id, '江名单〔' || extract(year FROM d.since) || '〕' || d.n || '号',
         l.initiator, '依据生效文书认定', l.legal_basis, d.since - 30, d.since - 30, d.since - 20, d.since, d.since,
         CASE WHEN d.in_force THEN d.since + 1095 ELSE greatest(d.since, %(today)s - 1) END, l.exit_rule,
         '', '', '{}', %(now)s, '', '', ''
  FROM bench_draw d JOIN lists l USING (place)
  ORDER BY d.n
  RETURNING id, list_type_id, subject_id, document_no, authority, ground, effective_from, effective_until
)
INSERT INTO redblack_binding (source_id, entry_id, subject_id, document_no, authority, ground, valid_from, valid_until,
  suspended, rev_from)
SELECT l.source_id, e.id, e.subject_id, e.document_no, e.authority, e.ground, e.effective_from, e.effective_until,
       false, 1
FROM entered e JOIN lists l ON l.id = e.list_type_id
ORDER BY e.id;

RESET session_replication_role;

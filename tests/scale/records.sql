-- {rows} records of the twelve months before 21 November 2026, and all that hangs on them. A third is {own}'s; {other}
-- is never late and {idle} has nothing at all, for it is the search without a find that reads most.
SET session_replication_role = replica;  -- sixty million questions whether a department is there would be asked
INSERT INTO catalog_item (code, name, information_class, class_edition)
SELECT 'many' || n, '目录条目' || n, '行政管理信息', '2024' FROM generate_series(1, 500) n;
INSERT INTO catalog_itemversion (item_id, number, state, name, information_class, class_edition, legal_basis, bases,
  subject_kinds, provider_units, sharing_scope, update_cycle, fields, rules, roles, raises, drafted_by, drafted_at,
  reviewed_by, review_note, published_on, withdrawn_reason, filing_no)
SELECT i.id, n, 'published', i.name, v.information_class, v.class_edition, v.legal_basis, v.bases,
  v.subject_kinds, '{{}}', v.sharing_scope, v.update_cycle, v.fields, v.rules, v.roles, v.raises, 'user:a', now(),
  'user:b', '', '2026-01-01', '', ''
FROM catalog_item i, catalog_itemversion v, generate_series(1, 2) n
WHERE i.code LIKE 'many%' AND v.id = {version};

INSERT INTO subjects_subject (kind, name, uscc, created_at, updated_at)
SELECT 'legal_person', '企业' || n, '91339901' || lpad(n::text, 10, '0'), now(), now() FROM generate_series(1, 20000) n;
CREATE TEMP TABLE firms ON COMMIT PRESERVE ROWS AS
SELECT id AS subject_id, right(uscc, 10)::int - 1 AS number FROM subjects_subject WHERE uscc LIKE '9133990100%';

CREATE TEMP TABLE items ON COMMIT PRESERVE ROWS AS
SELECT row_number() OVER (ORDER BY i.id) - 1 AS place, i.id AS item_id, v.id AS version_id
FROM catalog_item i JOIN catalog_itemversion v ON v.item_id = i.id AND v.number = 1
WHERE i.code LIKE 'many_' ORDER BY i.id;  -- many1 .. many9
CREATE TEMP TABLE made ON COMMIT PRESERVE ROWS AS
SELECT n AS id, '2025-11-21 08:00+08'::timestamptz + n * (interval '364 days' / {rows}) AS recorded_at,
  CASE WHEN n <= 20 THEN 8 WHEN n % 10 < 6 THEN 0 ELSE n % 7 + 1 END AS place,  -- the ninth is rare, and old
  CASE WHEN n % 3 = 0 THEN {own} ELSE {other} END AS provider_id, n / 100 + 1 AS batch_id, n % 100 + 2 AS row_number,
  n % 3 = 0 AND n % 7 = 0 AS late,
  CASE WHEN n % 3 = 1 AND n % 200 = 1 THEN 'withdrawn' WHEN n % 3 = 1 AND n % 50 = 2 THEN 'archived'
    ELSE 'current' END AS state
FROM generate_series(1, {rows}) n;

INSERT INTO collection_record (id, recorded_at, item_id, item_version_id, subject_id, document_no, authority,
  authority_department_id, provider_id, batch_id, row_number, decided_on, due_on, late, procedure, grade,
  publicity_state, state, version, content, sealed)
SELECT m.id, m.recorded_at, i.item_id, i.version_id, f.subject_id, '江处罚〔2026〕' || m.id || '号', '某局',
  m.provider_id, m.provider_id, m.batch_id, m.row_number, m.recorded_at::date - 3, m.recorded_at::date, m.late, '', '',
  '公示中', m.state, 1, '{{"NAME": "某公司"}}', '{{}}'
FROM made m JOIN items i USING (place) JOIN firms f ON f.number = m.id % 20000 ORDER BY m.id;
INSERT INTO collection_recordkey (record_id, recorded_at, item_id, authority, document_no, subject_id, provider_id)
SELECT id, recorded_at, item_id, authority, document_no, subject_id, provider_id FROM collection_record;
INSERT INTO collection_recordchange (record_id, version, kind, reason, document_no, before, sealed_before,
  item_version_id, changed_by, changed_at)
SELECT id, 1, CASE WHEN state = 'withdrawn' THEN 'withdrawn' ELSE 'changed' END, '', '', '{{"content": {{}}}}', '{{}}',
  item_version_id, 'user:a', recorded_at + interval '1 hour'
FROM collection_record WHERE id % 10 = 1;
INSERT INTO collection_promise (record_id, subject_id, department_id, promised_on, state, closed_at)
SELECT id, subject_id, provider_id, recorded_at::date + 30, CASE WHEN id % 4 = 0 THEN 'open' ELSE 'kept' END,
  CASE WHEN id % 4 > 0 THEN recorded_at END
FROM collection_record WHERE id % 3 < 2;

INSERT INTO collection_batch (id, item_id, item_version_id, department_id, channel, state, all_or_nothing,
  limit_percent, file_name, sha256, call_key, call_digest, checked_to, total, taken, changed, same, returned,
  open_problems, warned, problem_counts, warnings, notes, refusal, sender, sender_name, created_at)
SELECT n, i.item_id, i.version_id, CASE WHEN n % 3 = 0 THEN {own} ELSE {other} END,
  CASE WHEN n % 100 = 1 THEN 'page' ELSE 'file' END, CASE WHEN n % 50 = 1 THEN 'failed' ELSE 'done' END, false, 100,
  '报送' || n || '.xlsx', '', '', '', 130, 130, 100, 0, 0, 30, CASE WHEN n % 10 = 0 THEN 30 ELSE 0 END, 0, '{{}}',
  '[]', '[]', '', 'user:many', '报送员', '2025-11-21 07:00+08'::timestamptz + n * (interval '364 days' / {rows} * 100)
FROM generate_series(1, {rows} / 100) n JOIN items i ON i.place = n % 8;
INSERT INTO collection_rowproblem (batch_id, row_number, cells_ct, problems, state, closed_at)
SELECT b.id, n + 200, '', '[]', CASE WHEN b.open_problems > 0 THEN 'open' ELSE 'mended' END,
  CASE WHEN b.open_problems = 0 THEN now() END
FROM collection_batch b, generate_series(1, 30) n;
INSERT INTO collection_rowproblem (batch_id, row_number, cells_ct, problems, state)  -- one whole file came back
SELECT {large}, n + 1000, '', '[]', 'open' FROM generate_series(1, {rows} / 10) n;

INSERT INTO collection_collectiontask (item_id, department_id, period_from, period_until, due_on, provisional, state,
  closed_at, closed_by, created_at)
SELECT i.item_id, d.id, day, day, day + 10, false, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END,
  CASE WHEN n % 20 > 0 THEN now() END, '', now()
FROM items i, (VALUES ({own}), ({other})) d (id), generate_series(1, {rows} / 200) n,
  LATERAL (SELECT '2026-11-20'::date - n % 3000 AS day) t WHERE n <= 3000;
INSERT INTO collection_tally (month, department_id, item_id, reported, taken, late)
SELECT month, d.id, i.item_id, 100, 90, 10
FROM items i, (VALUES ({own}), ({other})) d (id), generate_series('2024-12-01'::date, '2026-11-01', '1 month') month;
INSERT INTO collection_handover (item_id, day, number, records, xlsx_id, xml_id, made_at, made_by, handed_by, note)
SELECT i.item_id, '2026-11-20'::date - n, 1, 10, {file}, {file}, now(), 'user:a', '', ''
FROM items i, generate_series(0, 2000) n;
DROP TABLE items, made, firms;
RESET session_replication_role;

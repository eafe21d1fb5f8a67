"""The statements by which staged rows become records: one set for a chunk, in one transaction (taking.py)."""

# %(batch)s, %(first)s, %(last)s name the chunk; %(now)s, %(day)s the moment and its legal day
ROWS = "s.batch_id = %(batch)s AND s.row_number BETWEEN %(first)s AND %(last)s"
STAGED = """row_number, document_no, authority, authority_key, document_key, authority_department_id, decided_on,
  due_on, procedure, grade, publicity_state, publicity_until, promised_on, content, sealed, raised, digest"""
ROOMY = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off"

# rows that Python has to look at: persons, and subjects that the register does not know yet or by another name
SINGLE = f"""SELECT s.row_number, s.subject_id, s.subject_kind, s.name, s.uscc, s.reg_no, s.org_code, s.person_ct
FROM collection_stagedrow s WHERE {ROWS} AND (s.subject_id IS NULL OR s.person_ct <> '') ORDER BY s.row_number"""
HOLDERS = "SELECT s.uscc, s.id FROM subjects_pub_subject s WHERE s.uscc = ANY(%s)"

TABLE = f"""CREATE TEMP TABLE collection_taking ON COMMIT DROP AS
SELECT {STAGED}, subject_id, 0::bigint AS record_id, NULL::timestamptz AS recorded_at, ''::text AS verdict,
  NULL::bigint AS provider_id, ''::text AS state FROM collection_stagedrow WITH NO DATA"""
# the rows leave the table in which they wait: whoever comes second waits here, and then finds nothing
CHUNK = f"""WITH gone AS (DELETE FROM collection_stagedrow s WHERE {ROWS} RETURNING s.*)
INSERT INTO collection_taking ({STAGED}, subject_id, record_id, recorded_at, verdict, state)
SELECT {STAGED}, coalesce(m.subject_id, g.subject_id), nextval('collection_record_id_seq'), %(now)s, 'new', ''
FROM (SELECT * FROM gone ORDER BY row_number) g
LEFT JOIN unnest(%(rows)s::int[], %(subjects)s::bigint[]) AS m(row_number, subject_id) USING (row_number)"""
NUMBERS = "SELECT row_number FROM collection_taking"
LEAVE_OUT = "DELETE FROM collection_taking WHERE row_number = ANY(%s)"
# no statistics know this table
KEYED = "CREATE UNIQUE INDEX ON collection_taking (row_number); ANALYZE collection_taking (row_number, record_id)"

# in the order of the key, so that two imports of the same decisions wait for each other and never in a circle
TAKE = """WITH made AS (
  INSERT INTO collection_recordkey
    (record_id, recorded_at, item_id, authority, document_no, subject_id, provider_id, digest)
  SELECT record_id, recorded_at, %(item)s, authority_key, document_key, subject_id, %(department)s, digest
  FROM collection_taking ORDER BY authority_key COLLATE "C", document_key COLLATE "C", subject_id, row_number
  ON CONFLICT (item_id, authority, document_no, subject_id) DO NOTHING RETURNING record_id
)
INSERT INTO collection_record (id, recorded_at, item_id, item_version_id, subject_id, document_no, authority,
  authority_department_id, provider_id, batch_id, row_number, decided_on, due_on, late, procedure, grade,
  publicity_state, publicity_until, content, sealed)
SELECT t.record_id, t.recorded_at, %(item)s, %(version)s, t.subject_id, t.document_no, t.authority,
  t.authority_department_id, %(department)s, %(batch)s, t.row_number, t.decided_on, t.due_on,
  coalesce(t.due_on < %(day)s, false), t.procedure, t.grade, t.publicity_state, t.publicity_until, t.content, t.sealed
FROM made JOIN collection_taking t USING (record_id) ORDER BY t.record_id"""

# what is there already under the key of a row: locked together with its record, for a withdrawal that is under way
# is waited for; then judged
KNOWN = """WITH known AS (
  SELECT k.record_id, k.recorded_at, k.provider_id, k.digest, t.row_number, r.state, r.batch_id
  FROM collection_taking t JOIN collection_recordkey k ON k.item_id = %(item)s AND k.authority = t.authority_key
    AND k.document_no = t.document_key AND k.subject_id = t.subject_id
  JOIN collection_record r ON r.id = k.record_id AND r.recorded_at = k.recorded_at
  WHERE k.record_id <> t.record_id
  ORDER BY k.authority COLLATE "C", k.document_no COLLATE "C", k.subject_id FOR UPDATE OF k, r
)
UPDATE collection_taking t SET record_id = k.record_id, recorded_at = k.recorded_at, provider_id = k.provider_id,
  state = k.state,
  verdict = CASE WHEN k.provider_id <> %(department)s THEN 'foreign'
    WHEN k.state = 'withdrawn' THEN 'withdrawn'
    WHEN k.digest = t.digest THEN 'same'
    WHEN k.batch_id = %(batch)s THEN 'repeated'
    ELSE 'changed' END
FROM known k WHERE t.row_number = k.row_number"""
# two spellings of one subject's codes may meet only here
TWICE = """UPDATE collection_taking t SET verdict = 'repeated' WHERE t.verdict = 'changed' AND EXISTS (
  SELECT 1 FROM collection_taking o
  WHERE o.record_id = t.record_id AND o.verdict = 'changed' AND o.row_number < t.row_number)"""
EARLIER = """SELECT t.row_number, t.verdict, t.provider_id, coalesce((SELECT min(o.row_number)
    FROM collection_taking o WHERE o.record_id = t.record_id AND o.row_number < t.row_number), r.row_number)
FROM collection_taking t LEFT JOIN collection_record r ON r.id = t.record_id AND r.recorded_at = t.recorded_at
WHERE t.verdict IN ('foreign', 'withdrawn', 'repeated') ORDER BY t.row_number"""

REMEMBER = """INSERT INTO collection_recordchange (record_id, version, kind, reason, document_no, before,
  sealed_before, item_version_id, batch_id, row_number, changed_by, changed_at)
SELECT r.id, r.version, %(kind)s, %(reason)s, %(paper)s, jsonb_build_object('content', r.content,
    'document_no', r.document_no, 'authority', r.authority, 'authority_department_id', r.authority_department_id,
    'decided_on', r.decided_on, 'due_on', r.due_on, 'procedure', r.procedure, 'grade', r.grade,
    'publicity_state', r.publicity_state, 'publicity_until', r.publicity_until, 'provider_id', r.provider_id,
    'state', r.state),
  r.sealed, r.item_version_id, r.batch_id, r.row_number, %(sender)s, %(now)s
FROM collection_taking t JOIN collection_record r ON r.id = t.record_id AND r.recorded_at = t.recorded_at
WHERE t.verdict = 'changed' ORDER BY t.row_number"""
# an end of publicity by repair or withdrawal is not undone by sending the decision again
CHANGE = """UPDATE collection_record r SET item_version_id = %(version)s, document_no = t.document_no,
  authority = t.authority, authority_department_id = t.authority_department_id, provider_id = %(department)s,
  batch_id = %(batch)s, row_number = t.row_number, decided_on = t.decided_on, due_on = t.due_on,
  procedure = t.procedure, grade = t.grade, publicity_until = t.publicity_until, content = t.content,
  publicity_state = CASE WHEN r.publicity_state = '终止公示' THEN r.publicity_state ELSE t.publicity_state END,
  sealed = t.sealed, version = r.version + 1, changed_at = %(now)s, state = 'current'
FROM collection_taking t
WHERE t.verdict = 'changed' AND r.id = t.record_id AND r.recorded_at = t.recorded_at"""
CHANGE_KEYS = """UPDATE collection_recordkey k SET digest = t.digest, provider_id = %(department)s
FROM collection_taking t WHERE t.verdict = 'changed' AND k.record_id = t.record_id"""
RESEAL = """UPDATE collection_record r SET sealed = p.sealed FROM collection_taking t
JOIN unnest(%(sealed_rows)s::int[], %(sealed)s::jsonb[]) AS p(row_number, sealed) USING (row_number)
WHERE t.verdict IN ('new', 'changed') AND r.id = t.record_id AND r.recorded_at = t.recorded_at"""

_RAISED = """collection_taking t CROSS JOIN jsonb_to_recordset(t.raised)
  AS x(source smallint, begins date, ends date, ground text, own_term boolean, responsible boolean, amount numeric)"""
_OPEN_DISPUTE = "FROM collection_recorddispute d WHERE d.record_id = t.record_id AND d.ended_on IS NULL"
# as an array: whatever statistics say of triggers, they are found by the index, and most chunks change nothing
_OF_CHANGED = "g.record_id = ANY(ARRAY(SELECT t.record_id FROM collection_taking t WHERE t.verdict = 'changed'))"
SOURCES = f"""SELECT DISTINCT x.source FROM {_RAISED} WHERE t.verdict IN ('new', 'changed')
UNION SELECT g.source_id FROM collection_trigger g WHERE {_OF_CHANGED} AND g.rev_to IS NULL ORDER BY 1"""
CLOSE = f"""UPDATE collection_trigger g SET rev_to = v.revision
FROM unnest(%(sources)s::int[], %(revisions)s::bigint[]) AS v(source, revision)
WHERE {_OF_CHANGED} AND g.rev_to IS NULL AND g.source_id = v.source"""
_RAISE = f"""INSERT INTO collection_trigger (source_id, record_id, subject_id, document_no, authority, ground,
  valid_from, valid_until, released_on, responsible, own_term, rev_from, grade, amount, disputed_on, suspended)
SELECT x.source, t.record_id, w.subject_id, t.document_no, t.authority, x.ground, x.begins, x.ends, {{released}},
  w.responsible, x.own_term, v.revision, t.grade, x.amount, {{disputed}}, {{suspended}}
FROM {_RAISED}
JOIN unnest(%(sources)s::int[], %(revisions)s::bigint[]) AS v(source, revision) ON v.source = x.source
CROSS JOIN LATERAL (SELECT t.subject_id, false AS responsible UNION ALL
  SELECT p.subject_id, true
  FROM unnest(%(responsible_rows)s::int[], %(responsible)s::bigint[]) AS p(row_number, subject_id)
  WHERE x.responsible AND p.row_number = t.row_number AND p.subject_id <> t.subject_id) w
WHERE t.verdict = '{{verdict}}' ORDER BY t.row_number, x.source, w.subject_id"""
RAISE = _RAISE.format(released="NULL::date", disputed="NULL::date", suspended="false", verdict="new")
# a limit that was lifted stays lifted when the decision is sent again with other words, also by a detour: its last
# trigger tells. What a record that was ended raises since is lifted from the day of that end, but for its own terms
RAISE_AGAIN = _RAISE.format(
    released="""coalesce(
    (SELECT g.released_on FROM collection_trigger g
     WHERE g.record_id = t.record_id AND g.source_id = x.source AND g.rev_to IS NOT NULL
     ORDER BY g.rev_to DESC, g.released_on LIMIT 1),
    (SELECT r.ended_on FROM collection_record r
     WHERE r.id = t.record_id AND r.recorded_at = t.recorded_at AND NOT x.own_term))""",
    disputed=f"(SELECT d.marked_on {_OPEN_DISPUTE})",
    suspended=f"NOT x.own_term AND coalesce((SELECT d.suspended {_OPEN_DISPUTE}), false)",
    verdict="changed",
)

PROMISE = """INSERT INTO collection_promise (record_id, subject_id, department_id, promised_on)
SELECT t.record_id, t.subject_id, %(department)s, t.promised_on
FROM collection_taking t WHERE t.verdict IN ('new', 'changed') AND t.promised_on IS NOT NULL ORDER BY t.record_id
ON CONFLICT (record_id) DO UPDATE SET promised_on = excluded.promised_on WHERE collection_promise.state = 'open'"""

RESULT = """SELECT count(*) FILTER (WHERE verdict = 'new'), count(*) FILTER (WHERE verdict = 'changed'),
  count(*) FILTER (WHERE verdict = 'same'),
  coalesce(min(record_id) FILTER (WHERE verdict = 'new'), 0),
  coalesce(max(record_id) FILTER (WHERE verdict = 'new'), 0),
  coalesce(encode(sha256(string_agg(digest, '' ORDER BY row_number)
    FILTER (WHERE verdict IN ('new', 'changed'))::bytea), 'hex'), ''),
  count(*) FILTER (WHERE verdict = 'new' AND due_on < %(day)s)
FROM collection_taking"""
OF_RECORDS = "SELECT record_id FROM collection_taking"
DEALT_WITH = "SELECT row_number FROM collection_taking WHERE verdict IN ('new', 'changed', 'same')"
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE"
DROP = "DROP TABLE collection_taking"

PARTS = """SELECT min(row_number), max(row_number) FROM (
  SELECT row_number, (row_number() OVER (ORDER BY row_number) - 1) / %s AS part
  FROM collection_stagedrow WHERE batch_id = %s) numbered GROUP BY part ORDER BY part"""

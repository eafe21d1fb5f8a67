"""The statements by which a staged version is compared with what stands, and takes its place. One transaction.

%(version)s the version, %(list)s its list type, %(source)s its source, %(on)s the day that it states, %(revision)s
the revision of the source under which it takes effect.
"""

from collections.abc import Iterable

from redblack.rules.corrections import MATTERS

ROOMY = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"
# 长期 ends a term that was stated; only a silent cell keeps it
_UNTIL = "CASE WHEN s.endless THEN NULL ELSE coalesce(s.effective_until, e.effective_until) END"
# where a row is silent the entry keeps what it was entered with: a column that was left out corrects nobody
_CELLS = {
    "authority": "coalesce(nullif(s.authority, ''), e.authority)",
    "ground": "coalesce(nullif(s.ground, ''), e.ground)",
    "legal_basis": "coalesce(nullif(s.legal_basis, ''), e.legal_basis)",
    "notice_served_on": "coalesce(s.notice_served_on, e.notice_served_on)",
    "publicised_from": "coalesce(s.publicised_from, e.publicised_from)",
    "publicised_until": "coalesce(s.publicised_until, e.publicised_until)",
    "decided_on": "coalesce(s.decided_on, e.decided_on)",
    "effective_from": "s.effective_from",
    "effective_until": _UNTIL,
    "exit_route": """coalesce(nullif(s.exit_route, ''), nullif(e.exit_route, ''),
      CASE WHEN s.endless THEN %(exit)s ELSE '' END)""",
    "performance": "coalesce(nullif(s.performance, ''), e.performance)",
    "amount": "coalesce(s.amount, e.amount)",
}


def _differ(names: Iterable[str]) -> str:
    """Whether the row says otherwise than its entry, of these."""
    names = tuple(names)
    said, held = ", ".join(_CELLS[name] for name in names), ", ".join(f"e.{name}" for name in names)
    return f"e.id IS NOT NULL AND ({said}) IS DISTINCT FROM ({held})"


# an entry of the place's own decision is none of a list's that others decide, whatever the list is called today
_OURS = "e.list_type_id = %(list)s AND e.released_on IS NULL AND e.origin = ANY(%(origins)s)"
# a row is judged with what its entry keeps; what the database would not bind is refused with its reason
JUDGE = f"""UPDATE redblack_stagedentry s SET outcome = 'refused', problem = left(s.problem || CASE
  WHEN e.origin = ANY(%(origins)s) THEN '列入日期晚于原截止日期，且没有新的截止日期。请填写截止日期。'
  ELSE '该决定已在本平台列入，不能由下发的版本更新。请核对名单来源。' END, 1000)
FROM redblack_entry e
WHERE s.list_version_id = %(version)s AND s.outcome NOT IN ('lost', 'refused') AND e.list_type_id = %(list)s
  AND e.released_on IS NULL AND e.subject_id = s.subject_id AND e.document_no = s.document_no
  AND (e.origin <> ALL(%(origins)s) OR s.effective_from > {_UNTIL})"""
# one subject and one decision are one entry; of two such rows the first counts
PLAN = f"""CREATE TEMP TABLE redblack_applying ON COMMIT DROP AS
SELECT s.row_number, s.subject_id, e.id AS entry_id,
  {_differ(_CELLS)} AS differs,
  {_differ(name for name in _CELLS if name in MATTERS)} AS matters,
  {_differ(("effective_from", "effective_until"))} AS termed
FROM (
  SELECT DISTINCT ON (subject_id, document_no) *
  FROM redblack_stagedentry WHERE list_version_id = %(version)s AND outcome NOT IN ('lost', 'refused')
  ORDER BY subject_id, document_no, row_number
) s
LEFT JOIN redblack_entry e ON {_OURS}
  AND e.subject_id = s.subject_id AND e.document_no = s.document_no"""
KEYED = "CREATE UNIQUE INDEX ON redblack_applying (row_number); ANALYZE redblack_applying"
# who was let go by a paper is not entered again because a list has not heard of it: a person asks its source. Its
# row is whole and known, so nothing else is held up by it.
FREED = """CREATE TEMP TABLE redblack_freed ON COMMIT DROP AS
SELECT a.row_number, e.released_on, e.release_document FROM redblack_applying a
JOIN redblack_stagedentry s ON s.list_version_id = %(version)s AND s.row_number = a.row_number
JOIN redblack_entry e ON e.list_type_id = %(list)s AND e.subject_id = s.subject_id AND e.document_no = s.document_no
WHERE a.entry_id IS NULL AND s.effective_from <= e.released_on AND e.release_document <> ''
  AND NOT EXISTS (SELECT 1 FROM redblack_entry n WHERE n.list_type_id = e.list_type_id
    AND n.subject_id = e.subject_id AND n.document_no = e.document_no AND n.id > e.id)"""
LET_GO = "DELETE FROM redblack_applying a USING redblack_freed f WHERE f.row_number = a.row_number"
SAY_FREED = """UPDATE redblack_stagedentry s SET outcome = 'refused', problem = left(s.problem || '该决定已于 '
  || f.released_on || ' 依据 ' || f.release_document || ' 移出，没有重新列入。'
  || '请向名单来源核对；移出有误的，由认定部门按规定恢复。', 1000)
FROM redblack_freed f WHERE s.list_version_id = %(version)s AND s.row_number = f.row_number"""
# an entry whose row is there but spoilt has not vanished: it stands until the row is mended
SPOILT = f"""CREATE TEMP TABLE redblack_spoilt ON COMMIT DROP AS
SELECT b.row_number, e.id AS entry_id FROM redblack_stagedentry b
JOIN redblack_entry e ON {_OURS} AND e.subject_id = b.subject_id AND b.document_no IN ('', e.document_no)
WHERE b.list_version_id = %(version)s AND b.outcome IN ('lost', 'refused')
UNION
SELECT b.row_number, e.id FROM redblack_stagedentry b
JOIN redblack_entry e ON {_OURS} AND e.document_no = b.document_no
JOIN subjects_pub_subject n ON n.id = e.subject_id AND n.name = b.name
WHERE b.list_version_id = %(version)s AND b.outcome IN ('lost', 'refused') AND b.subject_id IS NULL"""
# spoilt rows of which nobody knows whose they are: who would leave and might be meant by one does not leave unseen
STRAY = """CREATE TEMP TABLE redblack_stray ON COMMIT DROP AS
SELECT b.subject_id, b.name, b.document_no FROM redblack_stagedentry b
WHERE b.list_version_id = %(version)s AND b.outcome IN ('lost', 'refused')
  AND NOT EXISTS (SELECT 1 FROM redblack_spoilt p WHERE p.row_number = b.row_number)"""
LEAVING = f"""CREATE TEMP TABLE redblack_leaving ON COMMIT DROP AS
SELECT e.id AS entry_id, e.subject_id, coalesce(e.effective_until < %(on)s, false) AS over,
  e.subject_id IN (SELECT subject_id FROM redblack_stray WHERE subject_id IS NOT NULL)
  OR e.document_no IN (SELECT document_no FROM redblack_stray WHERE subject_id IS NULL)
  OR n.name IN (SELECT name FROM redblack_stray WHERE subject_id IS NULL)
  OR EXISTS (SELECT 1 FROM redblack_stray WHERE subject_id IS NULL AND '' IN (name, document_no)) AS unsure
FROM redblack_entry e LEFT JOIN subjects_pub_subject n ON n.id = e.subject_id
WHERE {_OURS} AND NOT EXISTS (SELECT 1 FROM redblack_applying a WHERE a.entry_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM redblack_spoilt p WHERE p.entry_id = e.id)"""
# before the source, as everybody does who marks or ends a single entry
LOCK = """SELECT e.id FROM redblack_entry e WHERE e.id IN (
  SELECT entry_id FROM redblack_leaving UNION SELECT entry_id FROM redblack_applying WHERE differs)
ORDER BY e.id FOR UPDATE"""
# who left while they were waited for has left
LEFT = """DELETE FROM redblack_leaving l USING redblack_entry e
WHERE e.id = l.entry_id AND e.released_on IS NOT NULL"""
COUNTS = f"""SELECT (SELECT count(*) FROM redblack_stagedentry WHERE list_version_id = %(version)s),
  (SELECT count(*) FROM redblack_entry e WHERE {_OURS}
    AND (effective_until IS NULL OR effective_until >= %(on)s)),
  (SELECT count(*) FROM redblack_applying WHERE entry_id IS NULL),
  (SELECT count(*) FROM redblack_applying WHERE entry_id IS NOT NULL AND NOT differs),
  (SELECT count(*) FROM redblack_applying WHERE differs),
  (SELECT count(*) FROM redblack_leaving WHERE NOT over), (SELECT count(*) FROM redblack_leaving WHERE over),
  (SELECT count(*) FROM redblack_stagedentry WHERE list_version_id = %(version)s AND outcome = 'lost'),
  (SELECT count(*) FROM redblack_stagedentry WHERE list_version_id = %(version)s AND outcome = 'refused'),
  (SELECT count(*) FROM redblack_leaving WHERE unsure AND NOT over), (SELECT count(*) FROM redblack_stray),
  (SELECT count(*) FROM redblack_freed)"""

# --- held: what became of each row, and whose standing is not certain ---
OUTCOMES = """UPDATE redblack_stagedentry s SET outcome = x.outcome, entry_id = x.entry_id FROM (
  SELECT r.row_number, a.entry_id,
    CASE WHEN a.row_number IS NULL THEN 'twice' WHEN a.entry_id IS NULL THEN 'added'
      WHEN a.differs THEN 'changed' ELSE 'kept' END AS outcome
  FROM redblack_stagedentry r LEFT JOIN redblack_applying a USING (row_number)
  WHERE r.list_version_id = %(version)s AND r.outcome NOT IN ('lost', 'refused')
) x WHERE s.list_version_id = %(version)s AND s.row_number = x.row_number AND s.outcome <> x.outcome"""
# of another term than the entry: it stands as it did, and where it does not bind nobody can be called clear
DOUBTS = """INSERT INTO redblack_doubt (source_id, subject_id, entry_id, list_version_id, rev_from)
SELECT %(source)s, subject_id, entry_id, %(version)s, %(revision)s FROM redblack_leaving WHERE NOT over
UNION ALL
SELECT DISTINCT %(source)s::int, subject_id, NULL::bigint, %(version)s::bigint, %(revision)s::bigint
FROM redblack_applying WHERE entry_id IS NULL OR termed
ORDER BY entry_id NULLS LAST, subject_id"""
SETTLED = """UPDATE redblack_doubt SET rev_to = %(revision)s
WHERE list_version_id = %(version)s AND rev_to IS NULL"""

# --- applied ---
_BINDING = """source_id, entry_id, subject_id, document_no, authority, ground, valid_from, valid_until, released_on,
  disputed_on, suspended, grade, amount, rev_from"""
ENTER = f"""WITH made AS (
  INSERT INTO redblack_entry (list_type_id, origin, reward, subject_id, document_no, authority,
    authority_department_id, ground, legal_basis, notice_served_on, publicised_from, publicised_until, decided_on,
    effective_from, effective_until, exit_route, performance, grade, amount, responsible_persons, registered_at,
    release_kind, release_document, release_reason)
  SELECT %(list)s, %(origin)s, %(reward)s, s.subject_id, s.document_no,
    coalesce(nullif(s.authority, ''), %(initiator)s), %(department)s, s.ground,
    coalesce(nullif(s.legal_basis, ''), %(basis)s), s.notice_served_on, s.publicised_from, s.publicised_until,
    s.decided_on, s.effective_from, s.effective_until, coalesce(nullif(s.exit_route, ''), %(exit)s), s.performance,
    '', s.amount, '{{}}', %(now)s, '', '', ''
  FROM redblack_applying a
  JOIN redblack_stagedentry s ON s.list_version_id = %(version)s AND s.row_number = a.row_number
  WHERE a.entry_id IS NULL ORDER BY a.row_number
  RETURNING id, subject_id, document_no, authority, ground, effective_from, effective_until, amount
), bound AS (
  INSERT INTO redblack_binding ({_BINDING})
  SELECT %(source)s, id, subject_id, document_no, authority, left(ground, %(shown)s), effective_from,
    effective_until, NULL, NULL, false, '', amount, %(revision)s FROM made
)
SELECT id FROM made"""
CORRECT = f"""UPDATE redblack_entry e SET ({", ".join(_CELLS)}) = ROW({", ".join(_CELLS.values())})
FROM redblack_applying a
JOIN redblack_stagedentry s ON s.list_version_id = %(version)s AND s.row_number = a.row_number
WHERE a.differs AND e.id = a.entry_id AND e.released_on IS NULL RETURNING e.id, a.matters"""
# what an exit is called: redblack.rules.removals.how_it_left
RELEASE = """UPDATE redblack_entry e SET released_on = %(on)s, release_reason = %(reason)s,
  release_kind = CASE WHEN l.over THEN '期满移出'
    WHEN e.reward AND e.effective_from < b.begins THEN '期满移出' ELSE '提前移出' END
FROM redblack_leaving l, (
  SELECT min(s.effective_from) AS begins FROM redblack_applying a
  JOIN redblack_stagedentry s ON s.list_version_id = %(version)s AND s.row_number = a.row_number
) b
WHERE e.id = l.entry_id AND e.released_on IS NULL RETURNING e.id"""
UNDISPUTE = """UPDATE redblack_dispute SET ended_on = %(on_now)s, outcome = '移出'
WHERE ended_on IS NULL AND entry_id = ANY(%(entries)s)"""
# what a check reads is closed and written anew, with the marks that stand on it
REWRITE = f"""WITH closed AS (
  UPDATE redblack_binding b SET rev_to = %(revision)s WHERE b.entry_id = ANY(%(entries)s) AND b.rev_to IS NULL
  RETURNING b.source_id, b.entry_id, b.subject_id, b.document_no, b.disputed_on, b.suspended, b.grade
)
INSERT INTO redblack_binding ({_BINDING})
SELECT c.source_id, c.entry_id, c.subject_id, c.document_no, e.authority, left(e.ground, %(shown)s), e.effective_from,
  e.effective_until, e.released_on, c.disputed_on, c.suspended, c.grade, e.amount, %(revision)s
FROM closed c JOIN redblack_entry e ON e.id = c.entry_id"""
CLEAR = """DELETE FROM redblack_stagedentry WHERE list_version_id = %(version)s
AND (%(all)s OR outcome NOT IN ('lost', 'refused', 'twice'))"""
TWICE = """UPDATE redblack_stagedentry s SET outcome = 'twice' WHERE s.list_version_id = %(version)s
AND s.outcome NOT IN ('lost', 'refused') AND NOT EXISTS (
  SELECT 1 FROM redblack_applying a WHERE a.row_number = s.row_number)"""
DROP = "DROP TABLE redblack_applying, redblack_freed, redblack_leaving, redblack_spoilt, redblack_stray"

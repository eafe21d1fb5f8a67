"""The statements of the intake. A call's good rows wait in a temporary table; each statement sees all of them."""

COMING = """
CREATE TEMPORARY TABLE feedback_coming (
  row int PRIMARY KEY, case_id bigint, own_number text, receipt text, place int, subject text, response_id bigint,
  trigger text, measure text, seen int, action text, content text, reason text, amount numeric(18,2),
  done_from date, done_until date, effect text, operator text, digest text, reason_key text, weak boolean,
  due_id bigint, problem text, outcome text, version int
) ON COMMIT DROP"""
COLUMNS = """row, case_id, own_number, receipt, place, subject, response_id, trigger, measure, seen, action, content,
  reason, amount, done_from, done_until, effect, operator, digest, reason_key, weak, due_id, problem"""
COPY = f"COPY feedback_coming ({COLUMNS}) FROM STDIN"

BY_CASE = """
UPDATE feedback_coming c SET due_id = d.id FROM feedback_due d
 WHERE c.case_id IS NOT NULL AND c.problem IS NULL AND d.id = c.case_id AND d.department_id = ANY (%(mine)s)"""
BY_RECEIPT = """
UPDATE feedback_coming c SET due_id = m.due_id, problem = CASE WHEN m.found > 1 THEN 'ambiguous' END
  FROM (SELECT c.row, min(d.id) AS due_id, count(*) AS found
          FROM feedback_coming c JOIN feedback_due d ON d.number = c.receipt AND d.measure_code = c.measure
         WHERE c.receipt <> '' AND c.measure <> '' AND c.case_id IS NULL AND c.due_id IS NULL AND c.problem IS NULL
           AND d.basis = 'receipt' AND d.department_id = ANY (%(mine)s)
           AND (c.place IS NULL OR d.subject_index = c.place - 1)
           AND (c.subject = '' OR d.subject_id IN (SELECT s.id FROM subjects_pub_subject s WHERE s.uscc = c.subject))
         GROUP BY c.row) m
 WHERE m.row = c.row"""
# the department's own number finds what was reported under it before, where nothing else says which case it is
BY_OWN_NUMBER = """
UPDATE feedback_coming c SET due_id = d.id FROM feedback_due d
 WHERE c.own_number <> '' AND c.case_id IS NULL AND c.receipt = '' AND c.response_id IS NULL AND c.trigger = ''
   AND c.problem IS NULL AND d.own_number = c.own_number AND d.department_id = ANY (%(mine)s)"""
UNOPENED = """
SELECT DISTINCT c.receipt FROM feedback_coming c
 WHERE c.receipt <> '' AND c.measure <> '' AND c.due_id IS NULL AND c.problem IS NULL AND c.case_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM feedback_due d WHERE d.number = c.receipt AND d.basis = 'receipt')
 ORDER BY 1 LIMIT 50"""
LOCK = """
SELECT 1 FROM feedback_due d
 WHERE d.id IN (SELECT c.due_id FROM feedback_coming c WHERE c.due_id IS NOT NULL) ORDER BY d.id FOR NO KEY UPDATE"""
JUDGE = """
UPDATE feedback_coming SET problem = 'not_found' WHERE due_id IS NULL AND problem IS NULL;
UPDATE feedback_coming c SET problem = 'twice'
  FROM (SELECT due_id, min(row) AS first FROM feedback_coming WHERE problem IS NULL GROUP BY due_id
        HAVING count(*) > 1) f
 WHERE f.due_id = c.due_id AND c.problem IS NULL AND c.row <> f.first;
UPDATE feedback_coming c SET problem = 'own_number' FROM feedback_due d
 WHERE d.id = c.due_id AND c.problem IS NULL AND c.own_number <> '' AND d.own_number <> c.own_number
   AND (d.own_number <> ''
     OR EXISTS (SELECT 1 FROM feedback_due o WHERE o.department_id = d.department_id AND o.own_number = c.own_number)
     OR EXISTS (SELECT 1 FROM feedback_coming e JOIN feedback_due o ON o.id = e.due_id
          WHERE e.own_number = c.own_number AND e.row < c.row AND o.department_id = d.department_id));
UPDATE feedback_coming c SET outcome = 'same', version = d.version FROM feedback_due d
 WHERE d.id = c.due_id AND c.problem IS NULL AND d.version > 0
   AND EXISTS (SELECT 1 FROM feedback_case k WHERE k.due_id = c.due_id AND k.digest = c.digest
     AND (c.seen IS NULL OR k.version = d.version));
UPDATE feedback_coming c SET problem = 'meanwhile' FROM feedback_due d
 WHERE d.id = c.due_id AND c.problem IS NULL AND c.outcome IS NULL AND c.seen IS NOT NULL AND c.seen <> d.version;
UPDATE feedback_coming c SET problem = 'meanwhile' FROM feedback_due d
 WHERE d.id = c.due_id AND c.problem IS NULL AND c.outcome IS NULL AND d.version >= 999;
UPDATE feedback_coming c SET outcome = CASE WHEN d.version = 0 THEN 'taken' ELSE 'corrected' END,
    version = d.version + 1
  FROM feedback_due d WHERE d.id = c.due_id AND c.problem IS NULL AND c.outcome IS NULL"""
WRITE = """
INSERT INTO feedback_case (due_id, version, action, reason, content, amount, done_from, done_until, effect, operator,
  channel, digest, reported_by, reported_at)
SELECT due_id, version, action, reason, content, amount, done_from, done_until, effect, operator, %(channel)s, digest,
  %(by)s, %(at)s
FROM feedback_coming WHERE outcome IN ('taken', 'corrected') ORDER BY row"""
# a correction keeps what proves the case
KEEP_FILES = """
INSERT INTO feedback_attachment (case_id, file_id, name, kind, added_by, added_at)
SELECT k.id, a.file_id, a.name, a.kind, a.added_by, a.added_at
FROM feedback_coming c
JOIN feedback_case k ON k.due_id = c.due_id AND k.version = c.version
JOIN feedback_case before ON before.due_id = c.due_id AND before.version = c.version - 1
JOIN feedback_attachment a ON a.case_id = before.id
WHERE c.outcome = 'corrected' ORDER BY a.id"""
# before the cases themselves are moved on: what goes away, and what comes
TALLY = """
INSERT INTO feedback_tally (month, department_id, source_id, measure_code, area, reward, action, cases, amount)
SELECT month, department_id, source_id, measure_code, area, reward, action, sum(cases), sum(amount) FROM (
  SELECT date_trunc('month', coalesce(d.reported_on, %(day)s))::date AS month, d.department_id,
    coalesce(d.source_id, 0) AS source_id, d.measure_code, d.area, d.reward, c.action, 1 AS cases,
    coalesce(c.amount, 0) AS amount
  FROM feedback_coming c JOIN feedback_due d ON d.id = c.due_id WHERE c.outcome IN ('taken', 'corrected')
  UNION ALL
  SELECT date_trunc('month', d.reported_on)::date, d.department_id, coalesce(d.source_id, 0), d.measure_code, d.area,
    d.reward, d.action, -1, -coalesce(d.amount, 0)
  FROM feedback_coming c JOIN feedback_due d ON d.id = c.due_id WHERE c.outcome = 'corrected') moved
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(cases) <> 0 OR sum(amount) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7"""
# each change gets the next number of its department, whose count stays locked till the commit: in the order of ids,
# so that two calls wait for each other and never in a ring
MOVE_ON = """
WITH moved AS (
  SELECT c.due_id, d.department_id, row_number() OVER (PARTITION BY d.department_id ORDER BY c.row) AS place,
    count(*) OVER (PARTITION BY d.department_id) AS changes
  FROM feedback_coming c JOIN feedback_due d ON d.id = c.due_id WHERE c.outcome IN ('taken', 'corrected')
), counted AS (
  INSERT INTO feedback_changecount AS n (department_id, last)
  SELECT department_id, count(*) FROM moved GROUP BY 1 ORDER BY 1
  ON CONFLICT (department_id) DO UPDATE SET last = n.last + excluded.last
  RETURNING department_id, last
)
UPDATE feedback_due d SET version = c.version, action = c.action, amount = c.amount, reason_key = c.reason_key,
  weak = c.weak, own_number = CASE WHEN c.own_number <> '' THEN c.own_number ELSE d.own_number END,
  reported_at = coalesce(d.reported_at, %(at)s), reported_on = coalesce(d.reported_on, %(day)s),
  change_seq = n.last - m.changes + m.place
FROM feedback_coming c, moved m, counted n
WHERE c.due_id = d.id AND c.outcome IN ('taken', 'corrected') AND m.due_id = d.id
  AND n.department_id = d.department_id"""
DONE = "SELECT row, due_id, outcome, problem, version, action FROM feedback_coming ORDER BY row"

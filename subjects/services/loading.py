"""Organisations in bulk: one chunk, one transaction, one fact. The same rows again change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from kernel.identifiers import org_code_valid
from subjects import events, policies
from subjects.rules.rows import Row
from subjects.services.base import NotYours, next_revision
from toolkit.db import note_growth

COLUMNS = "line, name, key, uscc, org_code, kind, registered_on, division_code"
# temporary: unlogged, private to this transaction, and gone after it even if the process is killed
STAGING = """CREATE TEMP TABLE subjects_staging (
  line int NOT NULL, name text NOT NULL, key text NOT NULL, uscc text NOT NULL, org_code text, kind text NOT NULL,
  registered_on date, division_code text NOT NULL
) ON COMMIT DROP"""
NEWS = """SELECT
  count(*) FILTER (WHERE s.id IS NULL AND t.first_of_code),
  count(*) FILTER (WHERE s.id IS NOT NULL AND s.name <> t.name
    AND NOT EXISTS (SELECT 1 FROM subjects_name n WHERE n.subject_id = s.id AND n.rev_to IS NULL AND n.key = t.key)),
  count(*) FILTER (WHERE s.id IS NULL AND NOT t.first_of_code)
FROM (SELECT *, line = min(line) OVER (PARTITION BY uscc) AS first_of_code FROM subjects_staging) t
LEFT JOIN subjects_subject s ON s.uscc = t.uscc"""
# an organisation known by its old number alone has got its unified code
ADOPT = """UPDATE subjects_subject s SET uscc = t.uscc, updated_at = %(now)s
FROM (SELECT DISTINCT ON (uscc) uscc, org_code FROM subjects_staging WHERE org_code IS NOT NULL ORDER BY uscc, line) t
WHERE s.uscc IS NULL AND s.org_code = t.org_code AND s.kind <> 'natural_person'
  AND NOT EXISTS (SELECT 1 FROM subjects_subject o WHERE o.uscc = t.uscc)
  AND 1 = (SELECT count(*) FROM subjects_subject o WHERE o.org_code = t.org_code AND o.uscc IS NULL)"""
INSERT = """WITH fresh AS (
  SELECT DISTINCT ON (uscc) * FROM subjects_staging ORDER BY uscc, line
), made AS (
  INSERT INTO subjects_subject (kind, name, uscc, org_code, division_code, registered_on, created_at, updated_at)
  SELECT kind, name, uscc, org_code, division_code, registered_on, %(now)s, %(now)s FROM fresh
  ON CONFLICT (uscc) DO NOTHING RETURNING id, uscc
)
INSERT INTO subjects_name (subject_id, name, key, kind, valid_from, rev_from)
SELECT made.id, fresh.name, fresh.key, 'current', fresh.registered_on, %(revision)s
FROM made JOIN fresh USING (uscc) ORDER BY made.id"""
CONFLICTS = """INSERT INTO subjects_conflict (code, subject_id, kept_name, other_name, source, found_at)
SELECT DISTINCT ON (t.uscc, t.name) t.uscc, s.id, s.name, t.name, %(source)s || ' 第' || t.line || '行', %(now)s
FROM subjects_staging t JOIN subjects_subject s ON s.uscc = t.uscc AND s.name <> t.name
WHERE NOT EXISTS (SELECT 1 FROM subjects_name n WHERE n.subject_id = s.id AND n.rev_to IS NULL AND n.key = t.key)
ORDER BY t.uscc, t.name, t.line
ON CONFLICT (code, other_name) DO NOTHING"""


# bigrams wait in the index's pending list and are sorted in by the hundred thousand; finish_loading() empties it
ROOMY = "SET LOCAL gin_pending_list_limit = '64MB'; SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True, slots=True)
class Loaded:
    created: int
    known: int
    conflicts: int


@transaction.atomic
def load_rows(*, rows: Sequence[Row], source: str, actor: Actor, now: datetime) -> Loaded:
    """Enter the organisations of one chunk that nobody holds yet; note every second name of a code as a conflict.

    Rows go by COPY to a temporary table and from there in one statement. Raises NotYours.
    """
    if not policies.may_register(actor):
        raise NotYours
    if not rows:
        return Loaded(0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute(ROOMY)
        cursor.execute(STAGING)
        cursor.copy_expert(f"COPY subjects_staging ({COLUMNS}) FROM STDIN", _as_copy(rows))
        cursor.execute("ANALYZE subjects_staging")
        values: dict[str, datetime | str | int] = {"now": now, "source": source}
        cursor.execute(ADOPT, values)
        adopted = int(cursor.rowcount)
        cursor.execute(NEWS)
        fresh, other_names, repeated = cursor.fetchone()
        created = conflicts = 0
        if fresh or adopted:
            values["revision"] = next_revision()
            cursor.execute(INSERT, values)
            created = int(cursor.rowcount)
        if other_names or repeated or created < fresh:
            cursor.execute(CONFLICTS, values)
            conflicts = int(cursor.rowcount)
        cursor.execute("DROP TABLE subjects_staging")
    note_growth(("subjects_subject", "subjects_name"), created)
    loaded = Loaded(created, len(rows) - created, conflicts)
    if created or conflicts or adopted:
        fact = events.RowsLoaded(source, rows[0].line, rows[-1].line, created, loaded.known, conflicts)
        record(fact, about=f"subjects.file:{source}", actor=actor, now=now)
    return loaded


@transaction.atomic
def finish_loading(*, actor: Actor) -> None:
    """After the last chunk: sort the waiting bigrams in, and give the planner fresh statistics. Raises NotYours."""
    if not policies.may_register(actor):
        raise NotYours
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
        cursor.execute("SELECT gin_clean_pending_list('subjects_name_by_grams')")
        cursor.execute("ANALYZE subjects_subject, subjects_name")


def _as_copy(rows: Sequence[Row]) -> StringIO:
    lines = []
    for row in rows:
        inner = row.uscc[8:17]
        org_code = inner if org_code_valid(inner) else "\\N"
        day = row.registered_on.isoformat() if row.registered_on else "\\N"
        name = row.name.replace("\\", "\\\\")  # a display name has neither tabs nor line breaks
        lines.append(
            f"{row.line}\t{name}\t{row.key}\t{row.uscc}\t{org_code}\t{row.kind}\t{day}\t{row.division_code}\n"
        )
    return StringIO("".join(lines))

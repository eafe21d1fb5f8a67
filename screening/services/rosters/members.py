"""Taking members into a roster, many at once: by COPY to a temporary table, looked up and entered by one statement.

Of a person only the register's id is kept, or a blind index while the register does not have him; never the number,
and never a name (invariant I7). Whoever is on the roster already is not entered again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from screening.events import RosterMembersRemoved, RosterRowsTaken
from screening.models import Roster, RosterUpload
from screening.rules.rosters import Ask, Row, read_row
from screening.services.rosters.resolving import VALUES, resolved
from screening.services.rosters.starting import RosterNotInUse, RosterUnknown
from subjects.rules.persons import id_purpose
from subjects.selectors.register import PERSON_KINDS
from toolkit import crypto
from toolkit.clock import day_of

COMING = """
DROP TABLE IF EXISTS roster_coming, roster_coming_index;
CREATE TEMPORARY TABLE roster_coming (
  key bigint, ask text, code text, index_key text, index_digest bytea, name text, state text, problem text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE roster_coming_index (key bigint, index_key text, index_digest bytea) ON COMMIT DROP
"""
ROOMY = """
SET LOCAL work_mem = '128MB'; SET LOCAL jit = off;
CREATE INDEX ON roster_coming_index (key); ANALYZE roster_coming; ANALYZE roster_coming_index
"""
OTHER_KEYS = """ OR (i.key_id, i.digest) IN (
      SELECT k.index_key, k.index_digest FROM roster_coming_index k WHERE k.key = c.key)"""
# Who is there already, also one whom the register has taken in since, is touched, so that a file that replaces all
# keeps him; one that came in the same file before is entered as a duplicate, so that the sender can see it.
# `roster_id + 0`: by the subject's index, whatever the statistics of a roster that is just being filled say.
ENTER = """
WITH found AS MATERIALIZED (
  SELECT c.key, c.name, coalesce(r.code, '') AS code, r.subject_id, coalesce(r.kind, '') AS kind, r.ids,
    CASE WHEN c.state <> '' THEN c.state WHEN r.subject_id IS NOT NULL THEN 'matched' ELSE r.otherwise END AS state,
    CASE WHEN c.state <> '' THEN c.problem WHEN r.subject_id IS NOT NULL THEN '' ELSE r.problem END AS problem,
    CASE WHEN r.subject_id IS NULL THEN c.index_key END AS index_key,
    CASE WHEN r.subject_id IS NULL THEN c.index_digest END AS index_digest, c.ask = 'person' AS person
  FROM roster_coming c LEFT JOIN ({resolved}) r ON r.key = c.key
), judged AS MATERIALIZED (
  SELECT f.*, known.id AS known_id, known.upload_id IS NOT DISTINCT FROM %(upload)s AS known_here,
    f.state IN ('matched', 'unknown') AND row_number() OVER (
      PARTITION BY f.subject_id, CASE WHEN f.subject_id IS NULL THEN f.code END, f.index_digest,
        f.state IN ('matched', 'unknown') ORDER BY f.key) > 1 AS again
  FROM found f LEFT JOIN LATERAL (
    SELECT m.id, m.upload_id FROM screening_rostermember m
    WHERE f.state = 'matched' AND m.roster_id + 0 = %(roster)s AND m.subject_id = f.subject_id
      AND m.removed_at IS NULL AND m.state <> 'duplicate'
    UNION ALL
    SELECT m.id, m.upload_id FROM screening_rostermember m
    WHERE f.state IN ('matched', 'unknown') AND f.code <> '' AND m.roster_id = %(roster)s AND m.uscc = f.code
      AND m.uscc <> '' AND m.removed_at IS NULL AND m.state = 'unknown'
    UNION ALL
    SELECT m.id, m.upload_id FROM roster_coming_index k JOIN screening_rostermember m
      ON m.index_digest = k.index_digest AND m.index_key = k.index_key
    WHERE f.person AND k.key = f.key AND m.roster_id = %(roster)s AND m.removed_at IS NULL AND m.state <> 'duplicate'
    LIMIT 1
  ) known ON true
), touched AS (
  UPDATE screening_rostermember m SET upload_id = %(upload)s
  FROM judged j WHERE m.id = j.known_id AND %(upload)s IS NOT NULL
    AND (m.upload_id IS NULL OR m.upload_id < %(upload)s)
), entered AS (
  INSERT INTO screening_rostermember (roster_id, upload_id, row_number, state, problem, name, uscc, kind, subject_id,
    subject_ids, index_key, index_digest, added_at)
  SELECT %(roster)s, %(upload)s, key, CASE WHEN again OR known_id IS NOT NULL THEN 'duplicate' ELSE state END,
    CASE WHEN again OR known_id IS NOT NULL THEN %(twice)s ELSE problem END,
    CASE WHEN kind = 'natural_person' THEN '' ELSE name END, code, kind, subject_id, ids, index_key, index_digest,
    %(now)s
  FROM judged WHERE known_id IS NULL OR known_here AND %(upload)s IS NOT NULL
  ORDER BY key
)
SELECT count(*), count(*) FILTER (WHERE NOT double AND state = 'matched'),
  count(*) FILTER (WHERE NOT double AND state = 'unknown'), count(*) FILTER (WHERE NOT double AND state = 'identify'),
  count(*) FILTER (WHERE state = 'invalid'), count(*) FILTER (WHERE state = 'wrong_kind'),
  count(*) FILTER (WHERE double), count(*) FILTER (WHERE person)
FROM (SELECT state, person, again OR known_id IS NOT NULL AS double FROM judged) counted
"""
# The first members are as the register has them now; later ones are looked up with the others before the next run.
FRESH = """
UPDATE screening_roster SET resolved_revision = coalesce((SELECT revision FROM subjects_pub_revision), 0)
WHERE id = %s AND NOT EXISTS (SELECT 1 FROM screening_rostermember WHERE roster_id = %s)
"""
TWICE = "与本名单中的另一行是同一主体，已合并。"
GO = """
WITH gone AS (
  UPDATE screening_rostermember SET removed_at = %(now)s
  WHERE roster_id = %(roster)s AND removed_at IS NULL AND {which} RETURNING id
), answers AS (DELETE FROM screening_rosteranswer WHERE member_id IN (SELECT id FROM gone)),
findings AS (
  UPDATE screening_rosterfinding SET state = 'superseded', snoozed_until = NULL
  WHERE member_id IN (SELECT id FROM gone) AND state IN ('open', 'assigned', 'snoozed')
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What rows became; rows = the sum of the others but `persons`, which says how many of them were persons."""

    rows: int
    matched: int
    unknown: int
    identify: int
    invalid: int
    wrong_kind: int
    duplicate: int
    persons: int


@transaction.atomic
def take_rows(
    *, roster_id: int, rows: Sequence[tuple[int, str, str]], upload_id: int | None, actor: Actor, now: datetime
) -> Taken:
    """Enter rows of (number, code, name). The caller has asked whether the actor may. Raises RosterUnknown,
    RosterNotInUse (closed).
    """
    roster = locked(roster_id)
    day = day_of(now)
    read = [(number, read_row(code, name, persons=roster.persons, today=day)) for number, code, name in rows]
    with connection.cursor() as cursor:
        cursor.execute(COMING)
        lines, keys = _as_copy(read)
        cursor.copy_expert("COPY roster_coming FROM STDIN", lines)
        cursor.copy_expert("COPY roster_coming_index FROM STDIN", keys)
        cursor.execute(ROOMY)
        cursor.execute(FRESH, [roster_id, roster_id])
        cursor.execute(
            ENTER.format(resolved=resolved("roster_coming", other_keys=OTHER_KEYS)),
            VALUES | {"roster": roster_id, "upload": upload_id, "twice": TWICE, "now": now},
        )
        taken = Taken(*cursor.fetchone())
    fact = RosterRowsTaken(roster_id, upload_id or 0, **asdict(taken))
    record(fact, about=f"screening.roster:{roster_id}", actor=actor, now=now)
    return taken


def locked(roster_id: int) -> Roster:
    """The roster for who changes its members: a snapshot of a run waits, and the other way round."""
    roster = Roster.objects.select_for_update().filter(pk=roster_id).first()
    if roster is None:
        raise RosterUnknown
    if roster.state == Roster.State.CLOSED:
        raise RosterNotInUse
    return roster


@transaction.atomic
def remove_members(*, roster_id: int, member_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Take members off: their answers go, what nobody has handled is over. How many. Raises RosterUnknown."""
    locked(roster_id)
    return _go(roster_id, "id = ANY (%(members)s)", {"members": list(member_ids)}, actor=actor, now=now)


@transaction.atomic
def remove_others(*, roster_id: int, upload_id: int, actor: Actor, now: datetime) -> int:
    """After a file that replaces the roster: whoever was there before it and is not in it.

    Who was added while the file was waiting or was being taken, or came in a later file, stays.
    """
    locked(roster_id)
    before = RosterUpload.objects.values_list("uploaded_at", flat=True).get(pk=upload_id)
    which = "(upload_id IS NULL AND added_at < %(before)s OR upload_id < %(upload)s)"
    return _go(roster_id, which, {"upload": upload_id, "before": before}, actor=actor, now=now)


def _go(roster_id: int, which: str, given: dict[str, Any], *, actor: Actor, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(GO.format(which=which), given | {"roster": roster_id, "now": now})
        gone = int(cursor.fetchone()[0])
    if gone:
        fact = RosterMembersRemoved(roster_id, gone)
        record(fact, about=f"screening.roster:{roster_id}", actor=actor, now=now)
    return gone


def _as_copy(rows: Iterable[tuple[int, Row]]) -> tuple[StringIO, StringIO]:
    """The rows, and the digests of persons under every live key, as COPY reads them."""
    lines, keys = [], []
    for number, row in rows:
        code, key, digest = row.code, "\\N", "\\N"
        if row.ask is Ask.PERSON:
            indexes = crypto.blind_indexes(row.code, purpose=id_purpose(PERSON_KINDS[row.id_kind]))
            code, key, digest = "", indexes[0][0], f"\\\\x{indexes[0][1].hex()}"
            keys += [f"{number}\t{other}\t\\\\x{said.hex()}\n" for other, said in indexes]
        lines.append(
            f"{number}\t{row.ask.value}\t{code}\t{key}\t{digest}\t{_plain(row.name)}\t{row.state}"
            f"\t{_plain(row.problem)}\n"
        )
    return StringIO("".join(lines)), StringIO("".join(keys))


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")

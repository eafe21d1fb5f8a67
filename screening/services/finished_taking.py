"""Finished matters written down as a set: each with the check that was made for it, all of them or none.

A check counts where its receipt has the file number and the matter and an office of the case's own line asked,
whenever it was made up to the day of the decision; or where it was made for the same applicant and matter between
acceptance and decision.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from screening.models import Matter
from screening.rules.finished import Case
from screening.selectors.asking import askers_about
from subjects.rules.persons import id_purpose
from toolkit.clock import start_of
from toolkit.crypto import blind_index

LOOK_BACK = timedelta(days=365)  # a check is not looked for longer before the decision, so that months are left aside

COMING = """
CREATE TEMPORARY TABLE finished_coming (
  row int, line int, matter_id bigint, file_number text, department_id bigint, desk_id bigint, "window" text,
  code text, blind text, accepted_on date, finished_on date, result text, exempt boolean, subject_id bigint,
  receipt text
) ON COMMIT DROP"""
COPY = """COPY finished_coming (row, line, matter_id, file_number, department_id, desk_id, "window", code, blind,
  accepted_on, finished_on, result, exempt) FROM STDIN"""
LINES = """
CREATE TEMPORARY TABLE finished_line (line int, asker_id bigint) ON COMMIT DROP"""
COPY_LINES = "COPY finished_line (line, asker_id) FROM STDIN"
NOBODY = 0  # who asked where no department did: the platform itself, which is of every line
SUBJECTS = """
UPDATE finished_coming c SET subject_id = s.id FROM subjects_pub_subject s WHERE c.code <> '' AND s.uscc = c.code;
UPDATE finished_coming c SET subject_id = p.subject_id FROM subjects_pub_person_index p
 WHERE c.blind <> '' AND p.key_id = split_part(c.blind, ':', 1)
   AND p.digest = decode(split_part(c.blind, ':', 2), 'hex');
ANALYZE finished_coming; ANALYZE finished_line"""
OF_OTHERS = """
DELETE FROM finished_coming c USING screening_finishedcase f
 WHERE f.matter_id = c.matter_id AND f.file_number = c.file_number
   AND f.department_id <> ALL (%(mine)s)
   AND (f.desk_id <> ALL (%(mine)s) OR coalesce(f.reporter_id, f.desk_id) <> ALL (%(mine)s))
RETURNING c.row"""
UNTIL = "(c.finished_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"
PERIOD = "r.checked_at >= %(since)s AND r.checked_at < %(until)s AND r.matter_id = ANY (%(matters)s)"
BY_FILE_NUMBER = f"""
UPDATE finished_coming c SET receipt = f.number FROM (
  SELECT DISTINCT ON (c.row) c.row, r.number FROM finished_coming c JOIN screening_receipt r
    ON r.file_number = c.file_number AND r.matter_id = c.matter_id AND r.checked_at < {UNTIL}
  JOIN finished_line l ON l.line = c.line AND l.asker_id = coalesce(r.department_id, {NOBODY})
  WHERE r.file_number <> '' AND {PERIOD} ORDER BY c.row, r.checked_at DESC) f
WHERE f.row = c.row"""
BY_APPLICANT = f"""
UPDATE finished_coming c SET receipt = f.number FROM (
  SELECT DISTINCT ON (c.row) c.row, r.number
  FROM (SELECT r.number, r.matter_id, r.checked_at, unnest(r.subject_ids) AS subject_id
        FROM screening_receipt r WHERE {PERIOD}) r
  JOIN finished_coming c ON c.subject_id = r.subject_id AND c.matter_id = r.matter_id AND c.receipt IS NULL
   AND r.checked_at >= c.accepted_on::timestamp AT TIME ZONE 'Asia/Shanghai' AND r.checked_at < {UNTIL}
  ORDER BY c.row, r.checked_at DESC) f
WHERE f.row = c.row"""
BY_CODE = f"""
UPDATE finished_coming c SET receipt = f.number FROM (
  SELECT DISTINCT ON (c.row) c.row, r.number
  FROM (SELECT r.number, r.matter_id, r.checked_at, jsonb_array_elements(r.content -> 'subjects') ->> 'code' AS code
        FROM screening_receipt r WHERE {PERIOD}) r
  JOIN finished_coming c ON c.code = r.code AND c.matter_id = r.matter_id AND c.receipt IS NULL
   AND c.subject_id IS NULL AND c.code <> ''
   AND r.checked_at >= c.accepted_on::timestamp AT TIME ZONE 'Asia/Shanghai' AND r.checked_at < {UNTIL}
  ORDER BY c.row, r.checked_at DESC) f
WHERE f.row = c.row"""
UNREGISTERED = """
SELECT EXISTS (SELECT 1 FROM finished_coming WHERE receipt IS NULL AND subject_id IS NULL AND code <> '')"""
SAID = """department_id, desk_id, "window", applicant_code, applicant_blind, subject_id, accepted_on, finished_on,
  result, state, receipt"""
TAKE = f"""
INSERT INTO screening_finishedcase AS f (matter_id, file_number, {SAID}, reported_by, reporter_id, reported_at)
SELECT matter_id, file_number, department_id, desk_id, "window", code, blind, subject_id, accepted_on, finished_on,
  result, CASE WHEN receipt IS NOT NULL THEN 'checked' WHEN exempt THEN 'exempt' ELSE 'missing' END,
  coalesce(receipt, ''), %(by)s, %(reporter)s, %(at)s
FROM finished_coming ORDER BY row
ON CONFLICT (matter_id, file_number) DO UPDATE SET
  department_id = excluded.department_id, desk_id = excluded.desk_id, "window" = excluded."window",
  applicant_code = excluded.applicant_code, applicant_blind = excluded.applicant_blind,
  subject_id = excluded.subject_id, accepted_on = excluded.accepted_on, finished_on = excluded.finished_on,
  result = excluded.result, reported_by = excluded.reported_by, reporter_id = excluded.reporter_id,
  reported_at = excluded.reported_at,
  state = CASE WHEN f.receipt <> '' THEN 'checked' ELSE excluded.state END,
  receipt = CASE WHEN f.receipt <> '' THEN f.receipt ELSE excluded.receipt END
WHERE (f.department_id, f.desk_id, f."window", f.applicant_code, f.applicant_blind, f.accepted_on, f.finished_on,
    f.result)
  IS DISTINCT FROM (excluded.department_id, excluded.desk_id, excluded."window", excluded.applicant_code,
    excluded.applicant_blind, excluded.accepted_on, excluded.finished_on, excluded.result)
  OR f.receipt = '' AND excluded.state <> f.state
RETURNING (xmax = 0)"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of good rows; `of_others`: rows of matters that somebody else has reported."""

    taken: int
    changed: int
    same: int
    of_others: tuple[int, ...]


class Lines:
    """Good rows on their way into the table, as COPY's text. A person's number ends here, as a blind index."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.count = 0
        self.matters: set[int] = set()
        self.lines: dict[tuple[int, int, int], int] = {}  # (matter, who decided, who took it in), numbered
        self.first = self.last = date.max

    def add(self, case: Case) -> None:
        blind = ""
        if case.person:
            key_id, digest = blind_index(case.code, purpose=id_purpose(case.person))
            blind = f"{key_id}:{digest.hex()}"
        line = (case.matter.id, case.department_id, case.matter.desk_id)
        cells = (
            case.row,
            self.lines.setdefault(line, len(self.lines)),
            case.matter.id,
            _escaped(case.file_number),
            case.department_id,
            case.matter.desk_id,
            _escaped(case.window),
            "" if case.person else _escaped(case.code),
            blind,
            case.accepted_on or "\\N",
            case.finished_on,
            case.result,
            "f" if case.matter.consults else "t",
        )
        self.text.write("\t".join(map(str, cells)) + "\n")
        self.first = min(self.first, case.accepted_on or case.finished_on)
        self.last = case.finished_on if not self.count else max(self.last, case.finished_on)
        self.matters.add(case.matter.id)
        self.count += 1


def take(*, lines: Lines, mine: Collection[int] | None, by: str, reporter_id: int | None, now: datetime) -> Tally:
    """Write them all down, in the caller's transaction. The same row again changes nothing.

    `mine`: departments whose reports may be corrected; None: everybody's. What they only took in at their desk they
    correct as long as nobody else has reported it since. `reporter_id`: in whose name.
    """
    if not lines.count:
        return Tally(0, 0, 0, ())
    lines.text.seek(0)
    period: dict[str, Any] = {
        "since": start_of(lines.first) - LOOK_BACK,
        "until": start_of(lines.last) + timedelta(days=1),
        "matters": sorted(lines.matters),
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.finished_coming, pg_temp.finished_line")
        cursor.execute(COMING + ";" + LINES)
        cursor.copy_expert(COPY, lines.text)
        cursor.copy_expert(COPY_LINES, _askers(lines))
        cursor.execute(SUBJECTS)
        others: list[int] = []
        if mine is not None:
            cursor.execute(OF_OTHERS, {"mine": sorted(mine)})
            others = sorted(row for (row,) in cursor)
        cursor.execute(BY_FILE_NUMBER, period)
        near = period | {"since": start_of(lines.first)}
        cursor.execute(BY_APPLICANT, near)
        cursor.execute(UNREGISTERED)
        if cursor.fetchone()[0]:
            cursor.execute(BY_CODE, near)
        cursor.execute(TAKE, {"by": by, "reporter": reporter_id, "at": now})
        written = [inserted for (inserted,) in cursor]
    return Tally(
        taken=sum(written),
        changed=len(written) - sum(written),
        same=lines.count - len(others) - len(written),
        of_others=tuple(others),
    )


def _askers(lines: Lines) -> io.StringIO:
    """Line and department, a row for each office whose checks count for the cases of the line."""
    matters = Matter.objects.filter(pk__in=lines.matters)
    concerned = {pk: heads for pk, *heads in matters.values_list("pk", "implementing_department_id", "handled_by_id")}
    known: dict[frozenset[int | None], frozenset[int]] = {}
    text = io.StringIO()
    for (matter_id, *offices), line in lines.lines.items():
        heads = frozenset([*concerned[matter_id], *offices])
        if heads not in known:
            known[heads] = askers_about(heads) | {NOBODY}
        text.writelines(f"{line}\t{asker}\n" for asker in known[heads])
    text.seek(0)
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")

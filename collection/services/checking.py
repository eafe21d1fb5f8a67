"""Phase 1: is each row right? What is good waits in the table of staged rows, what is not goes back with its reasons.

A chunk is judged by the pure rules, then the database is asked a few questions about all its rows, then it is settled
in one transaction: one COPY, and how far the batch is. The same place is never settled twice, whoever is at it.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from accounts.selectors import departments_by_id
from collection.models import Batch
from collection.rules import findings
from collection.rules.judging import Incoming, Task
from collection.rules.problems import NO_CODE, Problem
from collection.rules.ready import Returned
from collection.rules.waiting import Waiting, mark_of
from collection.services.judges import Judge, judged_here
from collection.services.staging import Stager, identity_of, persons_of, shared_by
from collection.services.work import Bad, Counts, Work, add_counts, warn, write_bad
from kernel.errors import RuleBroken
from kernel.names import display_name, name_key
from subjects.services import match_persons

CHUNK = 2_500  # rows that are judged at once and settled in one transaction
# the index is asked once for each row; whatever statistics say, nobody reads the whole register for a chunk
BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = '64MB'"
# codes are anywhere in the register: a bitmap reads its pages ahead, one after the other
BY_CODE = """SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off;
SELECT s.uscc, s.id, s.name FROM subjects_pub_subject s WHERE s.uscc = ANY(%s::text[])"""
BY_INDEX_AGAIN = "SET LOCAL enable_indexscan = on; SET LOCAL enable_seqscan = on"
BY_OLD_CODE = """SELECT a.n, min(s.id), count(DISTINCT s.id)
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS a(reg_no, org_code, n)
JOIN subjects_pub_subject s ON s.reg_no = nullif(a.reg_no, '') OR s.org_code = nullif(a.org_code, '') GROUP BY a.n"""
OTHER_NAMES = """SELECT a.n FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS a(subject_id, key, n)
CROSS JOIN LATERAL (SELECT FROM subjects_pub_name s WHERE s.subject_id = a.subject_id AND s.key = a.key LIMIT 1) s"""
BY_KEY = """SELECT a.n, k.record_id, k.recorded_at, k.provider_id
FROM unnest(%(authority)s::text[], %(document)s::text[], %(subject)s::bigint[])
  WITH ORDINALITY AS a(authority, document_no, subject_id, n)
JOIN collection_recordkey k ON k.item_id = %(item)s AND k.authority = a.authority
  AND k.document_no = a.document_no AND k.subject_id = a.subject_id"""
# asked apart: records are in many partitions, each of which the plan of a joined statement would have to weigh
WITHDRAWN = """SELECT r.id FROM unnest(%s::bigint[], %s::timestamptz[]) AS a(id, recorded_at)
JOIN collection_record r ON r.id = a.id AND r.recorded_at = a.recorded_at WHERE r.state = 'withdrawn'"""
BY_NAME = """SELECT n.key, s.name, s.uscc, count(*) OVER (PARTITION BY n.key) FROM subjects_pub_name n
JOIN subjects_pub_subject s ON s.id = n.subject_id WHERE n.key = ANY(%s) AND s.uscc IS NOT NULL"""


class SettledByOther(RuleBroken):
    """Another worker has gone on with the batch: what this one has begun is rolled back."""

    code = "collection.settled_by_other"
    message = "该批次已由其他进程继续处理。"


@dataclass(slots=True)
class Chunk:
    """Rows that the rules have judged. `checked_to`: the place of the last one.

    By place in `good`, after `Checker.ask`: `subjects`, whom the rows are about, where the register knows; `wrong`,
    `warned`, what the database has against a row, or to say of it.
    """

    checked_from: int
    checked_to: int
    rows: int = 0
    good: list[Waiting] = field(default_factory=list)
    texts: list[Sequence[str]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    subjects: list[int | None] = field(default_factory=list)
    wrong: dict[int, Problem] = field(default_factory=dict)
    warned: dict[int, tuple[Problem, ...]] = field(default_factory=dict)


class Checker:
    """Judges the rows of one batch, chunk by chunk, in the order of the file."""

    def __init__(self, work: Work, headings: Sequence[str], codes: tuple[str, ...], checked_to: int) -> None:
        """`codes`: the field of each heading, "" for none."""
        self.work = work
        self._headings = headings
        self._name_at = codes.index(work.definition.roles.name) if work.definition.roles.name in codes else None
        shared = shared_by(work)
        self._task = Task(
            definition=work.definition,
            today=work.received_on,
            reporter=work.department_name,
            reporter_code=work.department_code,
            codes=codes,
            shared=shared,
        )
        self._stager = Stager(work, shared)
        self._checked_to = checked_to
        self._seen: dict[bytes, int] = self._staged() if checked_to else {}

    def chunks(self, rows: Iterable[Incoming], judge: Judge = judged_here) -> Generator[Chunk, None, None]:
        """Judge the rows after those that were settled before. Pure work, and most of it."""
        rest = (row for row in rows if row.place > self._checked_to)
        before = self._checked_to
        for part, verdicts in judge(self._task, _parts(rest)):
            chunk = Chunk(before, part[-1].place, len(part))
            for row, verdict in zip(part, verdicts, strict=True):
                if isinstance(verdict, Returned):
                    chunk.bad.append(Bad(row.number, verdict.problems, self._cells(row.texts)))
                else:
                    chunk.good.append(verdict)
                    chunk.texts.append(row.texts)
            before = chunk.checked_to
            yield chunk

    def _cells(self, texts: Sequence[str]) -> dict[str, str]:
        return dict(zip(self._headings, texts, strict=False))

    @transaction.atomic
    def ask(self, chunk: Chunk) -> None:
        """Ask what only the database knows. Writes nothing; what has changed by then, taking the rows finds out."""
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX)
        chunk.good = [row if row.ready is None else self._stager.finished(row) for row in chunk.good]
        chunk.subjects = [None] * len(chunk.good)
        self._resolve(chunk)
        self._ask_keys(chunk)
        self._suggest(chunk.bad)

    def settle(self, chunk: Chunk, *, now: datetime) -> None:
        """Write the chunk down, in the caller's transaction, after `ask`. Raises SettledByOther."""
        here = Batch.objects.filter(pk=self.work.batch_id, checked_to=chunk.checked_from)
        if not here.update(checked_to=chunk.checked_to):
            raise SettledByOther
        wrong, good = chunk.wrong, list[tuple[Waiting, int | None]]()
        for place, row in enumerate(chunk.good):
            if place not in wrong and (known := self._seen.get(row.mark)) is not None:
                if known & _LOW == int(row.digest[:16], 16):
                    chunk.counts.same += 1
                    continue
                wrong[place] = findings.repeated(self.work.definition.roles, known >> 64)
            if place in wrong:
                chunk.bad.append(Bad(row.row, [wrong[place], *row.warnings], self._cells(chunk.texts[place])))
                continue
            self._seen[row.mark] = _remembered(row.row, row.digest)
            good.append((row, chunk.subjects[place]))
            if row.warnings or place in chunk.warned:
                warn(self.work, chunk.counts, row.row, (*row.warnings, *chunk.warned.get(place, ())))
        self._stager.copy(good)
        chunk.bad.sort(key=lambda bad: bad.row)
        chunk.counts.total = chunk.rows
        write_bad(self.work, chunk.bad, chunk.counts)
        add_counts(self.work, chunk.counts)

    def _staged(self) -> dict[bytes, int]:
        """What this batch has let pass before it was interrupted."""
        seen: dict[bytes, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT row_number, authority_key, document_key, uscc, reg_no, org_code, person_ct, digest
                FROM collection_stagedrow WHERE batch_id = %s ORDER BY row_number""",
                [self.work.batch_id],
            )
            for row, authority, document, uscc, reg_no, org_code, person_ct, digest in cursor.fetchall():
                person = persons_of(person_ct, self.work.batch_id, row)[0] if person_ct else None
                mark = mark_of(authority, document, identity_of(uscc, reg_no, org_code, person))
                seen[mark] = _remembered(row, digest)
        return seen

    def _resolve(self, chunk: Chunk) -> None:
        """Whom each row is about, where the register knows. A code under another name is taken, with a warning."""
        rows, subjects = chunk.good, chunk.subjects
        by_code = [place for place, row in enumerate(rows) if row.uscc]
        old = [
            (place, row.ready)
            for place, row in enumerate(rows)
            if not row.uscc and row.ready is not None and row.ready.person is None
        ]
        renamed: list[int] = []
        with connection.cursor() as cursor:
            cursor.execute(BY_CODE, [_array({rows[place].uscc for place in by_code})])
            known = {uscc: (subject_id, name) for uscc, subject_id, name in cursor.fetchall()}
            cursor.execute(BY_INDEX_AGAIN)
            for place in by_code:
                if (found := known.get(rows[place].uscc)) is not None:
                    subjects[place], name = found
                    if name != rows[place].name:
                        renamed.append(place)
            if old:
                cursor.execute(BY_OLD_CODE, [[c.reg_no for _, c in old], [c.org_code for _, c in old]])
                for n, subject_id, holders in cursor.fetchall():
                    place, codes = old[n - 1]
                    if holders == 1:
                        subjects[place] = subject_id
                    else:
                        roles = self.work.definition.roles
                        field_name = roles.reg_no if codes.reg_no else roles.org_code
                        chunk.wrong[place] = findings.several_holders(field_name)
        self._resolve_persons(chunk)
        if renamed:
            self._other_names(chunk, renamed)

    def _other_names(self, chunk: Chunk, renamed: Sequence[int]) -> None:
        """Taking a row under a name that nobody knows registers it for the credit office to judge: its subject is
        left open for that."""
        keys = [name_key(chunk.good[place].name) for place in renamed]
        with connection.cursor() as cursor:
            cursor.execute(OTHER_NAMES, [[chunk.subjects[place] for place in renamed], keys])
            known = {n - 1 for (n,) in cursor.fetchall()}
        for n, place in enumerate(renamed):
            if n not in known:
                chunk.subjects[place] = None
                chunk.warned[place] = (findings.name_differs(self.work.definition.roles),)

    def _resolve_persons(self, chunk: Chunk) -> None:
        roles = self.work.definition.roles
        named = [(place, row.ready) for place, row in enumerate(chunk.good) if row.ready is not None]
        asked = [(place, ready.person, roles.name, True) for place, ready in named if ready.person]
        asked += [
            (place, ready.responsible, roles.responsible_name, False)
            for place, ready in named
            if ready.responsible and any(one.responsible for one in ready.raised)
        ]
        found = match_persons([(person.id_kind, person.number, person.name) for _, person, _, _ in asked])
        for (place, _, name_field, is_subject), known in zip(asked, found, strict=True):
            if known is not None and not known.same_name:
                say = findings.person_erased if known.erased else findings.person_differs
                chunk.wrong[place] = say(name_field)
            elif known is not None and is_subject:
                chunk.subjects[place] = known.subject_id

    def _ask_keys(self, chunk: Chunk) -> None:
        rows = chunk.good
        known = [place for place, subject in enumerate(chunk.subjects) if subject is not None]
        with connection.cursor() as cursor:
            cursor.execute(
                BY_KEY,
                {
                    "authority": _array(rows[place].authority_key for place in known),
                    "document": _array(rows[place].document_key for place in known),
                    "subject": [chunk.subjects[place] for place in known],
                    "item": self.work.item_id,
                    "department": self.work.department_id,
                },
            )
            found = cursor.fetchall()
            if not found:
                return
            cursor.execute(WITHDRAWN, [[key[1] for key in found], [key[2] for key in found]])
            withdrawn = {record_id for (record_id,) in cursor.fetchall()}
        for n, record_id, _, provider_id in found:
            if provider_id not in (None, self.work.department_id) or record_id in withdrawn:
                chunk.wrong[known[n - 1]] = key_problem(self.work, provider_id)

    def _suggest(self, rows: Sequence[Bad]) -> None:
        """A name never identifies; but whoever forgot the code is told which one the register has."""
        lacking = [bad for bad in rows if bad.cells and any(p.code == NO_CODE for p in bad.problems)]
        column = "" if self._name_at is None else self._headings[self._name_at]
        keys = {bad.row: name_key(display_name((bad.cells or {}).get(column, ""))) for bad in lacking}
        if not any(keys.values()):
            return
        with connection.cursor() as cursor:
            cursor.execute(BY_NAME, [[key for key in keys.values() if key]])
            found = {key: (name, uscc, count) for key, name, uscc, count in cursor.fetchall()}
        for bad in lacking:
            if (known := found.get(keys[bad.row])) and known[2] == 1:
                advice = f"登记中名称完全相同的主体为 {known[1]}（{known[0]}），请核对后填入。"
                bad.problems = [
                    Problem(p.field, p.code, p.message + advice, p.severity) if p.code == NO_CODE else p
                    for p in bad.problems
                ]


def _parts(rows: Iterator[Incoming]) -> Iterator[list[Incoming]]:
    while part := list(islice(rows, CHUNK)):
        yield part


_LOW = (1 << 64) - 1


def _remembered(row: int, digest: str) -> int:
    """A row's number and half of its digest in one integer: of a million rows they are kept."""
    return row << 64 | int(digest[:16], 16)


def key_problem(work: Work, provider_id: int | None) -> Problem:
    """Why a row may not touch the record that is there under its key."""
    if provider_id is not None and provider_id != work.department_id:
        name = departments_by_id([provider_id])[provider_id].name
        return findings.reported_by_other(work.definition.roles, name)
    return findings.record_withdrawn(work.definition.roles)


def _array(texts: Iterable[str]) -> str:
    """A text[] of PostgreSQL, to be read by its own parser: far cheaper than an expression for each element."""
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"

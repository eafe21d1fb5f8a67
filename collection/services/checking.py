"""Phase 1: is each row right? What is good waits in the table of staged rows, what is not goes back with its reasons.

A chunk is checked by the pure rules, then settled in one transaction: a few questions to the database for all its
rows, one COPY, and how far the batch is. The same place is never settled twice, whoever works on the batch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection

from accounts.selectors import departments_by_id
from collection.models import Batch
from collection.rules import findings
from collection.rules.checking import Plan
from collection.rules.problems import NO_CODE, Problem
from collection.rules.ready import Returned
from collection.services.staging import Candidate, Stager, identity_of, mark_of, persons_of
from collection.services.work import CHUNK, Bad, Counts, Work, add_counts, warn, write_bad
from kernel.errors import RuleBroken
from kernel.names import display_name, name_key
from subjects.services import match_persons

# the index is asked once for each row; whatever statistics say, nobody reads the whole register for a chunk
BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = '64MB'"
BY_CODE = """SELECT a.n, s.id, s.name FROM unnest(%s::text[]) WITH ORDINALITY AS a(uscc, n)
JOIN subjects_pub_subject s ON s.uscc = a.uscc"""
BY_OLD_CODE = """SELECT a.n, min(s.id), count(DISTINCT s.id)
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS a(reg_no, org_code, n)
JOIN subjects_pub_subject s ON s.reg_no = nullif(a.reg_no, '') OR s.org_code = nullif(a.org_code, '') GROUP BY a.n"""
OTHER_NAMES = """SELECT a.n FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS a(subject_id, key, n)
JOIN subjects_pub_name s ON s.subject_id = a.subject_id AND s.key = a.key"""
BY_KEY = """SELECT a.n, k.provider_id, r.state
FROM unnest(%(authority)s::text[], %(document)s::text[], %(subject)s::bigint[])
  WITH ORDINALITY AS a(authority, document_no, subject_id, n)
JOIN collection_recordkey k ON k.item_id = %(item)s AND k.authority = a.authority
  AND k.document_no = a.document_no AND k.subject_id = a.subject_id
JOIN collection_record r ON r.id = k.record_id AND r.recorded_at = k.recorded_at
WHERE k.provider_id <> %(department)s OR r.state = 'withdrawn'"""
BY_NAME = """SELECT n.key, s.name, s.uscc, count(*) OVER (PARTITION BY n.key) FROM subjects_pub_name n
JOIN subjects_pub_subject s ON s.id = n.subject_id WHERE n.key = ANY(%s) AND s.uscc IS NOT NULL"""


class SettledByOther(RuleBroken):
    """Another worker has gone on with the batch: what this one has begun is rolled back."""

    code = "collection.settled_by_other"
    message = "该批次已由其他进程继续处理。"


class Incoming(NamedTuple):
    """A row as it comes. `place`: its row in the file; `number`: what it is called, in a returned workbook the row of
    the first file. `cells` by field code. `texts`: as they came, by the order of `headings`.
    """

    place: int
    number: int
    cells: Mapping[str, str]
    texts: Sequence[str]
    flaws: Mapping[str, str]
    confirmed: bool


@dataclass(slots=True)
class Chunk:
    """Rows that the rules have judged. `checked_to`: the place of the last one."""

    checked_from: int
    checked_to: int
    rows: int = 0
    good: list[tuple[Candidate, Sequence[str]]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


class Checker:
    """Judges the rows of one batch, chunk by chunk, in the order of the file."""

    def __init__(self, work: Work, headings: Sequence[str], name_heading: str | None, checked_to: int) -> None:
        self.work = work
        self._headings = headings
        self._name_heading = name_heading
        self._plan = Plan(
            work.definition,
            today=work.received_on,
            reporter=work.department_name,
            reporter_code=work.department_code,
        )
        self._stager = Stager(work)
        self._checked_to = checked_to
        self._seen: dict[bytes, int] = self._staged() if checked_to else {}

    def chunks(self, rows: Iterable[Incoming]) -> Iterator[Chunk]:
        """Judge the rows after those that were settled before. Pure work, and most of it."""
        rest = (row for row in rows if row.place > self._checked_to)
        before = self._checked_to
        while part := list(islice(rest, CHUNK)):
            chunk = Chunk(before, part[-1].place, len(part))
            for row in part:
                result = self._plan.check(row.number, row.cells, confirmed=row.confirmed, flaws=row.flaws)
                if isinstance(result, Returned):
                    chunk.bad.append(Bad(row.number, result.problems, self._cells(row.texts)))
                else:
                    chunk.good.append((self._stager.candidate(result), row.texts))
            before = chunk.checked_to
            yield chunk

    def _cells(self, texts: Sequence[str]) -> dict[str, str]:
        return dict(zip(self._headings, texts, strict=False))

    def settle(self, chunk: Chunk, *, now: datetime) -> None:
        """Ask what only the database knows, and write the chunk down. In the caller's transaction.

        Raises SettledByOther.
        """
        here = Batch.objects.filter(pk=self.work.batch_id, checked_to=chunk.checked_from)
        if not here.update(checked_to=chunk.checked_to):
            raise SettledByOther
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX)
        wrong: dict[int, Problem] = {}
        candidates = [candidate for candidate, _ in chunk.good]
        warnings = self._resolve(candidates, wrong)
        self._ask_keys(candidates, wrong)
        good: list[Candidate] = []
        for place, (candidate, texts) in enumerate(chunk.good):
            row = candidate.ready.row
            if place not in wrong and (known := self._seen.get(candidate.mark)) is not None:
                if known & _LOW == int(candidate.digest[:16], 16):
                    chunk.counts.same += 1
                    continue
                wrong[place] = findings.repeated(self.work.definition.roles, known >> 64)
            if place in wrong:
                chunk.bad.append(Bad(row, [wrong[place], *candidate.ready.warnings], self._cells(texts)))
                continue
            self._remember(candidate.mark, row, candidate.digest)
            good.append(candidate)
            said = (*candidate.ready.warnings, *warnings.get(place, ()))
            if said:
                warn(self.work, chunk.counts, row, said)
        self._suggest(chunk.bad)
        self._stager.copy(good)
        chunk.bad.sort(key=lambda bad: bad.row)
        chunk.counts.total = chunk.rows
        write_bad(self.work, chunk.bad, chunk.counts)
        add_counts(self.work, chunk.counts)

    def _remember(self, mark: bytes, row: int, digest: str) -> None:
        self._seen[mark] = row << 64 | int(digest[:16], 16)

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
                seen[mark] = row << 64 | int(digest[:16], 16)
        return seen

    def _resolve(self, candidates: Sequence[Candidate], wrong: dict[int, Problem]) -> dict[int, tuple[Problem, ...]]:
        """Whom each row is about, where the register knows. A code under another name is taken, with a warning."""
        by_code = [place for place, c in enumerate(candidates) if c.ready.uscc]
        old = [place for place, c in enumerate(candidates) if not c.ready.uscc and c.ready.person is None]
        renamed: list[tuple[int, int]] = []
        with connection.cursor() as cursor:
            cursor.execute(BY_CODE, [_array(candidates[p].ready.uscc for p in by_code)])
            for n, subject_id, name in cursor.fetchall():
                candidate = candidates[by_code[n - 1]]
                candidate.subject_id = subject_id
                if name != candidate.ready.name:
                    renamed.append((by_code[n - 1], subject_id))
            if old:
                codes = [candidates[p].ready for p in old]
                cursor.execute(BY_OLD_CODE, [[c.reg_no for c in codes], [c.org_code for c in codes]])
                for n, subject_id, holders in cursor.fetchall():
                    if holders == 1:
                        candidates[old[n - 1]].subject_id = subject_id
                    else:
                        roles = self.work.definition.roles
                        wrong[old[n - 1]] = findings.several_holders(
                            roles.reg_no if codes[n - 1].reg_no else roles.org_code
                        )
        self._resolve_persons(candidates, wrong)
        return self._other_names(candidates, renamed)

    def _other_names(
        self, candidates: Sequence[Candidate], renamed: Sequence[tuple[int, int]]
    ) -> dict[int, tuple[Problem, ...]]:
        if not renamed:
            return {}
        keys = [name_key(candidates[place].ready.name) for place, _ in renamed]
        with connection.cursor() as cursor:
            cursor.execute(OTHER_NAMES, [[subject_id for _, subject_id in renamed], keys])
            known = {n - 1 for (n,) in cursor.fetchall()}
        warnings: dict[int, tuple[Problem, ...]] = {}
        for n, (place, _) in enumerate(renamed):
            if n not in known:
                candidates[
                    place
                ].subject_id = None  # taking it registers the other name for the credit office to judge
                warnings[place] = (findings.name_differs(self.work.definition.roles),)
        return warnings

    def _resolve_persons(self, candidates: Sequence[Candidate], wrong: dict[int, Problem]) -> None:
        roles = self.work.definition.roles
        asked = [(p, c.ready.person, roles.name, True) for p, c in enumerate(candidates) if c.ready.person]
        asked += [
            (p, c.ready.responsible, roles.responsible_name, False)
            for p, c in enumerate(candidates)
            if c.ready.responsible and any(one.responsible for one in c.ready.raised)
        ]
        found = match_persons([(person.id_kind, person.number, person.name) for _, person, _, _ in asked])
        for (place, _, name_field, is_subject), known in zip(asked, found, strict=True):
            if known is not None and not known.same_name:
                say = findings.person_erased if known.erased else findings.person_differs
                wrong[place] = say(name_field)
            elif known is not None and is_subject:
                candidates[place].subject_id = known.subject_id

    def _ask_keys(self, candidates: Sequence[Candidate], wrong: dict[int, Problem]) -> None:
        known = [place for place, c in enumerate(candidates) if c.subject_id is not None]
        with connection.cursor() as cursor:
            cursor.execute(
                BY_KEY,
                {
                    "authority": _array(candidates[p].authority_key for p in known),
                    "document": _array(candidates[p].document_key for p in known),
                    "subject": [candidates[p].subject_id for p in known],
                    "item": self.work.item_id,
                    "department": self.work.department_id,
                },
            )
            for n, provider_id, state in cursor.fetchall():
                wrong[known[n - 1]] = key_problem(self.work, provider_id, state)

    def _suggest(self, rows: Sequence[Bad]) -> None:
        """A name never identifies; but whoever forgot the code is told which one the register has."""
        lacking = [bad for bad in rows if bad.cells and any(p.code == NO_CODE for p in bad.problems)]
        column = self._name_heading or ""
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


_LOW = (1 << 64) - 1


def key_problem(work: Work, provider_id: int | None, state: str) -> Problem:
    """Why a row may not touch the record that is there under its key."""
    if provider_id is not None and provider_id != work.department_id:
        name = departments_by_id([provider_id])[provider_id].name
        return findings.reported_by_other(work.definition.roles, name)
    return findings.record_withdrawn(work.definition.roles)


def _array(texts: Iterable[str]) -> str:
    """A text[] of PostgreSQL, to be read by its own parser: far cheaper than an expression for each element."""
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"

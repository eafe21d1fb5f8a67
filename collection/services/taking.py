"""Phase 2: staged rows become records. One chunk, one transaction: all of it is there, or none.

A row leaves the table of staged rows in the transaction that takes it, so it is taken once, whoever is at it and
however often he was killed. Locks come in one order: staged rows, returned rows, subjects' revision, keys of records
in the order of the key, sources by id, tally, batch, job.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.services import record
from collection.events import RowsTaken
from collection.models import RowProblem
from collection.rules import findings
from collection.rules.places import field_place
from collection.rules.problems import Problem
from collection.rules.ready import Person
from collection.rules.states import ProblemState
from collection.services import taking_sql as sql
from collection.services.checking import key_problem
from collection.services.sources import advance
from collection.services.staging import persons_of
from collection.services.work import (
    CHUNK,
    Bad,
    Correction,
    Counts,
    RowsMissing,
    Work,
    add_counts,
    raise_tally,
    write_bad,
)
from kernel.errors import Malformed, Refusal, RuleBroken
from kernel.names import name_key
from subjects.rules.rows import Row
from subjects.services import (
    PersonIsErased,
    PersonNameDiffers,
    load_rows,
    register_organisation,
    register_persons,
    seal_for,
)


class NotWhole(Exception):
    """Of a batch that is taken whole or not at all, these rows went back only now: roll back, write them down."""

    def __init__(self, rows: list[Bad]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


class CorrectionMovesRecord(RuleBroken):
    code = "collection.correction_moves_record"
    message = "更正不能改变主体、文号和机关。这些内容有误的，请撤回该记录后重新报送。"


@dataclass(slots=True)
class Singles:
    """What was found out row by row: ids by row number. `without`: rows that are left out of the chunk after all."""

    subjects: dict[int, int] = field(default_factory=dict)
    responsible: dict[int, int] = field(default_factory=dict)
    sealed: dict[int, str] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    moot: set[int] = field(default_factory=set)

    @property
    def without(self) -> list[int]:
        return [*(bad.row for bad in self.bad), *self.moot]


def parts(batch_id: int, size: int = CHUNK) -> list[tuple[int, int]]:
    """The chunks that are still to be taken: first and last row number of each."""
    with connection.cursor() as cursor:
        cursor.execute(sql.PARTS, [size, batch_id])
        return [(first, last) for first, last in cursor.fetchall()]


@transaction.atomic
def take_part(*, work: Work, first: int, last: int, singles: Singles, now: datetime) -> int:
    """Take the staged rows from `first` to `last`, whose subjects were entered before (`enter_subjects`).

    Returns how many rows were dealt with; 0: another has done it.
    """
    values: dict[str, Any] = {
        "batch": work.batch_id, "first": first, "last": last, "now": now, "day": work.received_on,
        "item": work.item_id,
        "version": work.version_id, "department": work.department_id, "sender": work.actor.key,
        "kind": "changed", "reason": "", "paper": "",
    }  # fmt: skip
    if work.correction:
        values |= {
            "kind": "corrected", "reason": work.correction.reason, "paper": work.correction.document_no
        }  # fmt: skip
    with connection.cursor() as cursor:
        values |= {"rows": list(singles.subjects), "subjects": list(singles.subjects.values())}
        cursor.execute(sql.ROOMY)
        cursor.execute(sql.TABLE)
        cursor.execute(sql.CHUNK, values)
        waiting = int(cursor.rowcount)
        if not waiting:
            cursor.execute(sql.DROP)
            return 0
        counts = Counts()
        if work.mends_id is not None:
            _leave_out_mended(work, cursor, values, singles, counts)
        if singles.without:
            cursor.execute(sql.LEAVE_OUT, [singles.without])
        values |= {
            "responsible_rows": list(singles.responsible), "responsible": list(singles.responsible.values()),
            "sealed_rows": list(singles.sealed), "sealed": list(singles.sealed.values()),
        }  # fmt: skip
        cursor.execute(sql.KEYED)
        cursor.execute(sql.TAKE, values)
        if (known := waiting - len(singles.without) - cursor.rowcount) > 0:
            _judge_known(work, cursor, values, singles, known)
        if singles.sealed:
            cursor.execute(sql.RESEAL, values)
        cursor.execute(sql.PROMISE, values)
        if work.correction:
            _demand_same_record(work.correction, cursor)
        cursor.execute(sql.RESULT, values)
        counts.taken, counts.changed, counts.same, lowest, highest, digest, late = cursor.fetchone()
        if work.mends_id is not None:
            _close_mended(work, cursor, now)
        cursor.execute(sql.CHECKED)
        _raise(cursor, values, again=counts.changed > 0)
        cursor.execute(sql.DROP)
    write_bad(work, singles.bad, counts)
    _tally(work, counts, late)
    add_counts(work, counts)
    fact = RowsTaken(
        work.batch_id, work.definition.item_code, work.department_id, counts.taken, counts.changed, counts.same,
        counts.returned, lowest, highest, digest,
    )  # fmt: skip
    record(fact, about=work.about, actor=work.actor, now=now)
    return waiting


def _demand_same_record(correction: Correction, cursor: CursorWrapper) -> None:
    cursor.execute(sql.OF_RECORDS)
    if any(record_id != correction.record_id for (record_id,) in cursor.fetchall()):
        raise CorrectionMovesRecord


def _tally(work: Work, counts: Counts, late: int) -> None:
    """A returned row was counted as reported when it came; mended, it is not reported once more."""
    if work.mends_id is None:
        raise_tally(work, reported=counts.taken, taken=counts.taken, late=late)
    else:
        raise_tally(work, reported=-(counts.changed + counts.same), taken=counts.taken, late=late)


# --- rows that are looked at one by one -----------------------------------------------------------------------------
@transaction.atomic
def enter_subjects(*, work: Work, first: int, last: int, now: datetime) -> Singles:
    """Enter whom the register does not know yet. A transaction of its own where the caller has none: entering
    subjects goes one after the other in the whole platform, and who is entered is no half-taken row.
    """
    singles = Singles()
    values = {"batch": work.batch_id, "first": first, "last": last}
    unknown: dict[int, Row] = {}
    people: list[tuple[int, Person, str]] = []
    sealed: dict[int, dict[str, str]] = {}
    roles = work.definition.roles
    with connection.cursor() as cursor:
        cursor.execute(sql.SINGLE, values)
        for number, subject_id, kind, name, uscc, reg_no, org_code, person_ct in cursor.fetchall():
            subject = responsible = None
            if person_ct:
                subject, responsible, clear = persons_of(person_ct, work.batch_id, number)
            if subject is not None:
                people.append((number, subject, roles.name))
                sealed[number] = clear
            if responsible is not None:
                people.append((number, responsible, roles.responsible_name))
            if subject is not None or subject_id is not None:
                continue
            if uscc:
                unknown[number] = Row(number, name, name_key(name), uscc, kind, None, uscc[2:8])
            else:
                try:
                    singles.subjects[number] = register_organisation(
                        kind=kind, name=name, uscc="", registered_on=None, division_code="", actor=work.actor,
                        now=now, reg_no=reg_no, org_code=org_code, source=f"{_source(work)} 第{number}行",
                    )  # fmt: skip
                except Malformed as refusal:  # an old number that the register does not take: this row goes back
                    field_name = roles.reg_no if reg_no else roles.org_code
                    singles.bad.append(Bad(number, [Problem(field_name, "reg_no_wrong", str(refusal))]))
        if people:
            _enter_people(work, people, sealed, singles, now)
        if unknown:
            load_rows(rows=list(unknown.values()), source=_source(work), actor=work.actor, now=now)
            cursor.execute(sql.HOLDERS, [[row.uscc for row in unknown.values()]])
            holders = dict(cursor.fetchall())
            singles.subjects.update({number: holders[row.uscc] for number, row in unknown.items()})
    return singles


def _source(work: Work) -> str:
    return f"归集批次 {work.batch_id}"


def _enter_people(
    work: Work, people: Sequence[tuple[int, Person, str]], sealed: dict[int, dict[str, str]], singles: Singles,
    now: datetime,
) -> None:  # fmt: skip
    """What is sealed of a natural person goes under his own key."""
    outcome = register_persons(
        persons=[(person.id_kind, person.number, person.name) for _, person, _ in people],
        source=_source(work),
        actor=work.actor,
        now=now,
    )
    wrong: dict[int, list[Problem]] = {}
    for (number, _, field_name), entered in zip(people, outcome, strict=True):
        if not isinstance(entered, int):
            wrong.setdefault(number, []).append(_person_problem(field_name, entered))
        elif field_name == work.definition.roles.name:
            singles.subjects[number] = entered
        else:
            singles.responsible[number] = entered
    singles.bad += [Bad(number, problems) for number, problems in wrong.items()]
    places = {
        number: {name: field_place(work.batch_id, number, name) for name in said}
        for number, said in sealed.items()
        if said and number not in wrong
    }
    by_person: dict[int, dict[str, str]] = {}
    for number, named in places.items():
        own = by_person.setdefault(singles.subjects[number], {})
        own |= {place: sealed[number][name] for name, place in named.items()}
    done = seal_for(values=by_person)
    for number, named in places.items():
        own = done[singles.subjects[number]]
        singles.sealed[number] = json.dumps({name: own[place] for name, place in named.items()})


def _person_problem(field_name: str, refusal: Refusal) -> Problem:
    if isinstance(refusal, PersonIsErased):
        return findings.person_erased(field_name)
    if isinstance(refusal, PersonNameDiffers):
        return findings.person_differs(field_name)
    return Problem(field_name, "person_differs", str(refusal))


# --- what is there already -----------------------------------------------------------------------------------------
def _judge_known(work: Work, cursor: CursorWrapper, values: dict[str, Any], singles: Singles, known: int) -> None:
    """Rows whose key was there: the same again, a change, or not this department's to touch.

    Raises RowsMissing where a record went meanwhile: nothing is written, and the next try finds the key free.
    """
    cursor.execute(sql.KNOWN, values)
    if cursor.rowcount != known:
        raise RowsMissing
    cursor.execute(sql.TWICE)
    cursor.execute(sql.EARLIER)
    for row, verdict, provider_id, earlier in cursor.fetchall():
        if verdict == "repeated":
            problem = findings.repeated(work.definition.roles, earlier)
        else:
            problem = key_problem(work, provider_id)
        singles.bad.append(Bad(row, [problem]))
    cursor.execute(sql.REMEMBER, values)
    if cursor.rowcount:
        cursor.execute(sql.CHANGE, values)
        cursor.execute(sql.CHANGE_KEYS, values)


def _raise(cursor: CursorWrapper, values: dict[str, Any], *, again: bool) -> None:
    """Triggers of what is new or changed, under one new revision of each source that is touched.

    `again`: something is changed. What changed rows ask of records and triggers costs more to plan than new rows."""
    cursor.execute(sql.SOURCES, values)
    sources = [source for (source,) in cursor.fetchall()]
    if not sources:
        return
    values |= {"sources": sources, "revisions": [advance(source_id=source) for source in sources]}
    cursor.execute(sql.RAISE, values)
    if again:
        cursor.execute(sql.CLOSE, values)
        cursor.execute(sql.RAISE_AGAIN, values)


# --- rows of another batch that were mended -------------------------------------------------------------------------
def _leave_out_mended(
    work: Work, cursor: CursorWrapper, values: dict[str, Any], singles: Singles, counts: Counts
) -> None:
    """Somebody else may have mended a row meanwhile: then this one is left out, and said so."""
    still = RowProblem.objects.select_for_update().filter(
        batch_id=work.problems_of, state=ProblemState.OPEN, row_number__range=(values["first"], values["last"])
    )
    open_rows = set(still.order_by("row_number").values_list("row_number", flat=True))
    cursor.execute(sql.NUMBERS)
    singles.moot = {row for (row,) in cursor.fetchall()} - open_rows
    counts.total -= len(singles.moot)
    counts.notes += [f"第 {row} 行已由他人修正或不再报送，本次未处理。" for row in sorted(singles.moot)]


def _close_mended(work: Work, cursor: CursorWrapper, now: datetime) -> None:
    cursor.execute(sql.DEALT_WITH)
    rows = [row for (row,) in cursor.fetchall()]
    closed = RowProblem.objects.filter(
        batch_id=work.problems_of, row_number__in=rows, state=ProblemState.OPEN
    ).update(
        state=ProblemState.MENDED, mended_by_id=work.batch_id, cells_ct="", closed_at=now, closed_by=work.actor.key
    )  # what it said wrongly is needed no longer
    cursor.execute(
        "UPDATE collection_batch SET open_problems = open_problems - %s WHERE id = %s", [closed, work.problems_of]
    )

"""A batch as the intake works on it: the values that all its rows share, what is written about it, how it ends."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.selectors import departments_by_id
from audit.services import record
from catalog.rules.definition import Definition
from catalog.selectors import definition_of
from collection import events, policies
from collection.models import Batch, RowProblem
from collection.rules import findings
from collection.rules.places import row_place
from collection.rules.problems import LABELS, Problem, Severity
from collection.rules.states import BATCH_LIFE, BatchState, ProblemState
from collection.selectors.sources import source_ids
from collection.services.duties import fulfil_tasks
from collection.services.sources import UnknownSource
from kernel.actor import Actor, Kind, Role
from kernel.errors import RuleBroken
from toolkit import crypto
from toolkit.clock import day_of
from toolkit.db import note_growth

CHUNK = 5_000  # rows of one transaction
LISTED = 1_000  # warnings that a batch keeps word for word


class RowsMissing(RuleBroken):
    code = "collection.rows_missing"
    message = "批次的行数与结果不符，未作任何改动。请联系系统管理员。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The one row of the batch corrects that record: its key must stay. `document_no`: the paper that orders it."""

    record_id: int
    reason: str
    document_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is the same for all rows of a batch. `mends_id`: the batch whose returned rows these are."""

    batch_id: int
    item_id: int
    version_id: int
    department_id: int
    department_code: str
    department_name: str
    definition: Definition
    sources: Mapping[str, int]
    mends_id: int | None
    month: date
    received_on: date
    actor: Actor
    correction: Correction | None = None

    @property
    def problems_of(self) -> int:
        """The batch in which returned rows stand: one place for each row, however often it comes."""
        return self.mends_id or self.batch_id

    @property
    def about(self) -> str:
        return f"collection.batch:{self.batch_id}"


def work_of(*, batch: Batch, actor: Actor, correction: Correction | None = None) -> Work:
    """`actor`: who acts; where nobody is there himself, `sender_of` the batch.

    Raises UnknownSource where the definition raises what nobody has registered."""
    definition = definition_of(batch.item_version_id)
    sources = source_ids()
    if unknown := {one.source for one in definition.raises} - sources.keys():
        raise UnknownSource(f"目录条目引用了未登记的信息类别：{'、'.join(sorted(unknown))}。请联系信用办。")
    department = departments_by_id([batch.department_id])[batch.department_id]
    arrived = batch.mends.created_at if batch.mends else batch.created_at
    return Work(
        batch_id=batch.pk,
        item_id=batch.item_id,
        version_id=batch.item_version_id,
        department_id=department.id,
        department_code=department.code,
        department_name=department.name,
        definition=definition,
        sources=sources,
        mends_id=batch.mends_id,
        month=day_of(arrived).replace(day=1),
        received_on=day_of(batch.created_at),
        actor=actor,
        correction=correction,
    )


def sender_of(batch: Batch) -> Actor:
    """Whoever handed the batch in, with the right that he had then: the batch attests it, and what was received is
    worked off even when he has left meanwhile.
    """
    kind, _, name = batch.sender.partition(":")
    return Actor(
        kind=Kind(kind),
        name=name,
        display=batch.sender_name,
        department_id=batch.department_id,
        departments=frozenset({batch.department_id}),
        roles=frozenset({Role.UPLOADER}) if kind == Kind.USER else frozenset(),
        scopes=frozenset({policies.REPORT_SCOPE}) if kind == Kind.CLIENT else frozenset(),
    )


@dataclass(slots=True)
class Bad:
    """A row that goes back. `cells`: its texts by the sender's heading; None: still to be fetched (`refetch`)."""

    row: int
    problems: Sequence[Problem]
    cells: Mapping[str, str] | None = None


@dataclass(slots=True)
class Counts:
    """What a chunk adds to its batch."""

    total: int = 0
    taken: int = 0
    changed: int = 0
    same: int = 0
    returned: int = 0
    warned: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_json(problem: Problem, definition: Definition) -> dict[str, str]:
    known = definition.by_code.get(problem.field)
    said = {
        "field": problem.field,
        "name": known.name if known else "",
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
    }
    suggestion = getattr(problem, "suggestion", "")
    return said | {"suggestion": suggestion} if suggestion else said


def write_bad(work: Work, rows: Sequence[Bad], counts: Counts) -> None:
    """Put rows down as returned: in this batch, or, of a batch that mends another, in the row that is still open."""
    if not rows:
        return
    of = work.problems_of
    written = [
        RowProblem(
            batch_id=of,
            row_number=bad.row,
            cells_ct=_sealed(of, bad),
            problems=[as_json(problem, work.definition) for problem in bad.problems],
        )
        for bad in rows
    ]
    if work.mends_id is None:
        RowProblem.objects.bulk_create(written, batch_size=1000)
    else:
        for one in written:
            still = RowProblem.objects.filter(batch_id=of, row_number=one.row_number, state=ProblemState.OPEN)
            still.update(problems=one.problems, cells_ct=one.cells_ct)  # never the cells that were mended since
    counts.returned += len(rows)
    for bad in rows:
        counts.kinds.update(p.code for p in bad.problems if p.severity != Severity.WARNING)


def _sealed(batch_id: int, bad: Bad) -> str:
    if bad.cells is None:
        return ""
    return crypto.encrypt(json.dumps(bad.cells, ensure_ascii=False), aad=row_place(batch_id, bad.row))


def refetch(work: Work, cells: Mapping[int, Mapping[str, str]]) -> None:
    """Give rows that were returned while they were taken, by then without their cells, the cells that they had."""
    of = work.problems_of
    for row, found in cells.items():
        sealed = crypto.encrypt(json.dumps(found, ensure_ascii=False), aad=row_place(of, row))
        RowProblem.objects.filter(batch_id=of, row_number=row, cells_ct="").update(cells_ct=sealed)


def without_cells(work: Work) -> set[int]:
    of = work.problems_of
    lacking = RowProblem.objects.filter(batch_id=of, cells_ct="", state=ProblemState.OPEN)  # closed rows keep none
    return set(lacking.values_list("row_number", flat=True))


def add_counts(work: Work, counts: Counts) -> None:
    """Add what a chunk did to the batch, under the lock of its row."""
    batch = Batch.objects.select_for_update().get(pk=work.batch_id)
    for name in ("total", "taken", "changed", "same", "returned", "warned"):
        setattr(batch, name, getattr(batch, name) + getattr(counts, name))
    if work.mends_id is None:
        batch.open_problems += counts.returned
    for code, count in counts.kinds.items():
        known = batch.problem_counts.setdefault(
            code, {"label": LABELS.get(code) or findings.LABELS.get(code, code), "count": 0}
        )
        known["count"] += count
    batch.warnings = [*batch.warnings, *counts.warnings][:LISTED]
    batch.notes = [*batch.notes, *(note for note in counts.notes if note not in batch.notes)]
    batch.save(update_fields=_COUNTED)


_COUNTED = [
    "total", "taken", "changed", "same", "returned", "warned", "open_problems", "problem_counts", "warnings", "notes",
]  # fmt: skip


def warn(work: Work, counts: Counts, row: int, problems: Iterable[Problem]) -> None:
    """Count a taken row's warnings, and keep the first ones."""
    said = [p for p in problems if p.severity == Severity.WARNING or p.severity == Severity.SUSPECT]
    counts.warned += bool(said)
    for problem in said if len(counts.warnings) < LISTED else ():
        known = work.definition.by_code.get(problem.field)
        counts.warnings.append(
            {"row": row, "field": known.name if known else "", "message": problem.message, "code": problem.code}
        )


def enter(work: Work, verb: str) -> None:
    """Move the batch along one arrow of its life. Raises TransitionRefused."""
    batch = Batch.objects.select_for_update().only("state").get(pk=work.batch_id)
    Batch.objects.filter(pk=work.batch_id).update(state=BATCH_LIFE.after(verb, BatchState(batch.state)))


def refusal_of(batch: Batch) -> str:
    """Why nothing of a checked batch may be taken; "" where something may. What has begun is not refused any more."""
    if batch.taken + batch.changed:
        return ""
    if not batch.total:
        return "没有待处理的数据行。请检查文件内容后重新报送。"
    if batch.all_or_nothing and batch.returned:
        return f"有 {batch.returned} 行存在问题。按“全部合格才入库”的要求，整批退回，没有写入任何数据。"
    if batch.returned * 100 > batch.limit_percent * batch.total:
        return (
            f"共 {batch.total} 行，其中 {batch.returned} 行存在问题，超过 {batch.limit_percent}% 的上限，整批退回，"
            "没有写入任何数据。请核对表头、模板和数据后重新报送。"
        )
    return ""


def finish(*, work: Work, now: datetime) -> None:
    """All rows are dealt with: the counts must add up, tasks are fulfilled, the fact says what came of it."""
    enter(work, "finish")
    batch = Batch.objects.get(pk=work.batch_id)
    if batch.total != batch.taken + batch.changed + batch.same + batch.returned:
        raise RowsMissing
    Batch.objects.filter(pk=batch.pk).update(finished_at=now)
    note_growth(("collection_trigger", "collection_recordkey"), batch.taken)
    if work.mends_id is None and batch.returned:
        raise_tally(work, reported=batch.returned)
    if batch.taken + batch.changed + batch.same:
        fulfil_tasks(
            item_id=work.item_id,
            department_id=work.department_id,
            batch_id=work.batch_id,
            actor=work.actor,
            now=now,
        )
    fact = events.BatchDone(
        work.batch_id, work.definition.item_code, work.department_id, batch.total, batch.taken, batch.changed,
        batch.same, batch.returned,
    )  # fmt: skip
    record(fact, about=work.about, actor=work.actor, now=now)


def refuse(*, work: Work, refusal: str, now: datetime) -> None:
    """Nothing of the batch is taken. What is wrong stays listed, though no row of it can be mended alone."""
    enter(work, "refuse")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM collection_stagedrow WHERE batch_id = %s", [work.batch_id])
    Batch.objects.filter(pk=work.batch_id).update(refusal=refusal, finished_at=now, open_problems=0)
    batch = Batch.objects.get(pk=work.batch_id)
    fact = events.BatchRefused(
        work.batch_id, work.definition.item_code, work.department_id, batch.total, batch.returned
    )
    record(fact, about=work.about, actor=work.actor, now=now)


def stop(*, work: Work, actor: Actor, now: datetime) -> None:
    """Stopped on somebody's wish. What was taken stays; the rest waits for `resume_batch`."""
    enter(work, "cancel")
    Batch.objects.filter(pk=work.batch_id).update(finished_at=now)
    batch = Batch.objects.get(pk=work.batch_id)
    fact = events.BatchCancelled(work.batch_id, work.definition.item_code, batch.taken + batch.changed + batch.same)
    record(fact, about=work.about, actor=actor, now=now)


def raise_tally(work: Work, *, reported: int = 0, taken: int = 0, late: int = 0) -> None:
    """Raise the month's counts. Always the last thing that a transaction locks but its batch.

    Rows that were mended are in the month's counts already: there they are only moved.
    """
    values: dict[str, date | int] = {
        "month": work.month, "department": work.department_id, "item": work.item_id,
        "reported": reported, "taken": taken, "late": late,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE if work.mends_id else _ADD, values)


_ADD = """INSERT INTO collection_tally AS t (month, department_id, item_id, reported, taken, late)
VALUES (%(month)s, %(department)s, %(item)s, %(reported)s, %(taken)s, %(late)s)
ON CONFLICT (month, department_id, item_id) DO UPDATE SET reported = t.reported + excluded.reported,
  taken = t.taken + excluded.taken, late = t.late + excluded.late"""
_MOVE = """UPDATE collection_tally SET reported = reported + %(reported)s, taken = taken + %(taken)s,
  late = late + %(late)s WHERE month = %(month)s AND department_id = %(department)s AND item_id = %(item)s"""

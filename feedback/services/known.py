"""Reports that name a response task or an entry instead of a case: which case they are, opened where there is none.

An entry counts only where the department was told of it: by a check of its own, by a response task, by a receipt that
the row names, or by a push (settings.ENTRY_TOLD names who answers that, for exchange is a floor above).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from feedback.models import Due, Known
from feedback.rules.cases import Basis
from feedback.rules.incoming import Incoming
from kernel.actor import Actor
from measures.selectors import PublishedItem, items_in_force
from screening.rules.triggers import division_of
from screening.selectors import ReceiptNotFound, matters, receipt
from screening.selectors.responses import tasks_of_departments, triggers_told
from subjects.selectors import subjects_of
from toolkit.clock import day_of

# what an entry or record is: whose, and of which list
FACTS = """
SELECT 'entry:' || b.entry_id, b.subject_id, b.source_id FROM redblack_pub_binding b
 WHERE b.rev_to IS NULL AND b.entry_id = ANY (%(entries)s)
UNION ALL
SELECT 'record:' || t.record_id, t.subject_id, t.source_id FROM collection_pub_trigger t
 WHERE t.rev_to IS NULL AND t.record_id = ANY (%(records)s)
ORDER BY 1, 2, 3"""
Told = Callable[..., Collection[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Placed:
    """The case of a row, or a word of intake.PROBLEMS; neither: SQL finds it."""

    due_id: int | None = None
    problem: str = ""


def note_known(*, department_ids: Iterable[int], content: dict[str, Any], on: date) -> None:
    """Remember that these departments were shown what stands on a receipt. Again changes nothing."""
    shown = [
        Known(department_id=department, trigger=trigger["ref"], subject_id=subject["id"], since=on)
        for department in sorted(set(department_ids))
        for subject in content["subjects"]
        if subject["id"] is not None
        for trigger in (*subject["triggers"], *subject["honours"])
    ]
    Known.objects.bulk_create(shown, ignore_conflicts=True)


def place(*, rows: Sequence[Incoming], actor: Actor, now: datetime) -> dict[int, Placed]:
    """The cases of rows that name a task or an entry, by row; rows that name anything better are left to SQL."""
    tasks = [one for one in rows if one.response_id is not None and one.case_id is None]
    entries = [
        one for one in rows
        if one.trigger and one.case_id is None and one.response_id is None and not (one.receipt and one.measure)
    ]  # fmt: skip
    found = _of_tasks(tasks, actor=actor) if tasks else {}
    return found | (_of_entries(entries, actor=actor, now=now) if entries else {})


def _of_tasks(rows: Sequence[Incoming], *, actor: Actor) -> dict[int, Placed]:
    wanted = {one.response_id for one in rows if one.response_id is not None}
    tasks = {task.pk: task for task in tasks_of_departments(actor.departments, ids=wanted)}
    Due.objects.bulk_create([due_of_task(task) for task in tasks.values()], ignore_conflicts=True)
    cases = dict(Due.objects.filter(response_id__in=tasks).values_list("response_id", "pk"))
    return {
        one.row: Placed(cases.get(one.response_id or 0), "" if one.response_id in cases else "not_found")
        for one in rows
    }


def due_of_task(task: Any) -> Due:
    """The case file of a response task; not owed beside the task itself, which has a last day of its own."""
    subject = subjects_of({task.subject_id}).get(task.subject_id)
    return Due(
        basis=Basis.RESPONSE,
        owed=False,
        checked_on=day_of(task.raised_at),
        subject_id=task.subject_id,
        subject_kind=subject.kind if subject else "",
        area=division_of(subject.uscc or "") if subject else "",
        trigger=task.trigger,
        source_id=task.source_id,
        response_id=task.pk,
        measure_code=task.item_code,
        measure_text=task.item.content,
        reward=task.item.reward,
        matter_code="",
        stage=(task.item.stages or [""])[0],
        department_id=task.department_id,
    )


def _of_entries(rows: Sequence[Incoming], *, actor: Actor, now: datetime) -> dict[int, Placed]:
    refs = {one.trigger for one in rows}
    facts = facts_of(refs)
    told = _told(rows, refs, actor)
    today = day_of(now)
    codes = {one.measure for one in rows if one.measure}
    items = _items_of(actor, codes, today) if codes else {}
    subjects = subjects_of({subject for known in facts.values() for subject, _ in known})
    placed: dict[int, Placed] = {}
    wanted: dict[int, Due] = {}
    for one in rows:
        departments = sorted(d for d in actor.departments if (d, one.trigger) in told)
        mine = [
            (s, src) for s, src in facts.get(one.trigger, ()) if not one.subject or _code(subjects, s) == one.subject
        ]
        item = items.get(one.measure)
        if not mine or not departments:
            # whether there is such an entry is told only to who was told of it
            placed[one.row] = Placed(problem="no_such_entry" if departments else "unknown_entry")
            continue
        if one.measure and item is None:
            placed[one.row] = Placed(problem="measure_unknown")
            continue
        if not one.file_number and not one.own_number:
            placed[one.row] = Placed(problem="matter_missing")
            continue
        subject_id, source_id = mine[0]
        subject = subjects.get(subject_id)
        home = actor.department_id if actor.department_id in departments else departments[0]
        wanted[one.row] = Due(
            basis=Basis.ENTRY,
            owed=False,
            checked_on=today,
            subject_id=subject_id,
            subject_kind=subject.kind if subject else "",
            area=division_of(_code(subjects, subject_id)),
            trigger=one.trigger,
            source_id=source_id,
            measure_code=one.measure,
            measure_text=item.content if item else "",
            reward=item.reward if item else False,
            matter_code=one.matter,
            stage=one.stage,
            file_number=one.file_number or one.own_number,
            department_id=home,
        )
    return placed | _opened(wanted)


def _items_of(actor: Actor, codes: Collection[str], today: date) -> dict[str, PublishedItem]:
    """The published measures of these codes that the actor's departments carry out, or whose matters do."""
    mine = set(matters(handled_by=actor.departments).values_list("code", flat=True).order_by())
    return {
        placed.item.code: placed.item
        for placed in items_in_force(as_of=today, codes=codes)
        if placed.item.department_id in actor.departments or placed.matter_code in mine
    }


def _opened(wanted: dict[int, Due]) -> dict[int, Placed]:
    """The cases of these entries: those that are there, and the others opened."""
    Due.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    there = Due.objects.filter(
        basis=Basis.ENTRY,
        department_id__in={due.department_id for due in wanted.values()},
        trigger__in={due.trigger for due in wanted.values()},
    )
    cases = {
        (d.department_id, d.trigger, d.measure_code, d.matter_code, d.file_number): d.pk for d in there.order_by("pk")
    }
    return {
        row: Placed(cases[(d.department_id, d.trigger, d.measure_code, d.matter_code, d.file_number)])
        for row, d in wanted.items()
    }


def facts_of(refs: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """(subject, source) of each entry or record that there is."""
    parts = [ref.partition(":") for ref in sorted(refs)]
    values = {
        "entries": [int(number) for kind, _, number in parts if kind == "entry"],
        "records": [int(number) for kind, _, number in parts if kind == "record"],
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values)
        found: dict[str, list[tuple[int, int]]] = {}
        for ref, subject, source in cursor.fetchall():
            found.setdefault(ref, []).append((subject, source))
    return found


def _told(rows: Sequence[Incoming], refs: Collection[str], actor: Actor) -> set[tuple[int, str]]:
    """(department, entry) of what the actor's departments were told."""
    mine = sorted(actor.departments)
    told = set(Known.objects.filter(department_id__in=mine, trigger__in=refs).values_list("department_id", "trigger"))
    told |= set(triggers_told(mine, refs))
    for path in settings.ENTRY_TOLD:
        ask: Told = import_string(path)
        told |= set(ask(department_ids=mine, refs=sorted(refs)))
    for number in sorted({one.receipt for one in rows if one.receipt})[:50]:
        told |= _on_receipt(number, actor)
    return told


def _on_receipt(number: str, actor: Actor) -> set[tuple[int, str]]:
    try:
        found = receipt(number)
    except ReceiptNotFound:
        return set()
    mine = {found.department_id, found.implementing_department_id} & actor.departments
    refs = {t["ref"] for s in found.content["subjects"] for t in (*s["triggers"], *s["honours"])}
    return {(department, ref) for department in mine for ref in refs if department is not None}


def _code(subjects: dict[int, Any], subject_id: int) -> str:
    subject = subjects.get(subject_id)
    return (subject.uscc or "") if subject else ""

"""Reading response tasks, and the published measures that raise them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from accounts.selectors import scope
from kernel.actor import Actor
from kernel.errors import NotFound
from measures.rules.conditions import Condition, read_condition
from screening import policies
from screening.models import ResponseTask
from screening.rules.responses import OPEN, ResponseState
from toolkit.keyset import Capped, count_of


class ResponseNotFound(NotFound):
    code = "screening.response_not_found"
    message = "没有找到该响应任务，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseItem:
    """A published measure that needs no application, as far as raising its tasks asks."""

    id: int
    code: str
    department_id: int
    matter_code: str
    stages: tuple[str, ...]
    reward: bool
    extends_to_responsible: bool
    triggers: frozenset[int]
    unless_bad: frozenset[int]
    condition: Condition | None
    own_until: date | None


# 事项名称“无”, or a matter that the department takes up of its own motion; what is only offered for reference, or is
# carried out by no department of the city, raises nothing
ITEMS = """
SELECT i.id, i.code, i.department_id, i.matter_code, i.stages, i.reward, i.extends_to_responsible, i.triggers,
  i.unless_bad, i.condition::text, i.own_until
FROM measures_pub_item(%s) i LEFT JOIN screening_matter m ON m.code = i.matter_code
WHERE i.department_id IS NOT NULL AND i.kind IS DISTINCT FROM 3 AND (%s = '' OR i.code = %s)
  AND (i.matter_code = '' OR NOT m.by_application)
ORDER BY i.code
"""


def response_items(*, as_of: date, code: str = "") -> list[ResponseItem]:
    """The measures whose triggers raise tasks, on that day; `code`: that one alone, if it is such a measure."""
    with connection.cursor() as cursor:
        cursor.execute(ITEMS, [as_of, code, code])
        return [
            ResponseItem(
                id=row[0],
                code=row[1],
                department_id=row[2],
                matter_code=row[3],
                stages=tuple(row[4]),
                reward=row[5],
                extends_to_responsible=row[6],
                triggers=frozenset(row[7]),
                unless_bad=frozenset(row[8] or ()),
                condition=read_condition(json.loads(row[9])) if row[9] else None,
                own_until=row[10],
            )
            for row in cursor.fetchall()
        ]


def visible_to(actor: Actor) -> QuerySet[ResponseTask]:
    """The tasks of the actor's departments; the credit office sees all, an administrator none."""
    departments = scope(actor)
    if departments is None:
        return ResponseTask.objects.all()
    if not policies.is_staff(actor):
        return ResponseTask.objects.none()
    return ResponseTask.objects.filter(department_id__in=departments)


def get_visible(actor: Actor, response_id: int, *, for_update: bool = False) -> ResponseTask:
    """One task in the actor's scope, with its measure. Raises ResponseNotFound."""
    tasks = visible_to(actor).select_related("item", "department")
    found = (tasks.select_for_update(of=("self",)) if for_update else tasks).filter(pk=response_id).first()
    if found is None:
        raise ResponseNotFound
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFilters:
    """`state`: "open", "stop" (to be stopped), a ResponseState's value, or "" for all."""

    state: str = "open"
    item_code: str = ""
    department_id: int | None = None
    overdue_on: date | None = None


def _narrowed(actor: Actor, filters: ResponseFilters) -> QuerySet[ResponseTask]:
    found = visible_to(actor)
    if filters.state == "open":
        found = found.filter(state__in=OPEN)
    elif filters.state == "stop":
        found = found.filter(stop_due_on__isnull=False, stopped_at=None)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.item_code:
        found = found.filter(item_code=filters.item_code)
    if filters.department_id:
        found = found.filter(department_id=filters.department_id)
    if filters.overdue_on:
        late = "stop_due_on__lt" if filters.state == "stop" else "due_on__lt"
        found = found.filter(**{late: filters.overdue_on})
    return found


def response_page(
    actor: Actor, *, filters: ResponseFilters, after: tuple[date, int] | None = None, limit: int = 50
) -> list[ResponseTask]:
    """Tasks, the most urgent first. `after`: (day, id) of the last one seen (keyset); the day is what they are sorted
    by, see `day_of_row`.
    """
    found = _narrowed(actor, filters).select_related("item", "department")
    by = "stop_due_on" if filters.state == "stop" else "due_on"
    if after is not None:
        day, last = after
        found = found.filter(Q(**{f"{by}__gte": day}) & (Q(**{f"{by}__gt": day}) | Q(id__gt=last)))
    return list(found.order_by(by, "id")[:limit])


def day_of_row(task: ResponseTask, filters: ResponseFilters) -> date:
    return task.stop_due_on if filters.state == "stop" and task.stop_due_on else task.due_on


def response_count(actor: Actor, *, filters: ResponseFilters) -> Capped:
    return count_of(_narrowed(actor, filters))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one measure waits for a department: how many tasks, and the earliest last day."""

    item_code: str
    content: str
    tasks: int
    due_on: date


def waiting(actor: Actor, *, stop: bool = False, limit: int = 20) -> list[Waiting]:
    """The reader's own departments' open tasks, or those to be stopped, measure by measure, the most urgent first."""
    by = "stop_due_on" if stop else "due_on"
    own = ResponseFilters(state="stop" if stop else "open")
    rows = (
        _narrowed(actor, own)
        .filter(department_id__in=actor.departments)
        .values("item_code", "item__content")
        .annotate(tasks=Count("id"), first=Min(by))
        .order_by("first", "item_code")
    )
    return [Waiting(r["item_code"], r["item__content"], r["tasks"], r["first"]) for r in rows[:limit]]


@dataclass(frozen=True, slots=True)
class TriggerMark:
    """What the lists and records say now of a task's trigger."""

    source: str
    source_code: str
    document_no: str
    authority: str
    ground: str
    since: date
    until: date | None
    released_on: date | None
    disputed_on: date | None
    suspended: bool
    own_term: bool

    def stands(self, on: date) -> bool:
        """In force on a day."""
        return self.since <= on and (self.until is None or on <= self.until) and not self.is_released(on)

    def is_released(self, on: date) -> bool:
        return self.released_on is not None and self.released_on <= on


Marked = tuple[str, int, int]  # ref, subject, source

# the row that stands, released or not
MARKS = """
SELECT 'entry:' || b.entry_id, b.subject_id, b.source_id, z.name, z.code, b.document_no, b.authority, b.ground,
  b.valid_from, b.valid_until, b.released_on, CASE WHEN b.disputed_on <= %(day)s THEN b.disputed_on END,
  b.suspended AND coalesce(b.disputed_on <= %(day)s, false), false
FROM redblack_pub_binding b JOIN collection_pub_source z ON z.id = b.source_id
WHERE b.rev_to IS NULL AND b.entry_id = ANY (%(entries)s)
UNION ALL
SELECT 'record:' || c.record_id, c.subject_id, c.source_id, z.name, z.code, c.document_no, c.authority, c.ground,
  c.valid_from, c.valid_until, c.released_on, CASE WHEN c.disputed_on <= %(day)s THEN c.disputed_on END,
  c.suspended AND coalesce(c.disputed_on <= %(day)s, false), c.own_term
FROM collection_pub_trigger c JOIN collection_pub_source z ON z.id = c.source_id
WHERE c.rev_to IS NULL AND c.record_id = ANY (%(records)s)
  AND (%(sources)s::int[] IS NULL OR c.source_id = ANY (%(sources)s))
"""


def triggers_of(tasks: Sequence[ResponseTask], *, as_of: date) -> dict[Marked, TriggerMark]:
    """The triggers of these tasks, by what `marked_by` says of a task."""
    sources = {task.source_id for task in tasks}
    return marks_of({task.trigger for task in tasks}, sources=sources, as_of=as_of)


def marked_by(task: ResponseTask) -> Marked:
    return task.trigger, task.subject_id, task.source_id


def marks_of(refs: Iterable[str], *, sources: Iterable[int] | None = None, as_of: date) -> dict[Marked, TriggerMark]:
    """What stands now of entries and records ("entry:12", "record:7"), by (ref, subject, source): a record may raise
    triggers on several. `sources`: those of records on these.
    """
    parts = [ref.partition(":") for ref in refs]
    numbers = {word: sorted({int(n) for kind, _, n in parts if kind == word}) for word in ("entry", "record")}
    values: dict[str, Any] = {
        "day": as_of,
        "entries": numbers["entry"],
        "records": numbers["record"],
        "sources": None if sources is None else sorted(sources),
    }
    with connection.cursor() as cursor:
        cursor.execute(MARKS, values)
        return {(row[0], row[1], row[2]): TriggerMark(*row[3:]) for row in cursor.fetchall()}


def articles_of(task: ResponseTask, *, as_of: date) -> list[str]:
    """The articles in force that the task's measure rests on, while it is published in this wording."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles FROM measures_pub_item(%s) WHERE id = %s", [as_of, task.item_id])
        row = cursor.fetchone()
    return list(row[0]) if row else []


def tasks_of_departments(departments: Collection[int], *, ids: Collection[int]) -> list[ResponseTask]:
    """The tasks with these ids that these departments owe, with their measures."""
    found = ResponseTask.objects.filter(pk__in=ids, department_id__in=departments)
    return list(found.select_related("item").order_by("pk"))


def answered_tasks(ids: Collection[int]) -> list[ResponseTask]:
    """Those of these tasks that were responded to or said not to apply, with their measures."""
    answered = [ResponseState.RESPONDED, ResponseState.NOT_APPLICABLE]
    return list(ResponseTask.objects.filter(pk__in=ids, state__in=answered).select_related("item").order_by("pk"))


def overdue_by_department(before: date) -> dict[int, int]:
    """How many tasks of each department still wait whose last day is before this one."""
    late = ResponseTask.objects.filter(state__in=[s.value for s in OPEN], due_on__lt=before)
    rows = late.order_by().values("department_id").annotate(n=Count("id"))
    return {row["department_id"]: row["n"] for row in rows}


def triggers_told(departments: Collection[int], refs: Collection[str]) -> set[tuple[int, str]]:
    """(department, "entry:12") of those entries and records that a response task told these departments of."""
    found = ResponseTask.objects.filter(trigger__in=refs, department_id__in=departments)
    return set(found.values_list("department_id", "trigger").order_by())

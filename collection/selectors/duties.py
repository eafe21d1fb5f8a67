"""Reading what is owed and how well it is done: tasks, monthly tallies, promises."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from collection import policies
from collection.models import Batch, CollectionTask, Promise, RowProblem, Tally
from collection.rules.quality import Counts
from collection.rules.states import PromiseState, TaskState
from collection.selectors.batches import visible_to
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.terms import month_later
from toolkit.clock import start_of
from toolkit.keyset import Capped, count_of


class TaskNotFound(NotFound):
    code = "collection.task_not_found"
    message = "没有这项归集任务。"


class PromiseNotFound(NotFound):
    code = "collection.promise_not_found"
    message = "没有这项承诺。"


# --- tasks ----------------------------------------------------------------------------------------------------------


def tasks_visible_to(actor: Actor) -> QuerySet[CollectionTask]:
    if not policies.may_see(actor):
        return CollectionTask.objects.none()
    if policies.sees_every_department(actor):
        return CollectionTask.objects.all()
    return CollectionTask.objects.filter(department_id__in=actor.departments)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilters:
    """`overdue_on`: only tasks whose last day is before it; `state` "": every state."""

    state: str = TaskState.OPEN
    department_id: int | None = None
    item_id: int | None = None
    overdue_on: date | None = None


def task_page(
    actor: Actor, *, filters: TaskFilters, after: tuple[date, int] | None = None, limit: int
) -> list[CollectionTask]:
    """Tasks by their last day, the earliest first; `after`: (due_on, id) of the last one seen (keyset)."""
    rows = _filtered(tasks_visible_to(actor), filters)
    if after is not None:
        day, last = after
        rows = rows.filter(Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(id__gt=last)))
    return list(rows.select_related("item", "department").order_by("due_on", "id")[:limit])


def _filtered(rows: QuerySet[CollectionTask], filters: TaskFilters) -> QuerySet[CollectionTask]:
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.department_id is not None:
        rows = rows.filter(department_id=filters.department_id)
    if filters.item_id is not None:
        rows = rows.filter(item_id=filters.item_id)
    if filters.overdue_on is not None:
        rows = rows.filter(due_on__lt=filters.overdue_on, state=TaskState.OPEN)
    return rows


def task_count(actor: Actor, *, filters: TaskFilters) -> Capped:
    return count_of(_filtered(tasks_visible_to(actor), filters))


def get_task(actor: Actor, task_id: int, *, for_update: bool = False) -> CollectionTask:
    """Raises TaskNotFound, also for another department's."""
    rows = tasks_visible_to(actor).filter(pk=task_id)
    task = (rows.select_for_update(of=("self",)) if for_update else rows.select_related("item", "department")).first()
    if task is None:
        raise TaskNotFound
    return task


def to_remind(*, due_until: date, reminded_before: datetime) -> list[CollectionTask]:
    """Open tasks that are due by then and of which nobody was reminded since."""
    rows = CollectionTask.objects.filter(state=TaskState.OPEN, due_on__lte=due_until).filter(
        Q(reminded_at=None) | Q(reminded_at__lt=reminded_before)
    )
    return list(
        rows.select_for_update(of=("self",), skip_locked=True).select_related("item").order_by("due_on", "id")
    )


# --- quality --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One line of the quality table; what it is not split by is None."""

    item_id: int | None
    item_code: str
    item_name: str
    department_id: int | None
    department_name: str
    month: date | None
    counts: Counts


SPLITS = {
    "department": ("department_id", "department__short_name"),
    "item": ("item_id", "item__code", "item__name"),
    "month": ("month",),
}


def quality(actor: Actor, *, first: date, last: date, split: str, **only: int | None) -> list[QualityRow]:
    """Counts of the months from `first` to `last`, split by one of SPLITS or, for "all", by all three.

    `only`: department_id, item_id. Sums over Tally: a few rows for each department, item and month.
    """
    rows = Tally.objects.filter(month__gte=first, month__lte=last)
    if not policies.may_see(actor):
        return []
    if not policies.sees_every_department(actor):
        rows = rows.filter(department_id__in=actor.departments)
    rows = rows.filter(**{key: value for key, value in only.items() if value is not None})
    keys = [key for name in (SPLITS if split == "all" else [split]) for key in SPLITS[name]]
    summed = (
        rows.values(*keys)
        .annotate(reported_sum=Sum("reported"), taken_sum=Sum("taken"), late_sum=Sum("late"))
        .order_by(*keys)
    )
    return [
        QualityRow(
            row.get("item_id"),
            row.get("item__code", ""),
            row.get("item__name", ""),
            row.get("department_id"),
            row.get("department__short_name", ""),
            row.get("month"),
            Counts(row["reported_sum"], row["taken_sum"], row["late_sum"]),
        )
        for row in summed
    ]


def returned_rows(
    actor: Actor,
    *,
    first: date | None,
    last: date | None,
    department_id: int | None,
    item_id: int | None,
    after: tuple[int, int] | None,
    limit: int,
) -> list[RowProblem]:
    """Returned rows of the months from `first` to `last` that nobody mended, the newest batch first (keyset).

    `after`: (batch id, row number) of the last one seen.
    """
    batches = visible_to(actor).filter(mends=None, returned__gt=0)
    if first is not None:
        batches = batches.filter(created_at__gte=start_of(first))
    if last is not None:
        batches = batches.filter(created_at__lt=start_of(month_later(last)))
    if department_id is not None:
        batches = batches.filter(department_id=department_id)
    if item_id is not None:
        batches = batches.filter(item_id=item_id)
    batch, row = after or (0, 0)
    at = Batch.objects.filter(pk=batch).values_list("created_at", flat=True).first()
    if at is not None:
        batches = batches.filter(created_at__lte=at).exclude(created_at=at, pk__gt=batch)
    newest_first = batches.order_by("-created_at", "-id")
    ids = _not_mended(newest_first.values_list("pk", flat=True), batch, row, limit)
    rows = RowProblem.objects.filter(pk__in=ids).select_related("batch", "batch__item", "batch__department")
    return list(rows.order_by("-batch__created_at", "-batch_id", "row_number"))


_NOT_MENDED = """SELECT p.id FROM unnest(%(batches)s::bigint[]) WITH ORDINALITY AS b(id, place)
CROSS JOIN LATERAL (SELECT r.id, r.row_number FROM collection_rowproblem r
  WHERE r.batch_id = b.id AND r.state <> 'mended' AND (b.id <> %(batch)s OR r.row_number > %(row)s)
  ORDER BY r.row_number LIMIT %(limit)s) p
ORDER BY b.place, p.row_number LIMIT %(limit)s"""
FIRST_BATCHES = 20


def _not_mended(batches: "QuerySet[Batch, int]", batch: int, row: int, limit: int) -> list[int]:
    """The first returned rows of these batches, in their order: of some batches, then of twice as many, for of most
    batches every row was mended, and one may hold a million."""
    found, start, many = list[int](), 0, FIRST_BATCHES
    with connection.cursor() as cursor:
        while len(found) < limit and (some := list(batches[start : start + many])):
            left = limit - len(found)
            cursor.execute(_NOT_MENDED, {"batches": some, "batch": batch, "row": row, "limit": left})
            found += [one for (one,) in cursor.fetchall()]
            start, many = start + many, 2 * many
    return found


def after_row(text: str) -> tuple[int, int] | None:
    """(batch id, row number) as the link says them; None for anything else, which starts the list anew."""
    batch, _, row = text.partition("~")
    return (int(batch), int(row)) if batch.isdecimal() and row.isdecimal() and len(text) < 30 else None


# --- promises -------------------------------------------------------------------------------------------------------


def promises_visible_to(actor: Actor) -> QuerySet[Promise]:
    if not policies.may_see(actor):
        return Promise.objects.none()
    if policies.sees_every_department(actor):
        return Promise.objects.all()
    return Promise.objects.filter(department_id__in=actor.departments)


def promise_page(
    actor: Actor,
    *,
    state: str = PromiseState.OPEN,
    overdue_on: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int,
) -> list[Promise]:
    """Promises by the day they were promised for, the earliest first (keyset)."""
    rows = promises_visible_to(actor)
    if state:
        rows = rows.filter(state=state)
    if overdue_on is not None:
        rows = rows.filter(promised_on__lt=overdue_on)
    if after is not None:
        day, last = after
        rows = rows.filter(Q(promised_on__gte=day) & (Q(promised_on__gt=day) | Q(id__gt=last)))
    return list(rows.select_related("department").order_by("promised_on", "id")[:limit])


def get_promise(actor: Actor, promise_id: int, *, for_update: bool = False) -> Promise:
    """Raises PromiseNotFound, also for another department's."""
    rows = promises_visible_to(actor).filter(pk=promise_id)
    promise = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if promise is None:
        raise PromiseNotFound
    return promise

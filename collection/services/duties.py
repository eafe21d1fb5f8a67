"""What departments owe by when: tasks made from the update cycles, reminders, their end; promises and theirs."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.selectors import all_departments, departments_by_id
from audit.services import record
from catalog.selectors import duties
from collection import events, policies
from collection.models import Batch, CollectionTask
from collection.rules.periods import Period, ended_periods
from collection.rules.states import PromiseState, TaskState
from collection.selectors.duties import PromiseNotFound, TaskNotFound, get_promise, get_task, to_remind
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from office.services import send_message
from toolkit.clock import day_of

LOOK_BACK = timedelta(days=400)  # a machine that stood still for a year makes up for it; nobody owes older periods

__all__ = ["PromiseNotFound", "TaskNotFound"]


class NotYourTask(NotPermitted):
    code = "collection.not_your_task"
    message = "归集任务由承担报送的部门办理。"


class TaskOver(RuleBroken):
    code = "collection.task_over"
    message = "这项归集任务已经办结，请刷新页面查看。"


class SomethingWasReported(RuleBroken):
    code = "collection.something_was_reported"
    message = "本期内已有报送入库的批次，不能申明本期无数据。如已报送完毕，请选择“已报送完毕”。"


class NothingWasReported(RuleBroken):
    code = "collection.nothing_was_reported"
    message = "本期内没有报送入库的批次，不能确认已报送完毕。确无数据的，请选择“本期无数据”。"


class PromiseOver(RuleBroken):
    code = "collection.promise_over"
    message = "这项承诺已经登记结果，请刷新页面查看。"


class NoteMissing(Malformed):
    code = "collection.note_missing"
    message = "请写明核实情况（如：核查文号、核查日期），且不得写入公民身份号码。"


@transaction.atomic
def make_tasks(*, today: date, actor: Actor, now: datetime) -> int:
    """One task for each item, department and period that has ended and has none yet. Returns how many were made.

    From the day the item's present version was published; again changes nothing.
    """
    ids, days = {d.code: d.id for d in all_departments()}, calendar()
    wanted = []
    for duty in duties():
        since = max(duty.published_on, today - LOOK_BACK)
        for period in ended_periods(duty.update_cycle, since=since, today=today):
            due = due_on(period.ends, duty.report_within or settings.COLLECTION_TASK_WORKING_DAYS, days)
            wanted += [
                CollectionTask(
                    item_id=duty.item_id,
                    department_id=ids[unit],
                    period_from=period.begins,
                    period_until=period.ends,
                    due_on=due.on,
                    provisional=due.provisional,
                    created_at=now,
                )
                for unit in duty.provider_units
                if unit in ids
            ]
    recent = CollectionTask.objects.filter(period_until__gte=today - LOOK_BACK)
    known = set(recent.values_list("item_id", "department_id", "period_from"))
    fresh = [task for task in wanted if (task.item_id, task.department_id, task.period_from) not in known]
    CollectionTask.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)  # two at once make each once
    if fresh:
        record(events.TasksMade(today.isoformat(), len(fresh)), about="collection.task:", actor=actor, now=now)
    return len(fresh)


@transaction.atomic
def fulfil_tasks(*, item_id: int, department_id: int, batch_id: int, actor: Actor, now: datetime) -> int:
    """A batch was taken: close the department's open tasks of the item whose period is over. Returns how many."""
    over = CollectionTask.objects.select_for_update().filter(
        item_id=item_id, department_id=department_id, state=TaskState.OPEN, period_until__lt=day_of(now)
    )
    closed = list(over.order_by("id"))
    for task in closed:
        _close(task, TaskState.DONE, batch_id, actor, now)
    return len(closed)


@transaction.atomic
def close_task(*, task_id: int, nothing: bool, actor: Actor, now: datetime) -> None:
    """The department states that all of a period is reported, or that there was nothing (零报送).

    Raises TaskNotFound, NotYourTask, TaskOver, SomethingWasReported, NothingWasReported.
    """
    task = get_task(actor, task_id, for_update=True)
    if not policies.may_report(actor, department_id=task.department_id):
        raise NotYourTask
    if task.state != TaskState.OPEN:
        raise TaskOver
    batch_id = _batch_within(task)
    if nothing and batch_id:
        raise SomethingWasReported
    if not nothing and not batch_id:
        raise NothingWasReported
    _close(task, TaskState.NOTHING if nothing else TaskState.DONE, batch_id, actor, now)


def _batch_within(task: CollectionTask) -> int:
    """The last batch of the item that brought anything since the period began; 0: none."""
    batches = Batch.objects.filter(
        item_id=task.item_id, department_id=task.department_id, created_at__date__gte=task.period_from
    )
    brought = batches.exclude(taken=0, changed=0, same=0)
    return brought.order_by("-id").values_list("pk", flat=True).first() or 0


def _close(task: CollectionTask, state: TaskState, batch_id: int, actor: Actor, now: datetime) -> None:
    task.state, task.batch_id = state, batch_id or None
    task.closed_at, task.closed_by = now, actor.key
    task.save(update_fields=["state", "batch_id", "closed_at", "closed_by"])
    fact = events.TaskClosed(task.pk, task.item_id, task.department_id, state, batch_id)
    record(fact, about=f"collection.task:{task.pk}", actor=actor, now=now)


@transaction.atomic
def remind(*, today: date, actor: Actor, now: datetime) -> int:
    """One message for each department with tasks that are due soon or overdue; again only after as many days.

    COLLECTION_REMIND_DAYS. A department without an address sees its tasks on its home page only. Returns how many
    messages were written.
    """
    grace = timedelta(days=settings.COLLECTION_REMIND_DAYS)
    waiting = to_remind(due_until=today + grace, reminded_before=now - grace)
    by_department: dict[int, list[CollectionTask]] = {}
    for task in waiting:
        by_department.setdefault(task.department_id, []).append(task)
    known = departments_by_id(by_department)
    sent = 0
    for department_id, tasks in sorted(by_department.items()):
        overdue = sum(task.due_on < today for task in tasks)
        if known[department_id].email:
            send_message(
                to=known[department_id].email,
                subject=f"归集任务提醒：待报送 {len(tasks)} 项，其中逾期 {overdue} 项",
                body=_letter(known[department_id].name, tasks, today),
                about=f"collection.department:{department_id}",
                actor=actor,
                now=now,
            )
            sent += 1
        fact = events.TasksReminded(department_id, len(tasks), overdue)
        record(fact, about=f"accounts.department:{department_id}", actor=actor, now=now)
    CollectionTask.objects.filter(pk__in=[task.pk for task in waiting]).update(reminded_at=now)
    return sent


def _letter(department: str, tasks: list[CollectionTask], today: date) -> str:
    lines = [
        f"{task.item.name}：{Period(task.period_from, task.period_until).label()}，"
        f"应于 {task.due_on.isoformat()} 前报送{'（已逾期）' if task.due_on < today else ''}"
        for task in tasks
    ]
    return "\n".join(
        [
            f"{department}：",
            "",
            "以下归集任务待报送：",
            *lines,
            "",
            "请登录系统在“数据报送”中办理；确无数据的，请申明本期无数据。",
        ]
    )


@transaction.atomic
def recompute_tasks(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open task's last day that touches a year whose calendar has just been imported."""
    days, changed = calendar(), []
    clocks = {duty.item_id: duty.report_within for duty in duties()}
    touched = CollectionTask.objects.select_for_update().filter(
        state=TaskState.OPEN, due_on__year__gte=year, period_until__year__lte=year
    )
    for task in touched.order_by("id"):
        again = due_on(task.period_until, clocks.get(task.item_id) or settings.COLLECTION_TASK_WORKING_DAYS, days)
        if (again.on, again.provisional) != (task.due_on, task.provisional):
            task.due_on, task.provisional = again.on, again.provisional
            changed.append(task)
    CollectionTask.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=1000)
    record(events.TasksRecomputed(year, len(changed)), about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)


@transaction.atomic
def close_promise(*, promise_id: int, kept: bool, note: str, actor: Actor, now: datetime) -> None:
    """Note whether a commitment was kept. A breach is noted by a person who says how it was found out.

    Raises PromiseNotFound, NotYourTask, PromiseOver, NoteMissing.
    """
    promise = get_promise(actor, promise_id, for_update=True)
    if not policies.may_report(actor, department_id=promise.department_id):
        raise NotYourTask("承诺履行情况由受理承诺的部门登记。")
    if promise.state != PromiseState.OPEN:
        raise PromiseOver
    if len(note.strip()) < 2 or holds_citizen_id(note):
        raise NoteMissing
    promise.state = PromiseState.KEPT if kept else PromiseState.BROKEN
    promise.note, promise.closed_at, promise.closed_by = note.strip(), now, actor.key
    promise.save(update_fields=["state", "note", "closed_at", "closed_by"])
    fact = events.PromiseClosed(promise.pk, promise.record_id, promise.subject_id, promise.state)
    record(fact, about=f"collection.record:{promise.record_id}", actor=actor, now=now)

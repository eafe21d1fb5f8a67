"""Tasks from the update cycle, reminders, promises."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Department
from audit.models import Event
from collection.models import Batch, CollectionTask, Promise, Tally
from collection.selectors import duties as selectors
from collection.services import duties
from kernel.actor import Actor, Kind, Role
from office.models import Message
from tests.conftest import NOW
from tests.factories import accounts, collection
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def person(department: Department, *roles: Role) -> Actor:
    return Actor(
        kind=Kind.USER,
        name="u1",
        id=1,
        department_id=department.pk,
        departments=frozenset({department.pk}),
        roles=frozenset(roles),
    )


def owed(*units: Department, cycle: str = "每月", since: datetime | None = None, **fields: Any) -> str:
    """An item that these departments owe every period since it was published."""
    at = since or datetime.fromisoformat("2026-08-15T10:00:00+08:00")
    code = collection.item(provider_units=[u.code for u in units], update_cycle=cycle, now=at, **fields)
    return code


def tasks_of(department: Department) -> list[CollectionTask]:
    return list(CollectionTask.objects.filter(department=department).order_by("period_from"))


def make() -> int:
    return duties.make_tasks(today=TODAY, actor=PLATFORM, now=NOW)


def batch_of(task: CollectionTask, *, at: datetime = NOW, **counts: int) -> Batch:
    version = task.item.versions.get()
    batch = Batch.objects.create(
        item_version=version,
        item=task.item,
        department=task.department,
        channel="file",
        state="done",
        sender="user:u1",
        created_at=at,
        finished_at=at,
        **counts,
    )
    return batch


def test_every_ended_period_is_owed_once_by_every_unit() -> None:
    one, other = accounts.department(), accounts.department()
    owed(one, other)
    assert make() == 4
    assert [(t.period_from, t.period_until, t.due_on) for t in tasks_of(one)] == [
        (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 13)),  # National Day, and 10 October is worked
        (date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 6)),
    ]
    assert make() == 0
    assert Event.objects.filter(name="collection.tasks.made").count() == 1


def test_an_item_with_a_clock_of_its_own_is_due_by_it() -> None:
    unit = accounts.department()
    owed(unit, report_within=7)
    make()
    assert tasks_of(unit)[-1].due_on == date(2026, 11, 10)


@pytest.mark.parametrize("cycle", ["按产生", "实时"])
def test_what_is_reported_as_it_happens_is_owed_by_no_period(cycle: str) -> None:
    unit = accounts.department()
    owed(unit, cycle=cycle)
    make()
    assert tasks_of(unit) == []


def test_a_batch_ends_the_tasks_of_periods_that_are_over() -> None:
    unit, other = accounts.department(), accounts.department()
    owed(unit, other)
    make()
    first = tasks_of(unit)[0]
    running = CollectionTask.objects.create(
        item=first.item, department=unit, period_from=date(2026, 11, 1), period_until=date(2026, 11, 30),
        due_on=date(2026, 12, 7), created_at=NOW,
    )  # fmt: skip
    batch = batch_of(first, taken=3)
    closed = duties.fulfil_tasks(
        item_id=first.item_id, department_id=unit.pk, batch_id=batch.pk, actor=PLATFORM, now=NOW
    )
    assert closed == 2
    assert {t.state for t in tasks_of(unit)} == {"done", "open"}
    running.refresh_from_db()
    assert running.state == "open"
    assert {t.state for t in tasks_of(other)} == {"open"}


def test_nothing_to_report_is_said_by_the_unit_itself() -> None:
    unit, other = accounts.department(), accounts.department()
    owed(unit)
    make()
    task = tasks_of(unit)[0]
    uploader = person(unit, Role.UPLOADER)
    with pytest.raises(duties.TaskNotFound):
        duties.close_task(task_id=task.pk, nothing=True, actor=person(other, Role.UPLOADER), now=NOW)
    with pytest.raises(duties.NotYourTask):
        duties.close_task(task_id=task.pk, nothing=True, actor=person(unit, Role.REVIEWER), now=NOW)
    with pytest.raises(duties.NothingWasReported):
        duties.close_task(task_id=task.pk, nothing=False, actor=uploader, now=NOW)
    duties.close_task(task_id=task.pk, nothing=True, actor=uploader, now=NOW)
    with pytest.raises(duties.TaskOver):
        duties.close_task(task_id=task.pk, nothing=True, actor=uploader, now=NOW)
    assert Event.objects.get(name="collection.task.closed").payload["outcome"] == "nothing"


def test_who_reported_cannot_say_there_was_nothing() -> None:
    unit = accounts.department()
    owed(unit)
    make()
    task = tasks_of(unit)[0]
    batch = batch_of(task, taken=1, at=NOW - timedelta(days=60))
    with pytest.raises(duties.SomethingWasReported):
        duties.close_task(task_id=task.pk, nothing=True, actor=person(unit, Role.UPLOADER), now=NOW)
    duties.close_task(task_id=task.pk, nothing=False, actor=person(unit, Role.UPLOADER), now=NOW)
    task.refresh_from_db()
    assert (task.state, task.batch_id) == ("done", batch.pk)


def test_a_reminder_goes_out_once_in_a_while_and_names_what_is_late() -> None:
    unit, silent = accounts.department(email="hbj@jianglan.example"), accounts.department()
    owed(unit, silent)
    make()
    assert duties.remind(today=TODAY, actor=PLATFORM, now=NOW) == 1
    message = Message.objects.get()
    assert message.to == "hbj@jianglan.example"
    assert (
        "待报送 2 项，其中逾期 2 项" in message.subject
        and "2026年9月，应于 2026-10-13 前报送（已逾期）" in message.body
    )
    assert duties.remind(today=TODAY, actor=PLATFORM, now=NOW + timedelta(days=1)) == 0
    later = NOW + timedelta(days=4)
    assert duties.remind(today=TODAY + timedelta(days=4), actor=PLATFORM, now=later) == 1
    assert not mail.outbox  # a message is a row; the office's task sends it


def test_a_new_calendar_moves_the_last_days() -> None:
    unit = accounts.department()
    owed(unit)
    make()
    CollectionTask.objects.update(due_on=date(2026, 10, 1))
    assert duties.recompute_tasks(year=2026, actor=PLATFORM, now=NOW) == 2
    assert tasks_of(unit)[1].due_on == date(2026, 11, 6)


def test_lists_show_only_the_own_department() -> None:
    unit, other = accounts.department(), accounts.department()
    owed(unit, other)
    make()
    for actor, count in (
        (person(unit, Role.UPLOADER), 2),
        (person(other, Role.CREDIT_OFFICE), 4),
        (person(unit, Role.CLERK), 0),
    ):
        assert len(selectors.task_page(actor, filters=selectors.TaskFilters(), limit=50)) == count
    first = selectors.task_page(person(unit, Role.UPLOADER), filters=selectors.TaskFilters(), limit=1)[0]
    rest = selectors.task_page(
        person(unit, Role.UPLOADER), filters=selectors.TaskFilters(), after=(first.due_on, first.pk), limit=50
    )
    assert [t.pk for t in rest] == [t.pk for t in tasks_of(unit)[1:]]


def test_quality_is_summed_by_what_is_asked() -> None:
    unit, other = accounts.department(), accounts.department()
    owed(unit, other)
    make()
    item = tasks_of(unit)[0].item
    for department, month, counts in (
        (unit, date(2026, 10, 1), (10, 8, 2)),
        (unit, date(2026, 11, 1), (10, 10, 0)),
        (other, date(2026, 11, 1), (100, 100, 50)),
    ):
        Tally.objects.create(
            item=item, department=department, month=month, reported=counts[0], taken=counts[1], late=counts[2]
        )
    span: dict[str, Any] = {"first": date(2026, 10, 1), "last": date(2026, 11, 1)}
    own = selectors.quality(person(unit, Role.UPLOADER), split="department", **span)
    assert [(r.department_id, r.counts.reported, r.counts.late) for r in own] == [(unit.pk, 20, 2)]
    every = selectors.quality(person(unit, Role.CREDIT_OFFICE), split="month", **span)
    assert [(r.month, r.counts.taken) for r in every] == [(date(2026, 10, 1), 8), (date(2026, 11, 1), 110)]
    assert len(selectors.quality(person(unit, Role.CREDIT_OFFICE), split="all", **span)) == 3


def test_a_promise_is_closed_once_with_how_it_was_found_out() -> None:
    unit, other = accounts.department(), accounts.department()
    promise = Promise.objects.create(record_id=1, subject_id=1, department=unit, promised_on=TODAY)
    actor = person(unit, Role.UPLOADER)
    with pytest.raises(duties.PromiseNotFound):
        duties.close_promise(
            promise_id=promise.pk, kept=True, note="已核查", actor=person(other, Role.UPLOADER), now=NOW
        )
    for note in (" ", "经办人11010519491231002X核查"):
        with pytest.raises(duties.NoteMissing):
            duties.close_promise(promise_id=promise.pk, kept=False, note=note, actor=actor, now=NOW)
    duties.close_promise(promise_id=promise.pk, kept=False, note="江审核〔2026〕3号", actor=actor, now=NOW)
    with pytest.raises(duties.PromiseOver):
        duties.close_promise(promise_id=promise.pk, kept=True, note="已核查", actor=actor, now=NOW)
    assert Event.objects.get(name="collection.promise.closed").payload["state"] == "broken"
    assert selectors.promise_page(actor, limit=5) == []

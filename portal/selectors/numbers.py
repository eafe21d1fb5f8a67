"""Four numbers above the queue, each a link to its rows."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

import feedback.selectors
import screening.selectors
from collection.selectors import duties
from collection.selectors.batches import to_mend_count
from collection.selectors.records import RecordFilters, record_count
from kernel.actor import Actor, Role
from toolkit.keyset import Capped

REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count and the page that shows exactly its rows."""

    label: str
    count: Capped
    href: str


def numbers(actor: Actor, *, today: date) -> list[Number]:
    """The day in four numbers for who works at a window, and in four for who reports."""
    return (_at_the_window(actor, today) if actor.has(Role.CLERK) else []) + _reporting(actor, today)


def _reporting(actor: Actor, today: date) -> list[Number]:
    if not actor.roles & REPORTING:
        return []
    month = f"{today:%Y-%m}"
    tasks, records = reverse("collection:tasks"), reverse("collection:records")
    late = RecordFilters(since=today.replace(day=1), late=True, state="")
    return [
        Number(label="待报送任务", count=duties.task_count(actor, filters=duties.TaskFilters()), href=tasks),
        Number(
            label="逾期未报送",
            count=duties.task_count(actor, filters=duties.TaskFilters(overdue_on=today)),
            href=f"{tasks}?overdue=1",
        ),
        Number(label="待修正的批次", count=to_mend_count(actor), href=f"{reverse('collection:batches')}?to_mend=1"),
        Number(
            label="本月迟报记录",
            count=record_count(actor, filters=late),
            href=f"{records}?late=1&since={month}&state=all",
        ),
    ]


def _at_the_window(actor: Actor, today: date) -> list[Number]:
    owed = feedback.selectors.counts(actor, today=today)
    receipts, dues = reverse("screening:today"), reverse("feedback:due_list")
    return [
        Number(label="今日核查", count=screening.selectors.day_count(actor, day=today), href=receipts),
        Number(
            label="今日命中",
            count=screening.selectors.day_count(actor, day=today, answer="hit"),
            href=f"{receipts}?answer=hit",
        ),
        Number(label="待反馈", count=owed.open, href=dues),
        Number(label="逾期未反馈", count=owed.overdue, href=f"{dues}?overdue=1"),
    ]

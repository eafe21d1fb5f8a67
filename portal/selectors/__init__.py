"""What waits for a reader, across the apps: one queue, most urgent first, above four numbers that open their rows."""

from datetime import date

from django.urls import reverse

import feedback.selectors
import screening.selectors
from kernel.actor import Actor
from portal.rules.waiting import QUEUE, Task
from portal.selectors import cases, listing, reporting, telling
from portal.selectors.numbers import Number, numbers

__all__ = ["Number", "numbers", "queue"]


def queue(actor: Actor, *, today: date) -> list[Task]:
    """Hits without a choice, files on their way in or back, then what is owed about hits, the most urgent first."""
    undecided = [
        Task(
            what="登记窗口选择",
            about=f"{_names(receipt.content)} · {receipt.matter.name}",
            href=reverse("screening:receipt", args=[receipt.number]),
        )
        for receipt in screening.selectors.undecided(actor, day=today, limit=QUEUE)
    ]
    owed = [
        Task(
            what="反馈措施实施情况",
            about=f"{due.measure_text} · {due.file_number or due.number}",
            href=reverse("feedback:report", args=[due.pk]),
            due_on=due.due_on,
            overdue=due.due_on is not None and due.due_on < today,
        )
        for due in feedback.selectors.open_dues(actor, limit=QUEUE)
    ]
    waiting = reporting.tasks(actor, today) + listing.tasks(actor, today) + cases.tasks(actor, today)
    return undecided + waiting + telling.tasks(actor, today) + owed


def _names(content: dict[str, list[dict[str, str]]]) -> str:
    return "、".join(subject["name"] or subject["code"] for subject in content["subjects"])

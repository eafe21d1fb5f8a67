"""Tasks of who reports: batches, what is owed by a day, drafts that wait for a second person."""

from datetime import date

from django.urls import reverse

import catalog.selectors
import collection.selectors
import measures.selectors
from collection.rules.periods import Period
from collection.rules.states import UNDER_WAY
from collection.selectors import duties
from kernel.actor import Actor, Role
from portal.rules.waiting import QUEUE, Task
from redblack.selectors import editions as list_editions


def tasks(actor: Actor, today: date) -> list[Task]:
    """What is reported, owed to the city, or waits for the second person before it is in force."""
    return _reported(actor) + _to_report(actor, today) + _catalogue(actor, today) + _measures(actor)


def _reported(actor: Actor) -> list[Task]:
    """What the reader's department handed in and has to look after."""
    tasks = []
    for batch in collection.selectors.waiting_batches(actor, limit=QUEUE):
        about = f"{batch.item_version.name} · {batch.file_name or batch.get_channel_display()}"
        if batch.open_problems:
            what, about = "修正退回的行", f"{about} · 待修正 {batch.open_problems} 行"
        elif batch.state in UNDER_WAY:
            what = f"查看报送进度（{batch.get_state_display()}）"
        else:
            what = "继续处理失败的批次"
        tasks.append(Task(what=what, about=about, href=reverse("collection:batch", args=[batch.pk])))
    return tasks


def _to_report(actor: Actor, today: date) -> list[Task]:
    """What the reader's own department owes the city by a day."""
    if not actor.has(Role.UPLOADER):
        return []
    filters = duties.TaskFilters(department_id=actor.department_id)
    return [
        Task(
            what="报送归集任务",
            about=f"{task.item.name} · {Period(task.period_from, task.period_until).label()}",
            href=reverse("collection:tasks"),
            due_on=task.due_on,
            overdue=task.due_on < today,
        )
        for task in duties.task_page(actor, filters=filters, limit=QUEUE)
    ]


def _catalogue(actor: Actor, today: date) -> list[Task]:
    """What waits for somebody of the credit office: another's drafts of items and list types, changes to follow."""
    reviews = [
        Task(
            what="审核目录条目",
            about=f"{version.name} · 第 {version.number} 版",
            href=reverse("catalog:review", args=[version.pk]),
        )
        for version in catalog.selectors.waiting_review(actor, limit=QUEUE)
    ]
    changes = [
        Task(
            what="跟进目录变更",
            about=f"{change.get_what_display()} · {change.title}",
            href=reverse("catalog:upkeep"),
            due_on=change.due_on,
            overdue=change.due_on < today,
        )
        for change in catalog.selectors.upkeep_page(actor, limit=QUEUE)
    ]
    types = [
        Task(
            what="审核名单类型",
            about=f"{edition.content['title']} · 第 {edition.number} 版",
            href=reverse("redblack:review_edition", args=[edition.pk]),
        )
        for edition in list_editions.waiting_review(actor, limit=QUEUE)
    ]
    return reviews + types + changes


def _measures(actor: Actor) -> list[Task]:
    """Measure items that wait for the second person, and those that came back to their drafter."""
    reviews = [
        Task(
            what="审核措施清单事项",
            about=f"{item.content[:40]} · {item.code} 第 {item.edition} 版",
            href=reverse("measures:review", args=[item.pk]),
        )
        for item in measures.selectors.to_review(actor, limit=QUEUE)
    ]
    returned = [
        Task(
            what="修改退回的措施",
            about=f"{item.content[:40]} · {item.review_note[:40]}",
            href=reverse("measures:draft", args=[item.pk]),
        )
        for item in measures.selectors.sent_back(actor, limit=QUEUE)
    ]
    return reviews + returned

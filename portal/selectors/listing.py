"""Tasks of the lists: ways onto them, exits, honours, versions that are held."""

from datetime import date

from django.urls import reverse

from kernel.actor import Actor
from portal.rules.waiting import QUEUE, Task
from redblack.selectors import exits, honours, proceedings, versions_to_confirm
from subjects.selectors import subjects_of


def tasks(actor: Actor, today: date) -> list[Task]:
    """What waits in the lists."""
    return _listings(actor, today) + _lists(actor, today)


def _listings(actor: Actor, today: date) -> list[Task]:
    """Ways onto a list: what waits for the second person, notices to serve, statement periods that are over."""
    waiting = proceedings.to_decide(actor, limit=QUEUE)
    going = proceedings.to_go_on(actor, today=today, limit=QUEUE)
    subjects = subjects_of({one.subject_id for one in waiting + going})
    tasks = []
    for one in waiting + going:
        what = {"submitted": "决定列入", "noticed": "送达列入事先告知书"}.get(one.state, "陈述、申辩期满，提交决定")
        subject = subjects.get(one.subject_id)
        tasks.append(
            Task(
                what=what,
                about=f"{subject.name if subject else ''} · {one.list_type.title}",
                href=reverse("redblack:proceeding", args=[one.pk]),
                due_on=one.statement_due_on if one.state == "served" else None,
            )
        )
    return tasks


def _lists(actor: Actor, today: date) -> list[Task]:
    """What waits in the lists: held versions, exits and honours to decide, honours to look at again."""
    removals = [
        Task(
            what=f"决定{removal.kind}",
            about=f"{removal.entry.list_type.title} · {removal.document_no}",
            href=reverse("redblack:removal", args=[removal.pk]),
        )
        for removal in exits.waiting_removals(actor, limit=QUEUE)
    ]
    honoured = [
        Task(
            what="认定守信激励对象",
            about=f"{honour.list_type.title} · {honour.decision_no}",
            href=reverse("redblack:honour", args=[honour.pk]),
        )
        for honour in honours.waiting_honours(actor, limit=QUEUE)
    ]
    asked = [
        Task(
            what="复核守信激励对象",
            about=f"{task.entry.list_type.title} · {task.cause_text}",
            href=reverse("redblack:review", args=[task.pk]),
            due_on=task.due_on,
            overdue=task.due_on < today,
        )
        for task in exits.waiting_tasks(actor, limit=QUEUE)
    ]
    held = [
        Task(
            what="确认名单版本",
            about=f"{version.list_type.title} · {version.version} · {version.reasons[0]['message']}",
            href=reverse("redblack:version", args=[version.pk]),
        )
        for version in versions_to_confirm(actor, limit=QUEUE)
    ]
    return held + removals + honoured + asked

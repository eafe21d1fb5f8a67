"""Tasks that somebody waits for: repairs, objections, complaints, measures to apply, findings."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

import complaints.selectors
import objections.selectors
from complaints.rules.states import NEXT as COMPLAINT_STEPS
from complaints.rules.states import State
from kernel.actor import Actor
from objections.rules.states import NEXT
from portal.rules.waiting import QUEUE, Task
from repair.selectors import applications as repairs
from screening.selectors.responses import waiting
from screening.selectors.rosters import waiting_findings
from subjects.selectors import subjects_of


def tasks(actor: Actor, today: date) -> list[Task]:
    """What somebody waits for: applications, objections, complaints; measures and findings of rosters."""
    return (
        _repairs(actor, today)
        + _objections(actor, today)
        + _complaints(actor, today)
        + _responses(actor, today)
        + _rosters(actor, today)
    )


def _repairs(actor: Actor, today: date) -> list[Task]:
    """Applications for repair that wait for the reader, the most urgent first."""
    rows = repairs.waiting(actor, limit=QUEUE)
    subjects = subjects_of({one.subject_id for one in rows})
    return [
        Task(
            what="决定信用修复" if one.accepted_on else "受理信用修复申请",
            about=f"{subjects[one.subject_id].name if one.subject_id in subjects else ''} · {one.document_no}",
            href=reverse("repair:application", args=[one.pk]),
            due_on=one.due_on,
            overdue=one.due_on is not None and one.due_on < today,
        )
        for one in rows
    ]


def _objections(actor: Actor, today: date) -> list[Task]:
    """Objections that wait for the reader's own hand, the most urgent first; of many how many there are."""
    rows = objections.selectors.waiting(actor, limit=QUEUE)
    names = objections.selectors.names_of(rows)
    tasks = [
        Task(
            what=NEXT[one.state],
            about=f"{names.get(one.subject_id, '')} · {one.get_kind_display()} · {one.number}",
            href=reverse("objections:objection", args=[one.pk]),
            due_on=one.due_on,
            overdue=one.due_on is not None and one.due_on < today,
        )
        for one in rows
    ]
    if len(rows) == QUEUE:
        late, every = (objections.selectors.count(actor, overdue_on=day) for day in (today, None))
        about = f"{every} 件，其中逾期 {late} 件"
        tasks += [Task(what="查看全部异议", about=about, href=reverse("objections:queue"))]
    return tasks


def _complaints(actor: Actor, today: date) -> list[Task]:
    """Complaints that wait for the reader's own hand, the most urgent first."""
    return [
        Task(
            what=COMPLAINT_STEPS[State(one.state)],
            about=f"{one.get_kind_display()} · {one.number}",
            href=reverse("complaints:complaint", args=[one.pk]),
            due_on=one.due_on,
            overdue=one.due_on < today,
        )
        for one in complaints.selectors.waiting(actor, limit=QUEUE)
    ]


def _responses(actor: Actor, today: date) -> list[Task]:
    """Measures that nobody applies for, each with how many subjects wait; what has to be stopped stands first."""
    tasks = []
    for what, state, stop in (("停止已采取的措施", "stop", True), ("响应联合奖惩措施", "open", False)):
        tasks += [
            Task(
                what=what,
                about=f"{one.content} · {one.tasks} 项",
                href=f"{reverse('screening:responses')}?{urlencode({'state': state, 'item': one.item_code})}",
                due_on=one.due_on,
                overdue=one.due_on < today,
            )
            for one in waiting(actor, stop=stop, limit=QUEUE)
        ]
    return tasks


def _rosters(actor: Actor, today: date) -> list[Task]:
    """What has changed in the rosters of the reader's departments."""
    return [
        Task(
            what="处置筛查发现",
            about=f"{one.name} · {one.count} 项",
            href=f"{reverse('screening:findings')}?roster={one.roster_id}",
        )
        for one in waiting_findings(actor, today=today, limit=QUEUE)
    ]

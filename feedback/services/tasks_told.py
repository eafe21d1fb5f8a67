"""Response tasks that were answered are cases: what the department said there is the first version."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit.services import record
from feedback.events import CasesTaken
from feedback.models import Due
from feedback.rules.cases import Action, Channel, Report
from feedback.rules.incoming import of_case
from feedback.services.intake import write
from feedback.services.known import due_of_task
from kernel.actor import Actor
from screening.rules.responses import ResponseState
from screening.selectors.responses import answered_tasks

SAID = {ResponseState.RESPONDED: Action.DONE, ResponseState.NOT_APPLICABLE: Action.NOT_APPLICABLE}


@transaction.atomic
def report_tasks(*, task_ids: Collection[int], actor: Actor, now: datetime) -> int:
    """Enter the answers of these tasks as cases, where nothing was reported of them; how many. Again changes nothing.

    What a person said there stands as he said it; amount and effect may be added by a correction.
    """
    tasks = {task.pk: task for task in answered_tasks(task_ids)}
    Due.objects.bulk_create([due_of_task(task) for task in tasks.values()], ignore_conflicts=True)
    dues = Due.objects.select_for_update().filter(response_id__in=tasks, version=0).order_by("pk")
    rows, departments = [], set()
    for row, due in enumerate(dues, start=1):
        task = tasks[due.response_id or 0]
        action = SAID[ResponseState(task.state)]
        done = action is Action.DONE
        report = Report(
            action=action,
            reason="" if done else task.answer,
            content=task.answer if done else "",
            amount=None,
            done_from=None,
            done_until=None,
            effect="",
        )
        departments.add(due.department_id)
        rows.append(of_case(row, due.pk, report, seen=0))
    if not rows:
        return 0
    done_by = replace(actor, departments=frozenset(departments))
    results = write(rows=rows, channel=Channel.TASK, actor=done_by, now=now)
    cases = [[int(one.case[3:]), one.version] for one in results if one.outcome == "taken"]
    record(CasesTaken(Channel.TASK.value, 0, 0, cases), about=f"feedback.due:{cases[0][0]}", actor=actor, now=now)
    return len(cases)

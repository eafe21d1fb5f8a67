"""归集任务, 报送质量, 退回明细, 承诺跟踪: what is owed, how well it is done, what was promised."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from collection import policies
from collection.forms.duties import PromiseFilter, PromiseOutcome, QualityFilter, ReturnedFilter, TaskFilter
from collection.models import CollectionTask
from collection.rules.periods import Period
from collection.rules.quality import total
from collection.rules.states import PROMISE_LABELS, TASK_LABELS, PromiseState, TaskState
from collection.selectors import duties as selectors
from collection.services import duties as services
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from kernel.terms import month_later
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page
from toolkit.keyset import after_day, cursor_of

PAGE = 50
MONTHS_SHOWN = 3


class NotForYou(NotPermitted):
    code = "collection.not_for_you"
    message = "数据归集由报送部门和信用办办理。"


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Which unit owes which item by when, the earliest first."""
    actor, today = actor_of(request), clock.today()
    if not policies.may_see(actor):
        return refusal_page(request, NotForYou())
    form = TaskFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or TaskState.OPEN
    filters = selectors.TaskFilters(
        state="" if state == "all" else state,
        department_id=said.get("department"),
        overdue_on=today if said.get("overdue") else None,
    )
    rows = selectors.task_page(actor, filters=filters, after=after_day(said.get("after", "")), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "rows": [_task_row(task, today, actor) for task in rows[:PAGE]],
        "every_department": policies.sees_every_department(actor),
        "open": selectors.task_count(actor, filters=selectors.TaskFilters()),
        "overdue": selectors.task_count(actor, filters=selectors.TaskFilters(overdue_on=today)),
        "next": next_query(request, cursor_of(last.due_on, last.pk)) if last else "",
    }
    return render(request, "collection/duties/tasks.html", context)


def _task_row(task: CollectionTask, today: date, actor: Actor) -> dict[str, Any]:
    return {
        "task": task,
        "may_close": task.state == TaskState.OPEN and policies.may_report(actor, department_id=task.department_id),
        "period": Period(task.period_from, task.period_until).label(),
        "state": TASK_LABELS[TaskState(task.state)],
        "open": task.state == TaskState.OPEN,
        "overdue": task.state == TaskState.OPEN and task.due_on < today,
    }


@require_POST
def close_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """本期无数据, or 已报送完毕."""
    nothing = request.POST.get("outcome") == "nothing"
    try:
        services.close_task(task_id=task_id, nothing=nothing, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已申明本期无数据。" if nothing else "已确认本期报送完毕。")
    return redirect("collection:tasks")


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """合规率, 及时率, 迟报率 by department, item or month. Every number leads to its rows."""
    actor, today = actor_of(request), clock.today()
    if not policies.may_see(actor):
        return refusal_page(request, NotForYou())
    form = QualityFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    until = said.get("until") or today.replace(day=1)
    since = said.get("since") or month_later(until, 1 - MONTHS_SHOWN)
    split = said.get("split") or "department"
    found = selectors.quality(actor, first=since, last=until, split=split)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "split": split,
        "rows": [{"row": row, "links": _links(row, since, until)} for row in found],
        "total": total(row.counts for row in found),
    }
    return render(request, "collection/duties/quality.html", context)


def _links(row: selectors.QualityRow, since: date, until: date) -> dict[str, str]:
    """Where the rows behind a line's numbers are."""
    month = row.month
    span = {"since": f"{month or since:%Y-%m}", "until": f"{month or until:%Y-%m}"}
    of_whom = {"provider": row.department_id, "item": row.item_code} | span
    asked = urlencode({key: value for key, value in of_whom.items() if value})
    records = f"{reverse('collection:records')}?{asked}"
    returned = {"department": row.department_id, "item": row.item_id} | span
    return {
        "taken": records,
        "late": f"{records}&late=1",
        "returned": f"{reverse('collection:returned_rows')}?"
        + urlencode({key: value for key, value in returned.items() if value}),
    }


@require_GET
def returned_rows(request: HttpRequest) -> HttpResponse:
    """The rows behind 退回: which row of which batch, why, and what became of it. No cell of them: see the batch."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, NotForYou())
    form = ReturnedFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.returned_rows(
        actor,
        first=said.get("since"),
        last=said.get("until"),
        department_id=said.get("department"),
        item_id=said.get("item"),
        after=selectors.after_row(said.get("after") or ""),
        limit=PAGE + 1,
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "rows": rows[:PAGE],
        "said": said,
        "next": next_query(request, f"{last.batch_id}~{last.row_number}") if last else "",
    }
    return render(request, "collection/duties/returned_rows.html", context)


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """Commitments by the day they were promised for."""
    return _promises(request, None)


def _promises(request: HttpRequest, failed: tuple[int, PromiseOutcome] | None) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    if not policies.may_see(actor):
        return refusal_page(request, NotForYou())
    form = PromiseFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or PromiseState.OPEN
    rows = selectors.promise_page(
        actor,
        state="" if state == "all" else state,
        overdue_on=today if said.get("overdue") else None,
        after=after_day(said.get("after", "")),
        limit=PAGE + 1,
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    subjects = subjects_of({promise.subject_id for promise in rows})
    context = {
        "form": form,
        "rows": [
            {
                "promise": promise,
                "subject": subjects.get(promise.subject_id),
                "state": PROMISE_LABELS[PromiseState(promise.state)],
                "open": promise.state == PromiseState.OPEN,
                "overdue": promise.state == PromiseState.OPEN and promise.promised_on < today,
                "may_close": policies.may_report(actor, department_id=promise.department_id),
                "form": failed[1]
                if failed and failed[0] == promise.pk
                else PromiseOutcome(auto_id=f"id_{promise.pk}_%s"),
            }
            for promise in rows[:PAGE]
        ],
        "next": next_query(request, cursor_of(last.promised_on, last.pk)) if last else "",
    }
    return render(request, "collection/duties/promises.html", context, status=422 if failed else 200)


@require_POST
def close_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """已履行 or 未履行（违诺）, with how it was found out."""
    form, actor = PromiseOutcome(request.POST, auto_id=f"id_{promise_id}_%s"), actor_of(request)
    try:
        promise = selectors.get_promise(actor, promise_id)
        if not policies.may_report(actor, department_id=promise.department_id):
            raise services.NotYourTask
        if not form.is_valid():
            return _promises(request, (promise_id, form))
        services.close_promise(promise_id=promise_id, actor=actor, now=clock.now(), **form.cleaned_data)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已登记承诺履行情况。")
    return redirect("collection:promises")


def next_query(request: HttpRequest, after: str) -> str:
    """The query of the next page: what was asked, from the last row on."""
    asked = request.GET.copy()
    asked["after"] = after
    return asked.urlencode()

"""响应任务: what a department owes though nobody applied for anything, and what it says of it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import all_departments, scope, shown_names
from kernel.actor import Actor
from kernel.errors import Refusal
from screening import policies
from screening.forms.responses import AnswerForm, ResponseFilter
from screening.models import ResponseTask
from screening.rules.responses import OPEN, ResponseState, Verb
from screening.selectors import responses as selectors
from screening.services.responses import NothingChosen, answer
from screening.views.gates import for_staff
from subjects.selectors import SubjectValue, subjects_of
from toolkit import clock
from toolkit.http import status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50
UNPROCESSABLE = 422


@require_GET
@for_staff
def responses(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tasks of the reader's departments, the most urgent first."""
    return _page(request, actor)


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    refusal: Refusal | None = None,
    text: str = "",
    chosen: frozenset[int] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    source = request.POST if request.method == "POST" else request.GET
    form = ResponseFilter(source, units=[(str(d.id), d.short_name) for d in all_departments()])
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or "open"
    filters = selectors.ResponseFilters(
        state="" if state == "all" else state,
        item_code=said.get("item", "").strip(),
        department_id=said.get("department"),
        overdue_on=today if said.get("overdue") else None,
    )
    found = selectors.response_page(actor, filters=filters, after=after_day(said.get("after", "")), limit=PAGE + 1)
    tasks = found[:PAGE]
    kept = {"state": state, "item": filters.item_code, "department": filters.department_id}
    kept |= {"overdue": "1" if filters.overdue_on else ""}
    query = {name: value for name, value in kept.items() if value}
    last = tasks[-1] if len(found) > PAGE else None
    after = {"after": cursor_of(selectors.day_of_row(last, filters), last.pk)} if last else {}
    rows = _rows(tasks, actor, today)
    context = {
        "form": form,
        "state": state,
        "kept": query,
        "rows": rows,
        "refusal": refusal,
        "text": text,
        "chosen": chosen,
        "every_department": scope(actor) is None,
        "verbs": _verbs(rows),
        "open": selectors.response_count(actor, filters=selectors.ResponseFilters()),
        "overdue": selectors.response_count(actor, filters=selectors.ResponseFilters(overdue_on=today)),
        "to_stop": selectors.response_count(actor, filters=selectors.ResponseFilters(state="stop")),
        "next": urlencode(query | after) if after else "",
    }
    return render(request, "screening/responses/list.html", context, status=status_of(refusal) if refusal else status)


def _rows(tasks: list[ResponseTask], actor: Actor, today: date) -> list[dict[str, Any]]:
    marks = selectors.triggers_of(tasks, as_of=today)
    subjects = subjects_of({task.subject_id for task in tasks})
    return [_row(task, actor, today, marks, subjects) for task in tasks]


def _row(
    task: ResponseTask,
    actor: Actor,
    today: date,
    marks: dict[selectors.Marked, selectors.TriggerMark],
    subjects: dict[int, SubjectValue],
) -> dict[str, Any]:
    state = ResponseState(task.state)
    mark = marks.get(selectors.marked_by(task))
    to_stop = task.stop_due_on is not None and task.stopped_at is None
    mine = policies.may_answer(actor, department_id=task.department_id)
    return {
        "task": task,
        "state": state,
        "open": state in OPEN,
        "overdue": (state in OPEN and task.due_on < today) or (to_stop and (task.stop_due_on or today) < today),
        "to_stop": to_stop,
        "mark": mark,
        "suspended": mark is not None and mark.suspended and not task.item.reward,
        "subject": subjects.get(task.subject_id),
        "may_answer": mine and (state in OPEN or to_stop),
    }


def _verbs(rows: list[dict[str, Any]]) -> list[Verb]:
    """The buttons that mean something for what is shown."""
    answerable = [row for row in rows if row["may_answer"]]
    verbs = []
    if any(row["state"] is ResponseState.WAITING for row in answerable):
        verbs.append(Verb.ACCEPT)
    if any(row["open"] for row in answerable):
        verbs += [Verb.RESPOND, Verb.DECLINE]
    if any(row["to_stop"] for row in answerable):
        verbs.append(Verb.STOP)
    return verbs


@require_POST
@for_staff
def answer_responses(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say the same of the tasks that were ticked. What is refused stays on the page, ticked and typed as it was."""
    form = AnswerForm(request.POST, tasks=request.POST.getlist("tasks"))
    if not form.is_valid():
        return _page(request, actor, refusal=NothingChosen(), status=UNPROCESSABLE)
    said = form.cleaned_data
    try:
        done = answer(
            task_ids=said["tasks"], verb=Verb(said["verb"]), text=said["text"], actor=actor, now=clock.now()
        )
    except Refusal as refusal:
        if request.POST.get("from") == "task" and len(said["tasks"]) == 1:
            return _task(request, actor, said["tasks"][0], refusal=refusal, text=said["text"])
        return _page(request, actor, refusal=refusal, text=said["text"], chosen=frozenset(said["tasks"]))
    messages.success(request, f"{done} 项任务已办理：{Verb(said['verb']).label}。")
    if request.POST.get("from") == "task" and len(said["tasks"]) == 1:
        return redirect("screening:response", said["tasks"][0])
    kept = {name: request.POST[name] for name in ("state", "item", "department", "overdue") if request.POST.get(name)}
    return redirect(f"{reverse('screening:responses')}?{urlencode(kept)}")


@require_GET
@for_staff
def response(request: HttpRequest, actor: Actor, response_id: int) -> HttpResponse:
    """One task: the measure, what calls for it, and what was done."""
    return _task(request, actor, response_id)


def _task(
    request: HttpRequest, actor: Actor, response_id: int, *, refusal: Refusal | None = None, text: str = ""
) -> HttpResponse:
    task = selectors.get_visible(actor, response_id)
    [row] = _rows([task], actor, clock.today())
    context = row | {
        "row": row,
        "articles": selectors.articles_of(task, as_of=clock.today()),
        "who": shown_names({key for key in (task.answered_by, task.stopped_by) if key}),
        "verbs": _verbs([row]),
        "refusal": refusal,
        "text": text,
    }
    context["answered_by"] = context["who"].get(task.answered_by, task.answered_by)
    context["stopped_by"] = context["who"].get(task.stopped_by, task.stopped_by)
    return render(request, "screening/responses/task.html", context, status=status_of(refusal) if refusal else 200)

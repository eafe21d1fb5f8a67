"""激励复核: new bad conduct of who is on a red list; its recogniser takes it off, keeps it, or is written to."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import policies
from redblack.forms.exits import After, Letter, Reason
from redblack.selectors import entries as reading
from redblack.selectors import exits
from redblack.services import recognising
from redblack.services.recognising import CannotAnswer, CannotTell
from redblack.views.entries import for_staff, next_query, shown_entry
from toolkit import clock
from toolkit.http import status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50


@require_GET
@for_staff
def reviews(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be answered, the earliest due first; or all of it."""
    form, today = After(request.GET), clock.today()
    said = form.cleaned_data if form.is_valid() else {}
    rows = exits.task_page(actor, is_open=not said.get("all"), after=after_day(said.get("after", "")), limit=PAGE + 1)
    shown = rows[:PAGE]
    subjects = reading.subjects_for([task.entry for task in shown])
    context = {
        "all": bool(said.get("all")),
        "count": exits.task_count(actor),
        "rows": [
            {
                "task": task,
                "subject": subjects.get(task.entry.subject_id),
                "overdue": not task.outcome and task.due_on < today,
            }
            for task in shown
        ],
        "next": next_query(request, cursor_of(shown[-1].due_on, shown[-1].pk)) if len(rows) > PAGE else "",
    }
    return render(request, "redblack/reviews/reviews.html", context)


@never_cache
@require_GET
@for_staff
def review(request: HttpRequest, actor: Actor, review_id: int) -> HttpResponse:
    return _review(request, actor, review_id)


def _review(
    request: HttpRequest,
    actor: Actor,
    review_id: int,
    *,
    failed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    task = exits.get_task(actor, review_id)
    shown = shown_entry(actor, task.entry)
    is_open = not task.outcome and task.entry.released_on is None
    here, department = shown["decided_here"], task.entry.authority_department_id
    context: dict[str, Any] = shown | {
        "task": task,
        "is_open": is_open,
        "overdue": is_open and task.due_on < clock.today(),
        "may_keep": is_open and here and policies.may_decide_removal(actor, authority_department_id=department),
        "may_tell": is_open and not here and policies.may_tell_recogniser(actor),
        "keep_form": Reason(auto_id="id_keep_%s"),
        "letter_form": Letter(auto_id="id_letter_%s"),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else status
    return render(request, "redblack/reviews/review.html", context | (failed or {}), status=status)


@require_POST
@for_staff
def keep(request: HttpRequest, actor: Actor, review_id: int) -> HttpResponse:
    """予以保留, with the reason."""
    department = exits.get_task(actor, review_id).entry.authority_department_id
    if not policies.may_decide_removal(actor, authority_department_id=department):
        raise CannotAnswer
    form = Reason(request.POST, auto_id="id_keep_%s")

    def work(said: dict[str, str]) -> None:
        recognising.keep(task_id=review_id, reason=said["reason"], actor=actor, now=clock.now())

    return _answered(request, actor, review_id, ("keep_form", form), work, "已答复：予以保留。")


@require_POST
@for_staff
def tell(request: HttpRequest, actor: Actor, review_id: int) -> HttpResponse:
    """函告认定部门: the letter is written and kept; the entry stays."""
    exits.get_task(actor, review_id)
    if not policies.may_tell_recogniser(actor):
        raise CannotTell
    form = Letter(request.POST, auto_id="id_letter_%s")

    def work(said: dict[str, str]) -> None:
        recognising.tell(task_id=review_id, actor=actor, now=clock.now(), **said)

    told = "函已生成，见条目的文书。条目保留，核查仍显示激励暂停。"
    return _answered(request, actor, review_id, ("letter_form", form), work, told)


def _answered(
    request: HttpRequest,
    actor: Actor,
    review_id: int,
    named: tuple[str, forms.Form],
    work: Callable[[dict[str, str]], None],
    told: str,
) -> HttpResponse:
    name, form = named
    if not form.is_valid():
        return _review(request, actor, review_id, failed={name: form}, status=422)
    try:
        work(form.cleaned_data)
    except Refusal as refusal:
        return _review(request, actor, review_id, failed={name: form}, refusal=refusal)
    messages.success(request, told)
    return redirect("redblack:entry", exits.get_task(actor, review_id).entry_id)

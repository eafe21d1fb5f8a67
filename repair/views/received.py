"""Results from above, and temporary lifting in reorganisation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from repair import forms, policies
from repair.models import Reconciliation
from repair.selectors.applications import results_page
from repair.services import lifting
from repair.services.result_files import read_results
from repair.services.results import Taken, receive
from repair.views.queue import NotForYou, for_staff
from subjects.selectors import holder_of, subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

PAGE = 50
for_office = only_if(policies.may_see_results, NotForYou)


@never_cache
@require_http_methods(["GET", "POST"])
@for_office
def results(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The ledger of results; uploading the file of the day."""
    form, refusal, status = forms.ResultFile(request.POST or None, request.FILES or None), None, 200
    taken: list[Taken] = []
    faults: list[str] = []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said, faults = read_results(stream=form.cleaned_data["file"].file)
                taken = receive(results=said, way="file", actor=actor, now=clock.now())
                status = 200
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
    after = request.GET.get("after", "")
    rows = results_page(
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
        unmatched="unmatched" in request.GET,
        limit=PAGE + 1,
    )
    context = {
        "form": form,
        "refusal": refusal,
        "taken": taken,
        "faults": faults,
        "rows": rows[:PAGE],
        "days": Reconciliation.objects.order_by("-day")[:7],
        "next": f"after={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "repair/results.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def liftings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """暂时解除: register one, and those that stand."""
    form, refusal, status = forms.Lift(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            subject_id = holder_of(uscc=said.pop("code").strip().upper())
            if subject_id is None:
                form.add_error("code", "没有登记该统一社会信用代码的主体。")
            else:
                try:
                    lifting.lift(subject_id=subject_id, actor=actor, now=clock.now(), **said)
                except Refusal as refused:
                    refusal, status = refused, status_of(refused)
                else:
                    messages.success(request, "已登记暂时解除：公示、共享和措施一并暂停，已通知相关单位。")
                    return redirect("repair:liftings")
    rows = lifting.liftings(actor=actor)
    subjects = subjects_of({one["lifting"].subject_id for one in rows})
    context = {
        "form": form,
        "refusal": refusal,
        "rows": [one | {"subject": subjects.get(one["lifting"].subject_id)} for one in rows],
        "close": forms.CloseLifting(),
        "may_lift": policies.may_decide(actor, department_id=actor.department_id),
    }
    return render(request, "repair/liftings.html", context, status=status)


@require_POST
@for_staff
def close_lifting(request: HttpRequest, actor: Actor, lifting_id: int) -> HttpResponse:
    """The plan was executed, or failed."""
    form = forms.CloseLifting(request.POST)
    if not form.is_valid():
        raise lifting.LiftingIncomplete
    lifting.close_lifting(
        lifting_id=lifting_id,
        executed=form.cleaned_data["executed"],
        reason=form.cleaned_data["text"],
        actor=actor,
        now=clock.now(),
    )
    messages.success(request, "已登记。")
    return redirect("repair:liftings")

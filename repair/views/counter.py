"""帮办 at the window: from when somebody may apply, what is missing, and filing for who stands there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel.actor import Actor
from kernel.errors import Refusal
from repair import forms, policies
from repair.rules.letters import CHANNELS
from repair.rules.states import Channel, Target
from repair.selectors.standing import held, held_against
from repair.services.filing import file_application
from repair.views.queue import NotForYou
from repair.views.steps import wish_of
from subjects.selectors import holder_of, subject_of, subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

for_helpers = only_if(policies.may_help, NotForYou)


@never_cache
@require_http_methods(["GET"])
@for_helpers
def counter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that is held against one subject, each with the day from which he may apply."""
    code = request.GET.get("code", "").strip().upper()[:40]
    form = forms.Search(initial={"code": code})
    subject_id = holder_of(uscc=code) if code else None
    context = {
        "form": form,
        "code": code,
        "asked": bool(code),
        "subject": subject_of(subject_id) if subject_id else None,
        "rows": held_against(subject_id, on=clock.today()) if subject_id else [],
        "channels": CHANNELS,
    }
    return render(request, "repair/counter.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_helpers
def file_for(request: HttpRequest, actor: Actor, target: str, target_id: int) -> HttpResponse:
    """File for the subject; too early is refused with the article and the day."""
    if target not in (Target.RECORD, Target.ENTRY):
        raise Http404
    one = held(Target(target), target_id, on=clock.today())
    form, refusal, status = forms.Apply(request.POST or None, request.FILES or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = file_application(
                    target=Target(target),
                    target_id=target_id,
                    channel=Channel.COUNTER,
                    wish=wish_of(form),
                    actor=actor,
                    now=clock.now(),
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, f"已代为申请，办件编号 {made.number}。请告知申请人凭编号查询进度。")
                return redirect("repair:application", made.pk)
    context = {
        "held": one,
        "subject": subjects_of({one.subject_id}).get(one.subject_id),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "repair/file_for.html", context, status=status)

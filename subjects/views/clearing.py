"""Pages: the search by name, and what was found there not to be one."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from kernel.identifiers import holds_citizen_id, read
from office.selectors import division_names
from subjects import forms, policies, selectors, services
from toolkit import clock
from toolkit.http import actor_of, refusal_page

USUAL_DAYS = 180
NO_PERSONS = "自然人请在信用核查窗口凭证件和办件号查询，此处不检索。"


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Organisations that a name may mean, with reasons; from a dossier also to say which of them it is not."""
    actor = actor_of(request)
    if not policies.may_see_subjects(actor):
        return refusal_page(request, services.NotYours())
    if request.method != "POST":
        return render(request, "subjects/find.html", {"form": forms.NameSearch()})
    form = forms.NameSearch(request.POST)
    if not form.is_valid():
        return render(request, "subjects/find.html", {"form": form}, status=400)
    return render(request, "subjects/find.html", {"form": form, **_answer(form, actor)})


def _answer(form: forms.NameSearch, actor: Actor) -> dict[str, object]:
    text, today = form.cleaned_data["text"], clock.today()
    found = read(text, today=today)
    if found.kind in selectors.PERSON_KINDS or holds_citizen_id(text):
        form.data = {}  # what belongs to a person is not written back
        return {"problem": NO_PERSONS}
    about = selectors.visible_to(actor).filter(pk=form.cleaned_data["about"]).first()
    if found.kind != "name":
        resolution = selectors.resolve_code(found)
        rows = resolution.candidates
    elif about is not None:
        without = selectors.cleared_subjects(subject_id=about.pk, on=today) | {about.pk}
        resolution, rows = selectors.Resolution("verify"), tuple(selectors.candidates(found.value, without=without))
    else:
        resolution = selectors.named(found.value)
        rows = resolution.candidates
    areas = division_names([one.division_code for one in rows])
    return {
        "asked": True,
        "about": about if policies.may_clear(actor) else None,
        "resolution": resolution,
        "rows": [(one, areas.get(one.division_code, "")) for one in rows],
        "until": today + timedelta(days=USUAL_DAYS),
    }


@require_POST
def clear(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Somebody compared: the subject is not that other one."""
    actor = actor_of(request)
    if not policies.may_clear(actor):
        return refusal_page(request, services.NotYours())
    form = forms.Clearing(request.POST)
    if not form.is_valid():
        return refusal_page(request, services.ClearingWithoutGround())
    try:
        services.clear_subject(subject_id=subject_id, actor=actor, now=clock.now(), **form.cleaned_data)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已登记为不是同一主体。任何一方登记信息变化或到期后，将重新列出。")
    return redirect("subjects:dossier", subject_id)


@require_POST
def withdraw(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """The finding was wrong: the pair is listed again."""
    try:
        subject_id = services.withdraw_clearing(clearing_id=clearing_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已撤销，名称检索将重新列出。")
    return redirect("subjects:dossier", subject_id)

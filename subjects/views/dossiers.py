"""Pages: a subject's dossier, a natural person's (by reason only), the conflicts of the credit office."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from office.selectors import division_codes, division_name
from subjects import forms, policies, selectors, services
from subjects.rules.dossier import facts_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page
from toolkit.keyset import after_moment, count_of, cursor_of

PAGE = 50
Show = Callable[[HttpRequest, int, Actor, forms.NeedToKnow], HttpResponse]


@never_cache
@require_GET
def dossier(request: HttpRequest, subject_id: int) -> HttpResponse:
    """What the register knows of an organisation; of a person only the question for the reason."""
    actor = actor_of(request)
    if selectors.is_person(subject_id) and policies.may_see_person(actor):
        return render(request, "subjects/person.html", {"subject_id": subject_id, "form": forms.NeedToKnow()})
    subject = selectors.visible_to(actor).filter(pk=subject_id).first()
    if subject is None:
        return refusal_page(request, services.SubjectNotFound())
    value = selectors.subject_of(subject_id)
    assert value is not None
    context = {
        "subject": value,
        "facts": facts_of(value, division_name(value.division_code), division_codes()),
        "names": selectors.names_of(subject_id),
        "responsible": selectors.responsible_for(subject_id),
        "conflicts": selectors.conflicts_of(subject_id),
        "cleared": selectors.clearings_of(subject_id),
        "may_clear": policies.may_clear(actor),
        "may_resolve": policies.may_resolve_conflicts(actor),
        "today": clock.today(),
    }
    return render(request, "subjects/dossier.html", context)


def _with_reason(
    show: Callable[[HttpRequest, int, Actor, forms.NeedToKnow], HttpResponse],
) -> Callable[..., HttpResponse]:
    """What is shown of a person, after a reason was given, on a page that no cache keeps. The look is recorded."""

    @never_cache
    @require_POST
    @wraps(show)
    def page(request: HttpRequest, subject_id: int) -> HttpResponse:
        form = forms.NeedToKnow(request.POST)
        actor = actor_of(request)
        if not policies.may_see_person(actor) or not selectors.is_person(subject_id):
            return refusal_page(request, services.SubjectNotFound())
        if not form.is_valid():
            return render(request, "subjects/person.html", {"subject_id": subject_id, "form": form}, status=400)
        try:
            return show(request, subject_id, actor, form)
        except Refusal as refusal:
            return refusal_page(request, refusal)

    return page


@_with_reason
def person(request: HttpRequest, subject_id: int, actor: Actor, form: forms.NeedToKnow) -> HttpResponse:
    """A person's page: masked."""
    seen = services.view_person(subject_id=subject_id, actor=actor, now=clock.now(), **form.cleaned_data)
    context = {"subject_id": subject_id, "form": form, "person": seen, "posts": selectors.posts_of(subject_id)}
    return render(request, "subjects/person.html", context)


@_with_reason
def reveal(request: HttpRequest, subject_id: int, actor: Actor, form: forms.NeedToKnow) -> HttpResponse:
    """The number in clear, once."""
    number = services.reveal_identifier(subject_id=subject_id, actor=actor, now=clock.now(), **form.cleaned_data)
    return render(request, "subjects/revealed.html", {"subject_id": subject_id, "number": number, "form": form})


def _conflicts_page(request: HttpRequest, actor: Actor, failed: tuple[int, forms.Decision] | None) -> HttpResponse:
    found = selectors.conflict_page(after=after_moment(request.GET.get("after", "")), limit=PAGE + 1)
    rows = [
        (
            conflict,
            failed[1] if failed and failed[0] == conflict.pk else forms.Decision(auto_id=f"id_{conflict.pk}_%s"),
        )
        for conflict in found[:PAGE]
    ]
    context = {
        "rows": rows,
        "count": count_of(selectors.conflicts_waiting()),
        "next": cursor_of(found[PAGE - 1].found_at, found[PAGE - 1].pk) if len(found) > PAGE else "",
    }
    return render(request, "subjects/conflicts.html", context, status=400 if failed else 200)


@require_GET
def conflicts(request: HttpRequest) -> HttpResponse:
    """One code, two names: what waits for a decision, the newest first."""
    actor = actor_of(request)
    if not policies.may_resolve_conflicts(actor):
        return refusal_page(request, services.NotYours())
    return _conflicts_page(request, actor, None)


@require_POST
def resolve_conflict(request: HttpRequest, conflict_id: int) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_resolve_conflicts(actor):
        return refusal_page(request, services.NotYours())
    form = forms.Decision(request.POST, auto_id=f"id_{conflict_id}_%s")
    if not form.is_valid():
        return _conflicts_page(request, actor, (conflict_id, form))
    try:
        services.resolve_conflict(conflict_id=conflict_id, actor=actor, now=clock.now(), **form.cleaned_data)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已处理名称冲突。")
    return redirect("subjects:conflicts")

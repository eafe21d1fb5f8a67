"""The window: one input, one answer, one receipt."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from screening import policies, selectors
from screening.forms.checks import MatterSearch, StarForm, WindowForm
from screening.models import Receipt
from screening.rules.again import asked_again
from screening.rules.matters import STAGE_LABELS
from screening.rules.numbers import parts_of
from screening.rules.pasted import parted
from screening.selectors.again import of_file
from screening.selectors.asking import find_matters, matter_choice, matter_named
from screening.services.again import check_again
from screening.services.asking import star_matter
from screening.services.checking import Applicant, Checked, MayNotCheck, NothingAsked, check
from screening.views.checks import answer_context
from screening.views.lines import Row, today_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """The check page. Works as a plain form; with htmx only the answer is swapped in."""
    actor = actor_of(request)
    if not policies.may_check(actor):
        return refusal_page(request, MayNotCheck())
    context: dict[str, Any] = {"key": secrets.token_urlsafe(18)}  # every question has its own key
    status, whole = 200, not request.headers.get("HX-Request")
    form = WindowForm(request.POST or None, initial={"stage": request.session.get("stage", "before")})
    if request.method == "POST":
        if form.is_valid():
            try:
                context |= _answered(request, actor, form.cleaned_data)
                if whole:
                    form = WindowForm(initial=_kept(form.cleaned_data, context))
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
        else:
            status = UNPROCESSABLE
    context |= {"form": form, "today": today_of(actor, day=clock.today(), fresh=context.get("result"))}
    if whole:
        return render(request, "screening/window.html", context | _beside(request, actor, form), status=status)
    return render(request, "screening/_answered.html", context | {"swap": True}, status=status)


def _answered(request: HttpRequest, actor: Actor, said: dict[str, Any]) -> dict[str, Any]:
    """What was asked, answered; or, where only a file number or a receipt's number was given, what was answered
    before under it.
    """
    may_choose = policies.may_choose(actor)
    if said["again"]:
        checked = check_again(number=said["again"], key=said["key"], actor=actor, now=clock.now())
        return answer_context(checked, may_choose=may_choose)
    number = said["text"].strip().upper()
    if parts_of(number) is not None:
        return {"earlier": _earlier([selectors.get_visible(actor, number)]), "asked_for": number}
    if not said["text"].strip():
        if not said["file_number"]:
            raise NothingAsked
        found = of_file(actor, said["file_number"])
        return {"earlier": _earlier(found), "asked_for": said["file_number"]}
    checked = _check(request, actor, said)
    return answer_context(checked, may_choose=may_choose)


def _check(request: HttpRequest, actor: Actor, said: dict[str, Any]) -> Checked:
    code, _, _ = said["matter"].partition(" ")  # as the picker writes it, and of most questions known
    if not selectors.keeps_plan(matter_code=code, stage=said["stage"], as_of=clock.today()):
        code = matter_named(actor, said["matter"]).code
    chosen = (code, said["stage"])
    if (request.session.get("matter"), request.session.get("stage")) != chosen:
        request.session["matter"], request.session["stage"] = chosen
    return check(
        matter_code=code,
        stage=said["stage"],
        file_number=said["file_number"],
        applicants=[Applicant(text) for text in parted(said["text"])],
        key=said["key"],
        actor=actor,
        now=clock.now(),
    )


def _kept(said: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """What stays in the form: what was typed is not shown again once it is known who it is."""
    identified = all(panel.identified for panel in context.get("panels", ()))
    return said | {"text": "" if identified else said["text"]}


def _earlier(receipts: list[Receipt]) -> list[dict[str, Any]]:
    """Checks made before, each with whose papers are needed to repeat it."""
    return [
        {"row": Row.of(receipt), "at": receipt.checked_at, "left_out": left_out, "repeatable": bool(known)}
        for receipt in receipts
        for known, left_out in [asked_again(receipt.content)]
    ]


def _beside(request: HttpRequest, actor: Actor, form: WindowForm) -> dict[str, Any]:
    """What the whole page has beside the answer: the matter that is chosen, and how many lists cannot be used."""
    found = matter_choice(actor, request.session.get("matter", ""))
    return {
        "matter": form["matter"].value() if form.is_bound else found.label if found else "",
        "starred": bool(found and found.starred),
        "stale": len(selectors.unusable_sources(as_of=clock.today())),
    }


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """The matters that the picker offers, favourites first; the whole page where there is no JavaScript."""
    actor = actor_of(request)
    if not policies.may_check(actor):
        return refusal_page(request, MayNotCheck())
    form = MatterSearch(request.GET)
    text = form.cleaned_data["matter"] if form.is_valid() else ""
    found = find_matters(actor, text=text)
    if len(found) == 1 and found[0].label == text.strip():  # the one that is chosen already: show it among the others
        found = find_matters(actor)
    context = {
        "found": [(m, "、".join(STAGE_LABELS[s] for s in m.stages)) for m in found],
        "text": text,
        "chosen": request.session.get("matter", ""),
    }
    name = "_matters.html" if request.headers.get("HX-Request") else "matters_choice.html"
    return render(request, f"screening/{name}", context)


@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """Choose a matter for this session, or keep one at hand, without JavaScript or with it."""
    actor = actor_of(request)
    if not policies.may_check(actor):
        return refusal_page(request, MayNotCheck())
    form = StarForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"matter": "", "star": ""}
    try:
        matter = matter_named(actor, said["matter"])
        if said["star"]:
            star_matter(matter_code=matter.code, starred=said["star"] == "on", actor=actor)
        else:
            request.session["matter"] = matter.code
            if request.session.get("stage") not in matter.stages:
                request.session["stage"] = matter.stages[0]
    except Refusal as refusal:
        return refusal_page(request, refusal)
    if request.headers.get("HX-Request"):
        return render(request, "screening/_star.html", {"starred": said["star"] == "on", "said": bool(said["star"])})
    return redirect(reverse("screening:choices") if said["star"] else reverse("screening:window"))

"""典型案例: written from a case, reviewed, published; and the page that anybody reads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from feedback import policies, selectors
from feedback.forms import NoteForm, TypicalForm
from feedback.rules.typical import State
from feedback.selectors.typical import get_public, get_typical, public_page, typical_page
from feedback.services import CannotReport
from feedback.services import typical as services
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import knows_visitors, status_of
from toolkit.keyset import after_day, cursor_of

PAGE, PUBLIC_PAGE = 50, 20
UNPROCESSABLE = 422
VERBS = ("submit", "publish", "refuse", "withdraw")
for_staff = only_if(policies.may_see, CannotReport)


@require_GET
@for_staff
def typicals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The typical cases of the reader's departments, the last first."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = typical_page(actor, after=after, limit=PAGE + 1)
    context = {"rows": found[:PAGE], "next": found[PAGE - 1].pk if len(found) > PAGE else ""}
    return render(request, "feedback/typical/list.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def new_typical(request: HttpRequest, actor: Actor, due_id: int) -> HttpResponse:
    """Retell a case."""
    due = selectors.get_visible(actor, due_id)
    if not policies.may_tell(actor, department_id=due.department_id):
        raise services.CannotTell
    newest = selectors.cases_of(due).first()
    begin = {
        "subject_shown": services.proposed_subject(due),
        "title": f"{due.measure_text[:60]}",
        "text": newest.content if newest else "",
    }
    form = TypicalForm(request.POST or None, initial=begin)
    context: dict[str, Any] = {"form": form, "due": due}
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "feedback/typical/edit.html", context, status=UNPROCESSABLE)
        try:
            made = services.draft(due_id=due.pk, actor=actor, now=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            return render(
                request, "feedback/typical/edit.html", context | {"refusal": refusal}, status=status_of(refusal)
            )
        return redirect("feedback:typical", made)
    return render(request, "feedback/typical/edit.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def typical(request: HttpRequest, actor: Actor, typical_id: int) -> HttpResponse:
    """One: a draft is written anew here, the others are read."""
    row = get_typical(actor, typical_id)
    form = TypicalForm(
        request.POST or None, initial={"title": row.title, "text": row.text, "subject_shown": row.subject_shown}
    )
    home = row.department_id
    names = shown_names({key for key in (row.drafted_by, row.reviewed_by, row.withdrawn_by) if key})
    context: dict[str, Any] = {
        "row": row,
        "due": row.due,
        "form": form if row.state == State.DRAFTED and policies.may_tell(actor, department_id=home) else None,
        "state": State(row.state),
        "drafted_by": names.get(row.drafted_by, ""),
        "reviewed_by": names.get(row.reviewed_by, ""),
        "may_review": policies.may_review_typical(actor) and row.drafted_by != actor.key,
        "may_withdraw": policies.may_review_typical(actor),
    }
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "feedback/typical/one.html", context, status=UNPROCESSABLE)
        try:
            services.change(typical_id=row.pk, actor=actor, now=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            return render(
                request, "feedback/typical/one.html", context | {"refusal": refusal}, status=status_of(refusal)
            )
        return redirect("feedback:typical", row.pk)
    return render(request, "feedback/typical/one.html", context)


@require_POST
@for_staff
def step_typical(request: HttpRequest, actor: Actor, typical_id: int, verb: str) -> HttpResponse:
    """Submit, publish, refuse or withdraw."""
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    now = clock.now()
    get_typical(actor, typical_id)
    if verb not in VERBS:
        raise Malformed
    if verb == "submit":
        services.submit(typical_id=typical_id, actor=actor, now=now)
    elif verb == "withdraw":
        services.withdraw(typical_id=typical_id, reason=note, actor=actor, now=now)
    else:
        services.review(typical_id=typical_id, publish=verb == "publish", note=note, actor=actor, now=now)
    return redirect("feedback:typical", typical_id)


@knows_visitors
@require_GET
def public_cases(request: HttpRequest) -> HttpResponse:
    """Typical cases as anybody reads them."""
    found = public_page(after=after_day(request.GET.get("after", "")), limit=PUBLIC_PAGE + 1)
    last = found[PUBLIC_PAGE - 1] if len(found) > PUBLIC_PAGE else None
    context = {
        "rows": found[:PUBLIC_PAGE],
        "next": cursor_of(last.published_on, last.pk) if last and last.published_on else "",
    }
    return render(request, "feedback/typical/public.html", context)


@knows_visitors
@require_GET
def public_case(request: HttpRequest, typical_id: int) -> HttpResponse:
    """One of them."""
    try:
        row = get_public(typical_id)
    except Refusal as refusal:
        return render(request, "portal/public/refused.html", {"said": refusal}, status=status_of(refusal))
    return render(request, "feedback/typical/public_one.html", {"row": row})

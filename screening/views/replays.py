"""Past checks answered anew: on a page, and for the system that asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kernel.errors import Refusal
from screening.forms.replays import ReplayForm
from screening.rules import layout
from screening.rules.replay import Comparison, Move
from screening.services.replaying import Replayed, replay, replayable
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of

MOVES = {Move.CAME: "新增", Move.WENT: "不再有", Move.CHANGED: "变化"}


@require_GET
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The question first; with its purpose stated, the answer. The address tells days, and nothing of anybody."""
    actor, now = actor_of(request), clock.now()
    form = ReplayForm(request.GET if "purpose" in request.GET else None, initial={"known": "then"})
    context: dict[str, Any] = {"number": number, "form": form}
    status = 200
    try:
        context["receipt"] = replayable(number=number, actor=actor, now=now)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            done = replay(
                number=number,
                purpose=said["purpose"],
                as_of=said["as_of"],
                known_at=form.known_at(now),
                actor=actor,
                now=now,
            )
            context |= shown(done)
        except Refusal as refusal:
            context["refusal"], status = refusal, status_of(refusal)
    elif form.is_bound:
        status = 422
    return render(request, "screening/replay.html", context, status=status)


def shown(done: Replayed) -> dict[str, Any]:
    """A replay as the page lays it out."""
    return {
        "done": done,
        "panels": layout.panels_of(done.content),
        "sources": layout.sources_of(done.content),
        "receipt_changes": _rows(done.against_receipt),
        "today_changes": _rows(done.against_today),
    }


def _rows(compared: Comparison) -> list[dict[str, str]]:
    """One row for each difference; versions of lists last."""
    of_subjects = [
        {"who": s.name or s.code or s.role, "move": MOVES[c.move], "group": c.group, "label": c.label}
        | {"before": c.before or "–", "after": c.after or "–"}
        for s in compared.subjects
        for c in s.changes
    ]
    of_sources = [
        {"who": "", "move": MOVES[c.move], "group": c.group, "label": c.label}
        | {"before": c.before or "–", "after": c.after or "–"}
        for c in compared.sources
    ]
    return of_subjects + of_sources

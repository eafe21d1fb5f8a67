"""措施预演: what publishing a draft would change, with numbers that open their rows; and publishing it by them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from measures.rules.condition_words import Names, sentence
from measures.rules.conditions import read_condition
from measures.selectors import item_by_id, source_names, value_of
from office.selectors import job_of
from screening.models import Rehearsal
from screening.rules.rehearsal import Change
from screening.selectors import rehearsing as selectors
from screening.selectors.responses import marks_of
from screening.services import rehearsing as services
from screening.views.gates import for_editors
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import status_of

PAGE = 50


class NotConfirmed(Malformed):
    code = "screening.figures_not_confirmed"
    message = "发布前须确认预演的数字。请勾选确认后再发布。"


@require_http_methods(["GET", "POST"])
@for_editors
def rehearse(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """The rehearsal of one draft: begin it, watch it, read its numbers, publish by them."""
    if request.method == "POST":
        try:
            services.start_rehearsal(item_id=item_id, actor=actor, now=clock.now())
        except Refusal as refusal:
            return _page(request, actor, item_id, refusal=refusal)
        return redirect("screening:rehearse", item_id)
    if request.headers.get("HX-Request"):
        return render(request, "screening/rehearsals/_result.html", _context(actor, item_id))
    return _page(request, actor, item_id)


def _page(request: HttpRequest, actor: Actor, item_id: int, *, refusal: Refusal | None = None) -> HttpResponse:
    context = _context(actor, item_id) | {"refusal": refusal}
    status = status_of(refusal) if refusal else 200
    return render(request, "screening/rehearsals/rehearse.html", context, status=status)


def _context(actor: Actor, item_id: int) -> dict[str, Any]:
    item = item_by_id(actor, item_id)
    digest, today = value_of(item).seen, clock.today()
    latest = next(iter(selectors.rehearsals_of(item_id, limit=1)), None)
    current = latest is not None and latest.digest == digest
    done = current and latest is not None and latest.done_at is not None
    return {
        "item": item,
        "condition": sentence(read_condition(item.condition), _names()),
        "rehearsal": latest,
        "current": current,
        "done": done,
        "fresh": done and latest is not None and latest.checked_until == today,
        "job": job_of(latest.job_id) if latest is not None and latest.job_id and current and not done else None,
        "figures": selectors.figures_of(latest) if done and latest is not None else None,
        "numbers": _numbers(latest) if done and latest is not None else [],
        "open": item.state in services.OPEN,
        "may_publish": item.state == "in_review" and item.drafted_by != actor.key,
    }


def _names() -> Names:
    return {"source": dict(source_names(as_of=clock.today()).values())}


def _numbers(row: Rehearsal) -> list[dict[str, Any]]:
    """The two numbers of each kind, each with the page of its rows."""
    place = reverse("screening:rehearsal_rows", args=[row.pk])
    counts = (
        ("checks", row.checks_newly, row.checks_no_longer, ""),
        ("subjects", row.subjects_newly, row.subjects_no_longer, "1"),
    )
    return [
        {
            "of": of,
            "label": change.label,
            "count": count,
            "href": f"{place}?{urlencode({'change': change.value, 'today': today})}",
        }
        for of, newly, no_longer, today in counts
        for change, count in ((Change.NEWLY, newly), (Change.NO_LONGER, no_longer))
    ]


@require_GET
@for_editors
def rehearsal_rows(request: HttpRequest, actor: Actor, rehearsal_id: int) -> HttpResponse:
    """The rows behind one number."""
    rehearsal = selectors.get_rehearsal(rehearsal_id)
    item = item_by_id(actor, rehearsal.item_id)
    change = Change.NO_LONGER if request.GET.get("change") == Change.NO_LONGER.value else Change.NEWLY
    today = bool(request.GET.get("today"))
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    found = selectors.row_page(rehearsal_id, change=change.value, today=today, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    subjects = subjects_of({row.subject_id for row in rows})
    marks = marks_of({row.trigger for row in rows}, as_of=clock.today())
    first = {ref: mark for (ref, *_), mark in marks.items()}
    query = {"change": change.value, "today": "1" if today else ""}
    context = {
        "item": item,
        "rehearsal": rehearsal,
        "change": change,
        "today": today,
        "rows": [(row, subjects.get(row.subject_id), first.get(row.trigger)) for row in rows],
        "next": urlencode(query | {"after": rows[-1].pk}) if len(found) > PAGE else "",
    }
    return render(request, "screening/rehearsals/rows.html", context)


@require_POST
@for_editors
def publish_rehearsed(request: HttpRequest, actor: Actor, rehearsal_id: int) -> HttpResponse:
    """Publish the draft, quoting the figures that the reviewer has confirmed."""
    rehearsal = selectors.get_rehearsal(rehearsal_id)
    try:
        if request.POST.get("confirmed") != "1":
            raise NotConfirmed
        code = services.publish_rehearsed(rehearsal_id=rehearsal_id, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _page(request, actor, rehearsal.item_id, refusal=refusal)
    messages.success(request, f"措施 {code} 已发布，此后的核查按新版本进行。")
    return redirect("measures:item", code)

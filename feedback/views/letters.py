"""措施实施告知书: written from a report or a response task, served, read again."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import departments_by_id, shown_names
from feedback import policies, selectors
from feedback.forms import LetterFilter, LetterForm, ServedForm
from feedback.models import Letter
from feedback.rules.letters import Carried, LetterText, proposed
from feedback.services import CannotReport, letters
from kernel.errors import Refusal
from screening.selectors.responses import get_visible as get_response
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50
UNPROCESSABLE = 422


@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters of the reader's departments, the newest first."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, CannotReport())
    form = LetterFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    unserved = bool(said.get("unserved"))
    found = selectors.letter_page(actor, unserved=unserved, after=after_day(said.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    subjects = subjects_of({letter.subject_id for letter in rows})
    query = {"unserved": "1"} if unserved else {}
    context = {
        "rows": [(letter, subjects.get(letter.subject_id)) for letter in rows],
        "unserved": unserved,
        "next": urlencode(query | {"after": cursor_of(rows[-1].written_on, rows[-1].pk)})
        if len(found) > PAGE
        else "",
    }
    return render(request, "feedback/letters.html", context)


@require_http_methods(["GET", "POST"])
def due_letter(request: HttpRequest, due_id: int) -> HttpResponse:
    """Write the letter about a measure that was reported as carried out."""
    actor = actor_of(request)
    try:
        due = selectors.get_visible(actor, due_id)
        carried = selectors.carried_by_due(due, today=clock.today())
    except Refusal as refusal:
        return refusal_page(request, refusal)

    def write(text: LetterText) -> int:
        return letters.write_for_due(due_id=due_id, text=text, actor=actor, now=clock.now())

    return _letter(request, carried, write, selectors.letters_of(due_id=due_id))


@require_http_methods(["GET", "POST"])
def response_letter(request: HttpRequest, response_id: int) -> HttpResponse:
    """Write the letter about a response task that was responded to."""
    actor = actor_of(request)
    try:
        task = get_response(actor, response_id)
        carried = selectors.carried_by_response(task, today=clock.today())
    except Refusal as refusal:
        return refusal_page(request, refusal)

    def write(text: LetterText) -> int:
        return letters.write_for_response(response_id=response_id, text=text, actor=actor, now=clock.now())

    return _letter(request, carried, write, selectors.letters_of(response_id=response_id))


def _letter(
    request: HttpRequest, carried: Carried, write: Callable[[LetterText], int], written: list[Letter]
) -> HttpResponse:
    """The form of a letter. What is refused stays on the page as it was typed."""
    department = departments_by_id({carried.department_id})[carried.department_id]
    begin = proposed(carried, department=department.name)
    names = ("document_no", "reason", "remedies", "lifting")
    form = LetterForm(request.POST or None, initial={name: getattr(begin, name) for name in names})
    context: dict[str, Any] = {
        "carried": carried,
        "department": department,
        "form": form,
        "written": written,
        "may_write": policies.may_report(actor_of(request), department_id=carried.department_id),
    }
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "feedback/letter_form.html", context, status=UNPROCESSABLE)
        try:
            letter_id = write(LetterText(**form.cleaned_data))
        except Refusal as refusal:
            context["refusal"] = refusal
            return render(request, "feedback/letter_form.html", context, status=status_of(refusal))
        return redirect("feedback:letter", letter_id)
    return render(request, "feedback/letter_form.html", context)


@require_GET
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """What a letter says, and whether it was served."""
    return _shown(request, letter_id)


def _shown(request: HttpRequest, letter_id: int, *, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    try:
        found = selectors.get_letter(actor, letter_id)
    except Refusal as gone:
        return refusal_page(request, gone)
    names = shown_names({key for key in (found.written_by, found.served_by) if key})
    may_serve = found.served_on is None and policies.may_report(actor, department_id=found.department_id)
    context = {
        "letter": found,
        "subject": subjects_of({found.subject_id}).get(found.subject_id),
        "written_by": names.get(found.written_by, ""),
        "served_by": names.get(found.served_by, ""),
        "form": ServedForm(initial={"served_on": clock.today()}) if may_serve else None,
        "refusal": refusal,
    }
    return render(request, "feedback/letter.html", context, status=status_of(refusal) if refusal else 200)


@require_POST
def serve_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Note that it was served."""
    form = ServedForm(request.POST)
    try:
        if not form.is_valid():
            raise letters.WayUnknown("请填写送达日期，并选择送达方式。")
        said = form.cleaned_data
        letters.serve(
            letter_id=letter_id,
            served_on=said["served_on"],
            way=said["way"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        return _shown(request, letter_id, refusal=refusal)
    return redirect("feedback:letter", letter_id)


@never_cache
@require_GET
def letter_file(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The PDF. The reading is recorded."""
    try:
        name, stream = letters.open_letter(letter_id=letter_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    with stream:
        content = stream.read()
    shown = content_disposition_header("download" in request.GET, name) or "attachment"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": shown})

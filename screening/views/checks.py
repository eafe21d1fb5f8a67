"""The window: one input, one answer, one receipt."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collection.rules.freshness import SourceState
from collection.selectors import source_ages
from kernel.errors import Refusal
from screening import policies, selectors
from screening.forms.checks import ChoiceForm, FindForm, WindowForm
from screening.models import Choice, Receipt
from screening.rules import layout
from screening.rules.numbers import parts_of
from screening.rules.sentences import RECEIPT_NOTE
from screening.services.checking import Applicant, Checked, MayNotCheck, check
from screening.services.choosing import choose as note_choice
from screening.services.choosing import open_receipt
from screening.views.verification import mark_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_moment, cursor_of

TODAY_SHOWN = 12
PAGE = 50


@require_http_methods(["GET", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """The check page. Works as a plain form; with htmx only the answer is swapped in."""
    actor = actor_of(request)
    if not policies.may_check(actor):
        return refusal_page(request, MayNotCheck())
    matters = [(m.code, m.name) for m in selectors.matters()]
    remembered = {"matter": request.session.get("matter", ""), "stage": request.session.get("stage", "before")}
    form = WindowForm(request.POST or None, matters=matters, initial=remembered)
    context: dict[str, Any] = {"form": form, "key": secrets.token_urlsafe(18)}  # every question has its own key
    status = 200
    if request.method == "POST":
        if form.is_valid():
            said = form.cleaned_data
            if (request.session.get("matter"), request.session.get("stage")) != (said["matter"], said["stage"]):
                request.session["matter"], request.session["stage"] = said["matter"], said["stage"]
            try:
                checked = check(
                    matter_code=said["matter"],
                    stage=said["stage"],
                    file_number=said["file_number"],
                    applicants=[Applicant(said["text"])],
                    key=said["key"],
                    actor=actor,
                    now=clock.now(),
                )
                context |= _answer(checked, may_choose=policies.may_choose(actor))
                if all(panel.identified for panel in context["panels"]):  # what was typed is not shown again
                    context["form"] = WindowForm(matters=matters, initial=said | {"text": ""})
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
        else:
            status = 422
    context |= {"today": _today(request)}
    if request.headers.get("HX-Request"):
        return render(request, "screening/_answered.html", context | {"swap": True}, status=status)
    return render(request, "screening/window.html", context | {"stale": _unusable()}, status=status)


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The receipts of a day, newest first; a number typed here opens its receipt."""
    actor = actor_of(request)
    if not policies.may_see_receipts(actor):
        return refusal_page(request, MayNotCheck())
    form = FindForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    if number := (said.get("number") or "").strip().upper():
        if parts_of(number) is None:
            return refusal_page(request, selectors.ReceiptNotFound())
        return redirect("screening:receipt", number=number)
    day = said.get("day") or clock.today()
    answer = said.get("answer", "")
    rows = selectors.receipt_page(
        actor, day=day, answer=answer, after=after_moment(said.get("after", "")), limit=PAGE + 1
    )
    context = {
        "form": form,
        "day": day,
        "answer": answer,
        "rows": [Row.of(r) for r in rows[:PAGE]],
        "next": cursor_of(rows[PAGE - 1].checked_at, rows[PAGE - 1].pk) if len(rows) > PAGE else "",
    }
    return render(request, "screening/today.html", context)


@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt found again, on the page or (`?print=1`) as it goes to paper. The look is recorded."""
    actor = actor_of(request)
    printing = "print" in request.GET
    try:
        found = open_receipt(number=number, purpose="打印" if printing else "查看", actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    context = _answer(found, may_choose=policies.may_choose(actor)) | {
        "receipt": found,
        "content": found.content,
        "sources": layout.sources_of(found.content),
        "stage": layout.STAGES[found.stage],
        "note": RECEIPT_NOTE,
        "mark": mark_of(found.number),
    }
    return render(request, "screening/receipt_print.html" if printing else "screening/receipt.html", context)


@require_POST
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Note what the person at the window chose; twice is refused and shows what stands."""
    actor = actor_of(request)
    form = ChoiceForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"decision": "", "reason": ""}
    try:
        note_choice(number=number, what=said["decision"], reason=said["reason"], actor=actor, now=clock.now())
        found = selectors.get_visible(actor, number)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    if not request.headers.get("HX-Request"):
        return redirect("screening:receipt", number=number)
    return render(request, "screening/_actions.html", _answer(found, may_choose=policies.may_choose(actor)))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of receipts."""

    number: str
    time: str
    name: str
    matter: str
    file_number: str
    shape: str
    mark: str
    word: str

    @classmethod
    def of(cls, found: Receipt) -> "Row":
        panels = layout.panels_of(found.content)
        first = layout.strongest(panels)
        return cls(
            number=found.number,
            time=timezone.localtime(found.checked_at).strftime("%H:%M"),
            name="、".join(p.name or p.code or "（未识别）" for p in panels),
            matter=found.matter.name,
            file_number=found.file_number,
            shape=first.shape,
            mark=layout.MARKS[first.shape],
            word=first.word,
        )


def _answer(found: Checked | Receipt, *, may_choose: bool) -> dict[str, Any]:
    """What every page shows of an answer, fresh or found again."""
    choice = selectors.choice_of(found.number)
    return {
        "result": found,
        "panels": layout.panels_of(found.content, found.given if isinstance(found, Checked) else ()),
        "number": found.number,
        "department": found.content["department"],
        "choice": choice,
        "choice_label": Choice.What(choice.what).label if choice else "",
        "may_choose": may_choose and choice is None and found.answer == "hit" and not found.no_measure,
    }


def _today(request: HttpRequest) -> dict[str, Any]:
    rows = selectors.receipt_page(actor_of(request), day=clock.today(), limit=PAGE + 1)
    return {
        "count": f"{PAGE}+" if len(rows) > PAGE else str(len(rows)),
        "rows": [Row.of(r) for r in rows[:TODAY_SHOWN]],
    }


def _unusable() -> int:
    """How many lists that some matter consults cannot be used now."""
    asked = selectors.consulted_sources()
    return sum(s.state is not SourceState.CURRENT for s in source_ages(as_of=clock.today()) if s.id in asked)

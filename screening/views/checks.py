"""Receipts: the list of a day, one found again, what was chosen."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kernel.errors import Refusal
from screening import policies, selectors
from screening.forms.checks import ChoiceForm, FindForm
from screening.models import Choice, Receipt
from screening.rules import layout
from screening.rules.again import asked_again
from screening.rules.numbers import parts_of
from screening.rules.sentences import RECEIPT_NOTE
from screening.selectors.finished import outcome_of
from screening.services.checking import Checked, MayNotCheck
from screening.services.choosing import choose as note_choice
from screening.services.choosing import open_receipt
from screening.views.lines import PAGE, Row
from screening.views.verification import mark_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page
from toolkit.keyset import after_moment, cursor_of


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
    context = answer_context(found, may_choose=policies.may_choose(actor)) | {
        "receipt": found,
        "content": found.content,
        "outcome": outcome_of(matter_id=found.matter_id, file_number=found.file_number),
        "repeatable": bool(asked_again(found.content)[0]),
        "key": secrets.token_urlsafe(18),
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
    return render(request, "screening/_actions.html", answer_context(found, may_choose=policies.may_choose(actor)))


def answer_context(found: Checked | Receipt, *, may_choose: bool) -> dict[str, Any]:
    """What every page shows of an answer, fresh or found again."""
    fresh = isinstance(found, Checked) and not found.repeated  # so nothing was chosen yet
    choice = None if fresh else selectors.choice_of(found.number)
    return {
        "result": found,
        "panels": layout.panels_of(found.content, found.given if isinstance(found, Checked) else ()),
        "number": found.number,
        "department": found.content["department"],
        "choice": choice,
        "choice_label": Choice.What(choice.what).label if choice else "",
        "sources": layout.sources_of(found.content),
        "again": layout.again_of(found.content),
        "may_choose": may_choose and choice is None and found.answer == "hit" and not found.no_measure,
    }

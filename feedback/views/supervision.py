"""督办台账 and badly closed hits: what departments are held to account for, and what was done about it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import departments_by_id, shown_names
from feedback import policies
from feedback.forms import OpenForm, StepForm
from feedback.models import Due, Supervision
from feedback.rules.supervision import SUPERVISION_LIFE, Fault, Flaw, State, Verb
from feedback.selectors import badly
from feedback.selectors import supervision as selectors
from feedback.services import CannotReport, supervising
from kernel.actor import Actor
from kernel.errors import Refusal
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import refusal_page, status_of
from toolkit.keyset import after_moment, cursor_of

PAGE = 50
UNPROCESSABLE = 422
for_staff = only_if(policies.may_see, CannotReport)
for_the_office = only_if(policies.may_supervise, supervising.CannotSupervise)


@require_GET
@for_staff
def supervisions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The ledger; for the credit office above it who could be taken up today."""
    open_only = "open" in request.GET
    found = selectors.supervision_page(
        actor, open_only=open_only, after=after_moment(request.GET.get("after", "")), limit=PAGE + 1
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": found[:PAGE],
        "open_only": open_only,
        "may_supervise": policies.may_supervise(actor),
        "next": cursor_of(last.opened_at, last.pk) if last else "",
    }
    return render(request, "feedback/supervision/list.html", context)


@require_GET
@for_the_office
def candidates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which department has how many of each fault today, and whether it is taken up."""
    today = clock.today()
    since = today - timedelta(days=settings.FEEDBACK_ESCALATE_DAYS)
    figures = {fault: selectors.figures(fault, today=today, late_since=since) for fault in Fault}
    units = departments_by_id({department for of_fault in figures.values() for department in of_fault})
    standing = {
        (row.department_id, row.fault): row.pk for row in Supervision.objects.filter(closed_at=None).order_by("pk")
    }
    rows: list[dict[str, Any]] = [
        {
            "department": unit,
            "cells": [(fault, figures[fault].get(key, 0), standing.get((key, fault.value))) for fault in Fault],
            "total": sum(figures[fault].get(key, 0) for fault in Fault),
        }
        for key, unit in units.items()
    ]
    rows.sort(key=lambda row: (-row["total"], row["department"].name))
    return render(
        request,
        "feedback/supervision/candidates.html",
        {"rows": rows, "faults": list(Fault), "days": since, "today": today},
    )


@require_POST
@for_the_office
def open_one(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a department up."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return refusal_page(request, supervising.NothingToSupervise(), status=UNPROCESSABLE)
    made = supervising.open_supervision(
        department_id=form.cleaned_data["department"],
        fault=Fault(form.cleaned_data["fault"]),
        actor=actor,
        now=clock.now(),
    )
    return redirect("feedback:supervision", made)


@require_http_methods(["GET", "POST"])
@for_staff
def supervision(request: HttpRequest, actor: Actor, supervision_id: int) -> HttpResponse:
    """One 督办 with its steps; the credit office notes the next."""
    row = selectors.get_supervision(actor, supervision_id)
    verbs = [Verb(name) for name in SUPERVISION_LIFE.open_to(State(row.state))]
    steps = list(row.steps.order_by("id"))
    names = shown_names({step.noted_by for step in steps})
    form = StepForm(request.POST or None, initial={"verb": verbs[0].value if verbs else ""})
    context: dict[str, Any] = {
        "row": row,
        "fault": Fault(row.fault),
        "steps": [(step, names.get(step.noted_by, "")) for step in steps],
        "verbs": verbs if policies.may_supervise(actor) else [],
        "form": form,
    }
    if request.method != "POST":
        return render(request, "feedback/supervision/one.html", context)
    if not policies.may_supervise(actor):
        raise supervising.CannotSupervise
    if not form.is_valid():
        return render(request, "feedback/supervision/one.html", context, status=UNPROCESSABLE)
    said = form.cleaned_data
    try:
        supervising.note(
            supervision_id=row.pk,
            verb=Verb(said["verb"]),
            text=said["text"],
            document_no=said["document_no"],
            correct_by=said["correct_by"],
            actor=actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        return render(
            request, "feedback/supervision/one.html", context | {"refusal": refusal}, status=status_of(refusal)
        )
    return redirect("feedback:supervision", row.pk)


@require_GET
@for_staff
def badly_closed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hits without a case, cases without a measure, reasons that say nothing or that were copied."""
    today = clock.today()
    text = request.GET.get("flaw", "")
    flaw = Flaw(text) if text in set(Flaw) else Flaw.NO_CASE
    after = _id(request.GET.get("after", ""))
    department, reason = _id(request.GET.get("department", "")), request.GET.get("reason", "")
    context: dict[str, Any] = {
        "flaw": flaw,
        "flaws": [(one, number) for one, number in badly.flaw_counts(actor, today=today).items()],
        "today": today,
        "copied_from": badly.COPIED_FROM,
    }
    if flaw is Flaw.COPIED and not (department and reason):
        groups = badly.copied(actor)
        units = departments_by_id({one.department_id for one in groups})
        context["groups"] = [(one, units.get(one.department_id)) for one in groups]
        return render(request, "feedback/supervision/badly.html", context)
    if flaw is Flaw.COPIED:
        found = badly.of_reason(
            actor, department_id=department or 0, reason_key=reason[:16], after=after, limit=PAGE + 1
        )
        context["kept"] = f"&department={department}&reason={reason[:16]}" if reason.isalnum() else ""
    else:
        found = badly.flawed_page(actor, flaw, today=today, after=after, limit=PAGE + 1)
    context |= {"rows": _rows(found[:PAGE]), "next": found[PAGE - 1].pk if len(found) > PAGE else ""}
    return render(request, "feedback/supervision/badly.html", context)


def _rows(dues: list[Due]) -> list[dict[str, Any]]:
    subjects = subjects_of({due.subject_id for due in dues if due.subject_id is not None})
    units = departments_by_id({due.department_id for due in dues})
    return [
        {"due": due, "subject": subjects.get(due.subject_id or 0), "department": units.get(due.department_id)}
        for due in dues
    ]


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

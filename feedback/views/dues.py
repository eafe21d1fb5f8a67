"""What is owed or offered, and the report."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import departments_by_id, shown_names
from feedback import policies, selectors
from feedback.forms import DueFilter, ReportForm
from feedback.models import Due
from feedback.rules.attachments import KINDS
from feedback.rules.cases import Action, Report
from feedback.selectors.effects import source_names
from feedback.services import CannotReport, report
from feedback.services.reporting import LARGEST, open_attachment
from kernel.errors import Refusal
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_day, cursor_of

PAGE, OF_RECEIPT = 50, 9
UNPROCESSABLE = 422
DROPPED = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_GET
def due_list(request: HttpRequest) -> HttpResponse:
    """What the reader's departments owe, the most urgent first."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, CannotReport())
    form = DueFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    overdue = bool(said.get("overdue"))
    wanted = selectors.Wanted(
        number=said.get("number", "").strip(),
        file_number=said.get("file_number", "").strip(),
        overdue_on=clock.today() if overdue else None,
        department_id=said.get("department"),
    )
    rows = selectors.open_dues(actor, wanted=wanted, after=after_day(said.get("after", "")), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "overdue": overdue,
        "department": departments_by_id({said["department"]}).get(said["department"])
        if said.get("department")
        else None,
        "units": departments_by_id({due.department_id for due in rows}),
        "today": clock.today(),
        "counts": selectors.counts(actor, today=clock.today()),
        "may_hand_in": policies.may_hand_in(actor),
        "next": cursor_of(last.due_on, last.pk) if last and last.due_on else "",
    }
    return render(request, "feedback/due_list.html", context)


@require_GET
def dues_of_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """All that one receipt calls for or offers; a receipt with one of it leads straight to its report."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, CannotReport())
    dues = list(selectors.dues_of_receipt(actor, number))
    waiting = [due for due in dues if due.reported_at is None]
    if len(dues) == 1 or (len(waiting) == 1 and waiting[0].owed):
        return redirect("feedback:report", (waiting or dues)[0].pk)
    subjects = subjects_of({due.subject_id for due in dues if due.subject_id is not None})
    context = {
        "number": number,
        "rows": [(due, subjects.get(due.subject_id or 0)) for due in dues],
        "keys": OF_RECEIPT,
        "today": clock.today(),
    }
    return render(request, "feedback/of_receipt.html", context)


@require_http_methods(["GET", "POST"])
def report_due(request: HttpRequest, due_id: int) -> HttpResponse:
    """Report on one measure, or correct a report by a new version."""
    actor = actor_of(request)
    try:
        due = selectors.get_visible(actor, due_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    context = _context(request, due)
    form = context["form"]
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "feedback/report.html", context, status=UNPROCESSABLE)
        said = form.cleaned_data
        seen, files = said.pop("seen_version"), said.pop("proofs")
        said["action"] = Action(said["action"])
        dropped = {
            int(one) for one in request.POST.getlist("drop") if one.isascii() and one.isdigit() and len(one) < 19
        }
        try:
            report(
                due_id=due.pk,
                seen_version=seen,
                content=Report(**said),
                files=[(one.name, one) for one in files],
                dropped=dropped,
                actor=actor,
                now=clock.now(),
            )
        except Refusal as refusal:
            return render(request, "feedback/report.html", context | {"refusal": refusal}, status=status_of(refusal))
        return redirect("feedback:due_list")
    return render(request, "feedback/report.html", context)


def _context(request: HttpRequest, due: Due) -> dict[str, Any]:
    cases = list(selectors.cases_of(due).prefetch_related("attachments"))
    newest = cases[0] if cases else None
    begin = {"seen_version": due.version}
    if newest is not None:  # a correction begins with what was said
        names = ("action", "content", "reason", "amount", "done_from", "done_until", "effect", "operator")
        begin |= {name: getattr(newest, name) for name in names}
    reporters = shown_names({case.reported_by for case in cases})
    subject = subjects_of({due.subject_id}).get(due.subject_id) if due.subject_id is not None else None
    return {
        "due": due,
        "subject": subject,
        "list": source_names().get(due.source_id or 0, ""),
        "department": departments_by_id({due.department_id}).get(due.department_id),
        "cases": [(case, reporters.get(case.reported_by, case.reported_by.partition(":")[2])) for case in cases],
        "attachments": newest.attachments.all() if newest else [],
        "form": ReportForm(request.POST or None, request.FILES or None, initial=begin),
        "today": clock.today(),
        "limit_mb": LARGEST // 1024**2,
        "may_report": policies.may_report(actor_of(request), department_id=due.department_id),
    }


@never_cache
@require_GET
def attachment(request: HttpRequest, proof_id: int) -> HttpResponse:
    """A file that proves a report. The reading is recorded."""
    try:
        name, kind, stream = open_attachment(attachment_id=proof_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    with stream:
        content = stream.read()
    shown = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=KINDS[kind], headers={"Content-Disposition": shown})

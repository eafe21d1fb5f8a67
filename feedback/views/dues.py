"""What is owed, and the report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from feedback import policies, selectors
from feedback.forms import DueFilter, ReportForm
from feedback.rules.cases import Action, Report
from feedback.services import CannotReport, report
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50


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
    )
    rows = selectors.open_dues(actor, wanted=wanted, after=after_day(said.get("after", "")), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "overdue": overdue,
        "today": clock.today(),
        "counts": selectors.counts(actor, today=clock.today()),
        "next": cursor_of(last.due_on, last.pk) if last and last.due_on else "",
    }
    return render(request, "feedback/due_list.html", context)


@require_http_methods(["GET", "POST"])
def report_due(request: HttpRequest, due_id: int) -> HttpResponse:
    """Report on one measure, or correct a report by a new version."""
    actor = actor_of(request)
    try:
        due = selectors.get_visible(actor, due_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    cases = list(selectors.cases_of(due))
    form = ReportForm(request.POST or None, initial={"seen_version": cases[0].version if cases else 0})
    context = {"due": due, "cases": cases, "form": form, "today": clock.today()}
    context["may_report"] = policies.may_report(actor, department_id=due.department_id)
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "feedback/report.html", context, status=422)
        said = form.cleaned_data
        seen = said.pop("seen_version")
        said["action"] = Action(said["action"])
        try:
            report(due_id=due.pk, seen_version=seen, content=Report(**said), actor=actor, now=clock.now())
        except Refusal as refusal:
            return render(request, "feedback/report.html", context | {"refusal": refusal}, status=status_of(refusal))
        return redirect("feedback:due_list")
    return render(request, "feedback/report.html", context)

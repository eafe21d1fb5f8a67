"""应查未查: finished matters without the check that they should have had, by window and matter; how they come in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import all_departments, departments_by_id, scope
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from office.selectors import job_of
from screening import policies
from screening.forms.finished import FinishedFilter, FinishedUpload
from screening.models import FinishedCase, FinishedFile, Matter
from screening.rules import finished_sheet
from screening.selectors import finished as selectors
from screening.selectors.finished import FinishedFilters
from screening.services.finished import LIMITS, receive_finished_file
from subjects.rules.kinds import Kind
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50
FILES_SHOWN = 20
MOST_EXPORTED = 50_000
UNPROCESSABLE = 422
MB = 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SupervisorsOnly(NotPermitted):
    code = "screening.supervisors_only"
    message = "应查未查由部门审核人员和信用办查看。如需要，请联系本部门审核人员。"


for_supervisors = only_if(policies.may_supervise, SupervisorsOnly)


@require_GET
@for_supervisors
def finished(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By window and matter: how many were finished, how many of them without a check. Each number opens its rows."""
    form, filters = _filters(request, actor, by_default=True)
    lines, more = selectors.summary(actor, filters=filters)
    units = departments_by_id({line.department_id for line in lines})
    shown = [
        {
            "line": line,
            "department": units[line.department_id].short_name,
            "rows": _query(filters, matter=line.matter_code, department=line.department_id, window=line.window),
        }
        for line in lines
    ]
    context = {
        "form": form,
        "filters": filters,
        "units": _units(actor),
        "lines": shown,
        "more": more,
        "most": selectors.MOST_LINES,
        "totals": selectors.totals(actor, filters=filters),
        "rows": _query(filters, matter=form.cleaned_data.get("matter", "") if form.is_valid() else ""),
    }
    return render(request, "screening/finished/finished.html", context)


@require_GET
@for_supervisors
def finished_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The finished matters behind a number, the last first."""
    form, filters = _filters(request, actor)
    after = after_day(form.cleaned_data.get("after", "")) if form.is_valid() else None
    rows = selectors.case_page(actor, filters=filters, after=after, limit=PAGE + 1)
    kept = request.GET.copy()
    kept.pop("after", None)
    export = kept.urlencode()
    if len(rows) > PAGE:
        kept["after"] = cursor_of(rows[PAGE - 1].finished_on, rows[PAGE - 1].pk)
    context = {
        "form": form,
        "filters": filters,
        "units": _units(actor),
        "rows": _rows(rows[:PAGE]),
        "next": kept.urlencode() if len(rows) > PAGE else "",
        "export": export,
        "states": FinishedCase.State.choices,
    }
    return render(request, "screening/finished/rows.html", context)


@require_GET
@for_supervisors
def export_finished(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same rows as a spreadsheet, up to MOST_EXPORTED."""
    _, filters = _filters(request, actor)
    cases = list(selectors.every_case(actor, filters=filters, most=MOST_EXPORTED))
    book = finished_sheet.listed(row.cells for row in _rows(cases))
    headers = {"Content-Disposition": content_disposition_header(True, f"应查未查{clock.today():%Y%m%d}.xlsx") or ""}
    return HttpResponse(book, content_type=XLSX, headers=headers)


@require_GET
@for_supervisors
def finished_template(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An empty sheet with the columns."""
    headers = {"Content-Disposition": content_disposition_header(True, "办结办件模板.xlsx") or ""}
    return HttpResponse(finished_sheet.template(), content_type=XLSX, headers=headers)


@require_http_methods(["GET", "POST"])
@for_supervisors
def finished_files(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand in finished matters; below, what was handed in before."""
    form = (
        FinishedUpload(request.POST or None, request.FILES or None) if request.method == "POST" else FinishedUpload()
    )
    context: dict[str, Any] = {
        "form": form,
        "files": selectors.files(actor, limit=FILES_SHOWN),
        "limit_mb": LIMITS.size // MB,
        "limit": LIMITS.size,
        "most": LIMITS.rows,
    }
    htmx = bool(request.headers.get("HX-Request"))
    page = "screening/finished/_errors.html" if htmx else "screening/finished/files.html"
    if request.method != "POST":
        return render(request, "screening/finished/files.html", context)
    if not form.is_valid():
        return render(request, page, context, status=UNPROCESSABLE)
    file = form.cleaned_data["file"]
    try:
        made = receive_finished_file(file_name=file.name, stream=file, actor=actor, now=clock.now())
    except Refusal as refusal:
        return render(request, page, context | {"refusal": refusal}, status=status_of(refusal))
    target = reverse("screening:finished_file", args=[made.file_id]) + ("?known=1" if made.known else "")
    return HttpResponse(headers={"HX-Redirect": target}) if htmx else redirect(target)


@never_cache
@require_GET
@for_supervisors
def finished_file(request: HttpRequest, actor: Actor, finished_id: int) -> HttpResponse:
    """One file: its progress while a worker reads it, then what was taken. htmx asks for the part alone."""
    found = selectors.get_file(actor, finished_id)
    context = {"file": found, "progress": _progress(found), "known": "known" in request.GET}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "screening/finished/_file.html" if part else "screening/finished/file.html", context)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A finished matter as the list and the spreadsheet show it."""

    case: FinishedCase
    applicant: str

    @property
    def cells(self) -> tuple[str, ...]:
        case = self.case
        return (
            case.file_number,
            case.matter.code,
            case.matter.name,
            case.department.name,
            case.window,
            self.applicant,
            case.applicant_code,
            case.accepted_on.isoformat() if case.accepted_on else "",
            case.finished_on.isoformat(),
            case.get_result_display(),
            case.get_state_display(),
            case.receipt,
        )


def _rows(cases: list[FinishedCase]) -> list[CaseRow]:
    """With the names of organisations; a person's is not shown here."""
    ids = {case.subject_id for case in cases if case.subject_id is not None and not case.applicant_blind}
    known = subjects_of(ids)
    return [CaseRow(case, _applicant(case, known)) for case in cases]


def _applicant(case: FinishedCase, known: dict[int, Any]) -> str:
    found = known.get(case.subject_id or 0)
    if case.applicant_blind or (found is not None and found.kind == Kind.NATURAL_PERSON):
        return finished_sheet.OF_A_PERSON
    return found.name if found is not None else ""


def _filters(
    request: HttpRequest, actor: Actor, *, by_default: bool = False
) -> tuple[FinishedFilter, FinishedFilters]:
    """What was asked for. Without any wish (`by_default`) the last month in which something was finished."""
    form = FinishedFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    month = said.get("month")
    if by_default and "month" not in request.GET:
        month = selectors.newest_month(actor)
    code = (said.get("matter") or "").split(" ")[0]
    matter = Matter.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    window = said.get("window", "") if "window" in request.GET and not said.get("any_window") else None
    return form, FinishedFilters(
        month=month,
        department_id=said.get("department"),
        matter_id=matter if matter is not None or not code else 0,
        window=window,
        state=said.get("state", ""),
    )


def _query(filters: FinishedFilters, *, matter: str, department: int | None = None, window: str | None = None) -> str:
    """The address of the rows behind a line, without their state."""
    said: dict[str, Any] = {"month": f"{filters.month:%Y-%m}" if filters.month else "", "matter": matter}
    said["department"] = department or filters.department_id or ""
    if window is not None:
        said["window"] = window
    return urlencode(said)


def _units(actor: Actor) -> list[tuple[int, str]]:
    mine = scope(actor)
    return [(d.id, d.name) for d in all_departments() if mine is None or d.id in mine]


def _progress(file: FinishedFile) -> dict[str, Any] | None:
    if file.done_at is not None:
        return None
    job = job_of(file.job_id) if file.job_id else None
    done, total = (job.done, job.total) if job else (0, None)
    return {
        "stage": (job.stage if job else "") or "排队中",
        "done": done,
        "total": total,
        "percent": min(100, done * 100 // total) if total else None,
        "failure": job.failure if job else "",
    }

"""Feedback by spreadsheet: the form to fill in, what was handed in, what became of each row."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from feedback import policies, selectors
from feedback.forms import SheetForm
from feedback.models import CaseFile
from feedback.rules import case_sheet
from feedback.rules.incoming import KEYS
from feedback.selectors.files import case_files, get_case_file
from feedback.services import CannotReport
from feedback.services.case_files import LIMITS, open_result, receive_case_file
from kernel.actor import Actor
from kernel.errors import Refusal
from office.selectors import job_of
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

MOST_IN_FORM = 5_000
UNPROCESSABLE = 422
MB = 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STAGE_WORDS = {"before": "事前", "during": "事中", "after": "事后"}
for_reporters = only_if(policies.may_hand_in, CannotReport)


@require_http_methods(["GET", "POST"])
@for_reporters
def sheets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand in a spreadsheet; below, what was handed in before."""
    posted = request.method == "POST"
    form = SheetForm(request.POST or None, request.FILES or None) if posted else SheetForm()
    context: dict[str, Any] = {
        "form": form,
        "files": case_files(actor),
        "limit": LIMITS.size,
        "limit_mb": LIMITS.size // MB,
        "most": LIMITS.rows,
    }
    htmx = bool(request.headers.get("HX-Request"))
    page = "feedback/sheets/_errors.html" if htmx else "feedback/sheets/sheets.html"
    if not posted:
        return render(request, page, context)
    if not form.is_valid():
        return render(request, page, context, status=UNPROCESSABLE)
    file = form.cleaned_data["file"]
    try:
        made = receive_case_file(name=file.name, stream=file, actor=actor, now=clock.now())
    except Refusal as refusal:
        return render(request, page, context | {"refusal": refusal}, status=status_of(refusal))
    target = reverse("feedback:sheet", args=[made.file_id]) + ("?known=1" if made.known else "")
    return HttpResponse(headers={"HX-Redirect": target}) if htmx else redirect(target)


@never_cache
@require_GET
@for_reporters
def sheet(request: HttpRequest, actor: Actor, sheet_id: int) -> HttpResponse:
    """One file: its progress while a worker takes it, then what was taken. htmx asks for the part alone."""
    found = get_case_file(actor, sheet_id)
    context = {"file": found, "progress": _progress(found), "known": "known" in request.GET}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "feedback/sheets/_sheet.html" if part else "feedback/sheets/sheet.html", context)


@never_cache
@require_GET
@for_reporters
def sheet_result(request: HttpRequest, actor: Actor, sheet_id: int) -> HttpResponse:
    """The workbook that goes back: the same rows, each with what became of it. Recorded."""
    name, stream = open_result(file_id=sheet_id, actor=actor, now=clock.now())
    with stream:
        return _download(stream.read(), name)


@require_GET
@for_reporters
def sheet_form(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form, with a line for each case that is owed."""
    return _download(case_sheet.form(_lines(actor)), f"奖惩案例反馈表{clock.today():%Y%m%d}.xlsx")


def _lines(actor: Actor) -> Iterator[dict[str, str]]:
    dues = selectors.open_dues(actor, limit=MOST_IN_FORM)
    subjects = subjects_of({due.subject_id for due in dues if due.subject_id is not None})
    for due in dues:
        subject = subjects.get(due.subject_id or 0)
        said = {
            "case": due.case_number,
            "receipt": due.number,
            "place": str(due.subject_index + 1) if due.number else "",
            "subject": subject.uscc if subject else "",
            "measure": due.measure_code,
            "matter": due.matter_code,
            "file_number": due.file_number,
            "stage": STAGE_WORDS.get(due.stage, ""),
        }
        told = {"措施内容": due.measure_text, "反馈期限": due.due_on.isoformat() if due.due_on else ""}
        yield {KEYS[key]: text or "" for key, text in said.items()} | told


def _download(book: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": disposition})


def _progress(file: CaseFile) -> dict[str, Any] | None:
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

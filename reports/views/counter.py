"""Credit reports at the counter: issued for a purpose, listed, read again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from kernel.identifiers import holds_citizen_id
from reports import policies, selectors
from reports.forms import ReportFilter, ReportForm
from reports.rules.issuing import Channel, Edition
from reports.services import Asked, NoSuchSubject, issue, open_report
from subjects.selectors import holder_of, subject_of, subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

PAGE = 50
UNPROCESSABLE = 422


class NotForYou(NotPermitted):
    code = "reports.not_for_you"
    message = "信用报告由有业务角色的工作人员出具。企业请由登记的代表人登录门户查询本企业的报告。"


for_staff = only_if(policies.may_see, NotForYou)


@require_GET
@for_staff
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the reader's departments issued, the newest first."""
    form = ReportFilter(request.GET)
    after = form.cleaned_data["after"] if form.is_valid() else None
    found = selectors.report_page(actor, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    subjects = subjects_of({one.subject_id for one in rows})
    names = shown_names({one.issued_by for one in rows})
    context = {
        "rows": [(one, subjects.get(one.subject_id), names.get(one.issued_by, "")) for one in rows],
        "next": f"after={rows[-1].pk}" if len(found) > PAGE else "",
    }
    return render(request, "reports/reports.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def new_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Issue one. What is refused stays on the page as it was typed."""
    form = ReportForm(request.POST or None, initial={"code": request.GET.get("code", ""), "edition": Edition.PUBLIC})
    if request.method != "POST":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=UNPROCESSABLE)
    said = form.cleaned_data
    try:
        code = "".join(said["code"].split()).upper()
        subject_id = None if holds_citizen_id(code) else holder_of(uscc=code)
        if subject_id is None:
            raise NoSuchSubject
        asked = Asked(edition=said["edition"], channel=Channel.COUNTER, purpose=said["purpose"], note=said["note"])
        report_id = issue(subject_id=subject_id, asked=asked, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _form(request, form, refusal=refusal)
    return redirect("reports:report", report_id)


def _form(
    request: HttpRequest, form: ReportForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "refusal": refusal, "rows": settings.REPORT_ROWS}
    return render(request, "reports/new.html", context, status=status_of(refusal) if refusal else status)


@require_GET
@for_staff
def report(request: HttpRequest, actor: Actor, report_id: int) -> HttpResponse:
    """One report: number, purpose, how many were issued this year, the file."""
    found = selectors.get_report(actor, report_id)
    context = {
        "report": found,
        "subject": subject_of(found.subject_id),
        "issued_by": shown_names({found.issued_by}).get(found.issued_by, ""),
        "used": selectors.used_in_year(found.subject_id, year=found.issued_on.year),
        "free": settings.REPORT_FREE_PER_YEAR,
    }
    return render(request, "reports/report.html", context)


@never_cache
@require_GET
@for_staff
def report_file(request: HttpRequest, actor: Actor, report_id: int) -> HttpResponse:
    """The PDF file. The reading is recorded."""
    name, stream = open_report(report_id=report_id, actor=actor, now=clock.now())
    with stream:
        content = stream.read()
    shown = content_disposition_header("download" in request.GET, name) or "attachment"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": shown})

"""我的信用报告: whoever speaks for an organisation has its report and reads those issued, also at a kiosk."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kernel.errors import Refusal
from reports import selectors
from reports.forms import OwnReportForm
from reports.rules.issuing import OWN_PURPOSE, Channel, Edition
from reports.services import Asked, NoSuchSubject, issue, open_report
from subjects.rules.kinds import Kind
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import actor_of, for_visitors, refusal_page, status_of

LISTED = 20


@for_visitors
@never_cache
@require_http_methods(["GET", "POST"])
def my_reports(request: HttpRequest) -> HttpResponse:
    """For which organisations a report may be had, how many this year, and the last ones."""
    actor = actor_of(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        form = OwnReportForm(request.POST)
        try:
            if not form.is_valid():
                raise NoSuchSubject
            said = form.cleaned_data
            asked = Asked(edition=said["edition"], channel=Channel.PORTAL, purpose=OWN_PURPOSE)
            issue(subject_id=said["subject"], asked=asked, actor=actor, now=clock.now())
            return redirect("reports:my_reports")
        except Refusal as refused:
            refusal = refused
    subjects = subjects_of(actor.subjects)
    year = clock.today().year
    organisations = [one for one in subjects.values() if one.kind != Kind.NATURAL_PERSON]
    context: dict[str, Any] = {
        "rows": [(one, selectors.used_in_year(one.id, year=year)) for one in organisations],
        "persons": len(organisations) < len(subjects),
        "reports": [(one, subjects[one.subject_id]) for one in selectors.report_page(actor, limit=LISTED)],
        "editions": list(Edition),
        "free": settings.REPORT_FREE_PER_YEAR,
        "refusal": refusal,
    }
    return render(request, "reports/mine.html", context, status=status_of(refusal) if refusal else 200)


@for_visitors
@never_cache
@require_GET
def my_report_file(request: HttpRequest, report_id: int) -> HttpResponse:
    """The PDF file. The reading is recorded; another's is not there."""
    try:
        name, stream = open_report(report_id=report_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    with stream:
        content = stream.read()
    shown = content_disposition_header("download" in request.GET, name) or "attachment"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": shown})

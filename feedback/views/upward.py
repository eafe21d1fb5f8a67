"""案例上报: the monthly reports, their files, and how far each is on its way to the platform above."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from collection.selectors.handovers import handover_page
from feedback import policies
from feedback.forms import MonthForm, NoteForm
from feedback.selectors.effects import a_year
from feedback.selectors.upward import dispatches, reports
from feedback.services import sending, upward
from kernel.actor import Actor
from kernel.errors import Malformed
from toolkit import clock
from toolkit.gates import only_if

SHOWN = 36
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "xsd": "application/xml",
}
for_the_office = only_if(policies.may_report_upward, upward.ForTheOffice)


@require_GET
@for_the_office
def upward_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The reports that were made, and the daily files of records, each with its way up."""
    made = list(reports(limit=SHOWN))
    sent = dispatches("cases", [row.pk for row in made])
    daily = handover_page(actor, after=None, limit=SHOWN)
    daily_sent = dispatches("records", [row.pk for row in daily])
    first, last = a_year(clock.today())
    context: dict[str, Any] = {
        "rows": [(row, sent.get(row.pk)) for row in made],
        "daily": [(row, daily_sent.get(row.pk)) for row in daily],
        "interface": bool(settings.UPWARD_URL),
        "first": first,
        "proposed": (last - timedelta(days=1)).replace(day=1),
    }
    return render(request, "feedback/upward.html", context)


@require_POST
@for_the_office
def make_up_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = MonthForm(request.POST)
    month = form.cleaned_data["month"] if form.is_valid() else None
    if month is None:
        raise Malformed("请选择月份，如 2026-10。")
    made = upward.make_report(month=month, actor=actor, now=clock.now())
    messages.success(request, f"已生成 {len(made)} 份月报。")
    return redirect("feedback:upward")


@never_cache
@require_GET
@for_the_office
def up_report_file(request: HttpRequest, actor: Actor, up_report_id: int, form: str) -> HttpResponse:
    """One of its files. Recorded."""
    name, stream = upward.report_file(report_id=up_report_id, kind=form, actor=actor, now=clock.now())
    with stream:
        content = stream.read()
    shown = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers={"Content-Disposition": shown})


@require_POST
@for_the_office
def mark_up_report(request: HttpRequest, actor: Actor, up_report_id: int) -> HttpResponse:
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    upward.mark_handed(report_id=up_report_id, note=note, actor=actor, now=clock.now())
    messages.success(request, "已标记为已上报。")
    return redirect("feedback:upward")


@require_POST
@for_the_office
def send_up(request: HttpRequest, actor: Actor, sent: str, ref_id: int) -> HttpResponse:
    """Have a file sent by interface; one that was given up, again."""
    if sent not in ("cases", "records"):
        raise Malformed
    known = dispatches(sent, [ref_id]).get(ref_id)
    if known is None:
        sending.dispatch(kind=sent, ref_id=ref_id, actor=actor, now=clock.now())
    else:
        sending.send_again(dispatch_id=known.pk, actor=actor, now=clock.now())
    messages.success(request, "已交后台发送，收到上级平台回执后显示“已接收”。")
    return redirect("feedback:upward")

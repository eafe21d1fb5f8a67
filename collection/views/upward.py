"""Pages of handing up: what a day holds, the files made of it, what was handed over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from collection import policies
from collection.forms.upward import DayFilter, MakeForm, MarkForm
from collection.selectors.handovers import day_of_items, handover_page
from collection.services.extraction import NotYourIntake
from collection.services.upward import handover_file, make_handover, mark_handed
from kernel.errors import Malformed, Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page
from toolkit.keyset import after_day, cursor_of

PAGE = 50
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "xsd": "application/xml",
}


@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """The records of one day by item, and the files of every day, the newest first."""
    actor = actor_of(request)
    if not policies.may_run_the_intake(actor):
        return refusal_page(request, NotYourIntake())
    form = DayFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    today = clock.today()
    day = min(said.get("day") or today, today)
    rows = handover_page(actor, after=after_day(said.get("after", "")), limit=PAGE + 1)
    lines = day_of_items(day)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "day": day,
        "is_today": day == today,
        "lines": lines,
        "has_lines": any(not line.is_empty for line in lines),
        "rows": rows[:PAGE],
        "next": cursor_of(last.day, last.pk) if last else "",
    }
    return render(request, "collection/upward/list.html", context)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    actor, form = actor_of(request), MakeForm(request.POST)
    if not policies.may_run_the_intake(actor):
        return refusal_page(request, NotYourIntake())
    if not form.is_valid():
        return refusal_page(request, Malformed("请选择日期和条目。"))
    day = form.cleaned_data["day"]
    try:
        made = make_handover(item_code=form.cleaned_data["item"], day=day, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, f"已生成 {len(made)} 份上报文件，请下载后通过上级平台提交。")
    return redirect(f"{reverse('collection:handovers')}?day={day.isoformat()}")


@require_GET
def handover(request: HttpRequest, handover_id: int, kind: str) -> HttpResponse:
    """Download one of its files. Recorded."""
    try:
        name, stream = handover_file(handover_id=handover_id, kind=kind, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    with stream:  # 10,000 records at the most
        content = stream.read()
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@require_POST
def mark(request: HttpRequest, handover_id: int) -> HttpResponse:
    form = MarkForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        mark_handed(handover_id=handover_id, note=note, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已标记为已上报。")
    return redirect("collection:handovers")

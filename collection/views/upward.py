"""Pages of handing up: what a day holds, the files made of it, what was handed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from collection import policies
from collection.forms.upward import DayFilter, MakeForm, MarkForm
from collection.models import HandoverRun
from collection.selectors.handovers import day_of_items, handover_page, is_whole, open_runs
from collection.services.extraction import NotYourIntake
from collection.services.handing import ask_handover, stop_handover
from collection.services.upward import handover_file, mark_handed
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
    open_ones = [progress_of(run) for run in open_runs(actor)]
    context = {
        "day": day,
        "is_today": day == today,
        "lines": lines,
        "has_lines": any(not line.is_empty for line in lines),
        "rows": [(row, row.run is None or is_whole(row.run)) for row in rows[:PAGE]],
        "runs": open_ones,
        "open": ids_of(open_ones),
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
        ask_handover(item_code=form.cleaned_data["item"], day=day, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已开始生成上报文件，可以离开本页，完成后在下方下载。")
    return redirect(f"{reverse('collection:handovers')}?day={day.isoformat()}")


@never_cache
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """For htmx: what is being made; when one of them is over, the page is loaded anew."""
    actor = actor_of(request)
    if not policies.may_run_the_intake(actor):
        return refusal_page(request, NotYourIntake())
    open_ones = [progress_of(run) for run in open_runs(actor)]
    response = render(request, "collection/upward/_runs.html", {"runs": open_ones, "open": ids_of(open_ones)})
    before = request.GET.get("open", "")
    if before != ids_of(open_ones):
        response.headers["HX-Refresh"] = "true"
    return response


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `percent` None: not known yet."""

    run: HandoverRun
    percent: int | None
    total: int | None
    queued: bool
    stopping: bool


def progress_of(run: HandoverRun) -> Progress:
    job = run.job
    total = job.total if job else None
    return Progress(
        run=run,
        percent=min(100, run.dealt_with * 100 // total) if total else None,
        total=total,
        queued=bool(job and job.state == job.State.QUEUED),
        stopping=bool(job and job.cancel_asked),
    )


def ids_of(progress: Sequence[Progress]) -> str:
    return "-".join(str(one.run.pk) for one in progress)


@require_POST
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask the worker to stop after the file that it is at."""
    try:
        stop_handover(run_id=run_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已要求停止生成。")
    return redirect("collection:handovers")


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

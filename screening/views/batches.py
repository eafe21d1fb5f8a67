"""批量核查: a spreadsheet of applicants handed in, how far it is, the workbook that comes back."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from office.selectors import job_of, jobs_of
from screening.forms.batches import BatchForm, BatchPage
from screening.models import CheckBatch
from screening.rules.matters import STAGE_LABELS
from screening.selectors import batches as selectors
from screening.selectors.asking import find_matters, matter_choice, matter_named
from screening.services import batches as services
from screening.views.gates import for_staff
from toolkit import clock
from toolkit.http import status_of

PAGE = 20
MB = 1024 * 1024
UNPROCESSABLE = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@for_staff
def batches(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand a spreadsheet in; below it those that were handed in before."""
    remembered = matter_choice(actor, request.session.get("matter", ""))
    initial = {"matter": remembered.label if remembered else "", "stage": request.session.get("stage", "before")}
    if request.method == "GET":
        return _page(request, actor, BatchForm(initial=initial))
    form = BatchForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, actor, form, status=UNPROCESSABLE)
    said = form.cleaned_data
    try:
        matter = matter_named(actor, said["matter"])
        received = services.receive_batch(
            matter_code=matter.code,
            stage=said["stage"],
            file_name=said["file"].name,
            stream=said["file"],
            actor=actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _page(request, actor, form, refusal=refusal, status=status_of(refusal))
    known = "?known=1" if received.known else ""
    return redirect(reverse("screening:batch", args=[received.batch_id]) + known)


def _page(
    request: HttpRequest, actor: Actor, form: BatchForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    turned = BatchPage(request.GET)
    after = turned.cleaned_data["after"] if turned.is_valid() else None
    found = selectors.batch_page(actor, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    jobs = jobs_of({one.job_id for one in rows if one.job_id})
    context = {
        "form": form,
        "matters": find_matters(actor, limit=200),
        "refusal": refusal,
        "rows": [_shown(one) | {"job": jobs.get(one.job_id or 0)} for one in rows],
        "next": rows[-1].pk if len(found) > PAGE else None,
        "limit": services.LIMITS.size,
        "limit_mb": services.LIMITS.size // MB,
    }
    return render(request, "screening/batches/list.html", context, status=status)


def _shown(batch: CheckBatch) -> dict[str, Any]:
    return {"batch": batch, "stage": STAGE_LABELS[batch.stage]}


@never_cache
@require_GET
@for_staff
def batch(request: HttpRequest, actor: Actor, check_batch_id: int) -> HttpResponse:
    """One file: how far it is, and its answers. For htmx: the part that moves."""
    found = selectors.get_batch(actor, check_batch_id)
    job = job_of(found.job_id) if found.job_id else None
    context = _shown(found) | {
        "job": job,
        "over": found.done_at is not None or (job is not None and job.is_over),
        "known": "known" in request.GET,
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "screening/batches/_batch.html" if part else "screening/batches/batch.html", context)


@require_POST
@for_staff
def stop(request: HttpRequest, actor: Actor, check_batch_id: int) -> HttpResponse:
    services.stop_batch(batch_id=check_batch_id, actor=actor, now=clock.now())
    return redirect("screening:batch", check_batch_id)


@require_POST
@for_staff
def resume(request: HttpRequest, actor: Actor, check_batch_id: int) -> HttpResponse:
    services.go_on(batch_id=check_batch_id, actor=actor, now=clock.now())
    return redirect("screening:batch", check_batch_id)


@never_cache
@require_GET
@for_staff
def result(request: HttpRequest, actor: Actor, check_batch_id: int) -> HttpResponseBase:
    """The workbook with the answers."""
    stream, name = services.take_result(batch_id=check_batch_id, actor=actor, now=clock.now())
    return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@for_staff
def template(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An empty sheet with the headings that are understood."""
    named = content_disposition_header(as_attachment=True, filename="批量核查模板.csv")
    return HttpResponse(
        services.template(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": named or ""}
    )

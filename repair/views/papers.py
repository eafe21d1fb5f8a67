"""Papers and attachments as files; 修复告知书; what a paper's QR code opens."""

from typing import Any, BinaryIO

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from collection.selectors.records import get_record
from kernel.actor import Actor
from office.services import open_file
from repair.models import Paper
from repair.rules.states import LABELS, State
from repair.selectors.applications import paper_by_token
from repair.services import papers
from repair.views.queue import for_everybody, for_staff
from subjects.selectors import is_person, subjects_of
from toolkit import clock

TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def as_file(name: str, stream: BinaryIO) -> HttpResponse:
    """A file to be saved; a PDF is shown."""
    suffix = name[name.rfind(".") :].lower()
    with stream:
        response = HttpResponse(stream.read(), content_type=TYPES.get(suffix, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(suffix != ".pdf", name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_GET
@for_everybody
def attachment(request: HttpRequest, actor: Actor, application_id: int, attachment_id: int) -> HttpResponse:
    """What the party handed in: saved, never shown inside the platform."""
    name, stream = papers.read_file(
        application_id=application_id, attachment_id=attachment_id, paper_id=None, actor=actor, now=clock.now()
    )
    response = as_file(name, stream)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@never_cache
@require_GET
@for_everybody
def paper(request: HttpRequest, actor: Actor, application_id: int, repair_paper_id: int) -> HttpResponse:
    """A paper of the platform."""
    name, stream = papers.read_file(
        application_id=application_id, attachment_id=None, paper_id=repair_paper_id, actor=actor, now=clock.now()
    )
    return as_file(name, stream)


@never_cache
@require_GET
@for_staff
def record_notice(request: HttpRequest, actor: Actor, record_id: int) -> HttpResponse:
    """信用修复告知书, to be served with the penalty's decision."""
    get_record(actor, record_id)  # the reader's own, or 404
    return _notice(papers.record_notice(record_id=record_id, actor=actor, now=clock.now()))


@never_cache
@require_GET
@for_staff
def proceeding_notice(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """信用修复告知书, to be served with the listing's decision."""
    return _notice(papers.proceeding_notice(proceeding_id=proceeding_id, actor=actor, now=clock.now()))


def _notice(made: Paper) -> HttpResponse:
    return as_file(made.file.name, open_file(file_id=made.file_id))


@login_not_required
@never_cache
@require_GET
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """What a paper's QR code opens: number, kind, day and what is true today; of a person no name."""
    found = paper_by_token(token)
    context: dict[str, Any] = {"paper": found, "status": "", "subject": None}
    if found is not None:
        row = found.application
        context["status"] = LABELS[State(row.state)] if row else ""
        context["row"] = row
        if not is_person(found.subject_id):
            context["subject"] = subjects_of({found.subject_id}).get(found.subject_id)
    return render(request, "repair/verify.html", context, status=200 if found else 404)

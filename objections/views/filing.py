"""Filing for who is concerned, at the counter, or for a department that finds its data wrong."""

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collection.selectors.records import get_record
from kernel.actor import Actor
from kernel.errors import Refusal
from objections import selectors, services
from objections.forms import CheckFilingForm, FilingForm
from objections.rules.kinds import Channel, Kind
from objections.services import Filing
from objections.views.queue import for_staff
from redblack.selectors import get_visible as visible_entry
from screening.selectors.checks import get_visible as visible_receipt
from subjects.selectors import holder_of, subject_of
from toolkit import clock
from toolkit.http import status_of


@require_http_methods(["GET", "POST"])
@for_staff
def against_entry(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """Against an entry on a list that the reader may see, or that his own check has met (`?receipt=`)."""
    if not _met(request, actor, f"entry:{entry_id}"):
        visible_entry(actor, entry_id)
    about = selectors.about_entry(entry_id, on=clock.today())
    return _filed(request, actor, about, FilingForm, lambda said: {"entry_id": entry_id})


@require_http_methods(["GET", "POST"])
@for_staff
def against_record(request: HttpRequest, actor: Actor, record_id: int) -> HttpResponse:
    """Against a record, likewise."""
    if not _met(request, actor, f"record:{record_id}"):
        get_record(actor, record_id)
    about = selectors.about_record(record_id)
    return _filed(request, actor, about, FilingForm, lambda said: {"record_id": record_id})


@require_http_methods(["GET", "POST"])
@for_staff
def against_check(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """ "That is not me": against a check that took the applicant for another."""
    receipt = visible_receipt(actor, number)
    others = [one["id"] for one in receipt.content["subjects"] if one["id"]]
    if not others:
        raise selectors.ObjectionNotFound("该回执没有核查到登记的主体，没有可以异议的内容。")
    other = subject_of(others[0])
    about = selectors.About(
        subject_id=others[0],
        title="核查结果",
        document_no=number,
        authority="",
        provider_id=receipt.implementing_department_id,
        other=f"被核查为{other.name}" if other else "",
    )

    def of(said: dict[str, Any]) -> dict[str, Any]:
        return {
            "receipt_number": number,
            "other_subject_id": others[0],
            "subject_id": holder_of(uscc=said["code"].strip().upper()),
        }

    met = [
        {"name": f"{one['source']} {one['document_no']}", "kind": kind, "id": int(key)}
        for subject in receipt.content["subjects"]
        for one in subject["triggers"]
        for kind, _, key in [one["ref"].partition(":")]
    ]
    return _filed(request, actor, about, CheckFilingForm, of, met=met, number=number)


def _met(request: HttpRequest, actor: Actor, ref: str) -> bool:
    """Whether a check that the reader may see has met it: a clerk files at the counter for whom he just checked."""
    number = request.GET.get("receipt", "")
    if not number:
        return False
    content = visible_receipt(actor, number).content
    return any(one["ref"] == ref for subject in content["subjects"] for one in subject["triggers"])


def _filed(
    request: HttpRequest, actor: Actor, about: selectors.About, kind: Any, of: Any, **more: Any
) -> HttpResponse:
    """The form, and what comes of it."""
    form, refusal, status = kind(request.POST or None, request.FILES or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            filing = Filing(
                kind=Kind(said["kind"]),
                channel=Channel(said["by"]),
                claim=said["claim"],
                contact=said["contact"],
                files=[(file.name or "", cast(BinaryIO, file)) for file in said["papers"]],
                **of(said),
            )
            try:
                made = services.file_objection(filing=filing, actor=actor, now=clock.now())
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已提出异议，待受理。")
                return redirect("objections:objection", made)
    context = {"form": form, "refusal": refusal, "about": about, "subject": subject_of(about.subject_id), **more}
    return render(request, "objections/file.html", context, status=status)

"""Pages of scheduled extraction: the list, the settings, the test of a connection, a run at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collection import policies
from collection.forms.extractions import ExtractionForm
from collection.models import Extraction
from collection.selectors import extractions as selectors
from collection.services.drop import folder_of, make_folder
from collection.services.extraction import (
    FOLDER,
    ExtractionNotFound,
    NotYourIntake,
    ask_run,
    save_extraction,
    try_connection,
)
from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of


@require_GET
def extractions(request: HttpRequest) -> HttpResponse:
    """Every extraction with its last outcome."""
    actor = actor_of(request)
    if not policies.may_run_the_intake(actor):
        return refusal_page(request, NotYourIntake())
    return render(request, "collection/extractions/list.html", {"lines": selectors.extraction_lines(actor)})


@require_http_methods(["GET", "POST"])
def new_extraction(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_run_the_intake(actor):
        return refusal_page(request, NotYourIntake())
    return _edited(request, actor, None)


@require_http_methods(["GET", "POST"])
def extraction(request: HttpRequest, extraction_id: int) -> HttpResponse:
    """One extraction: its settings, its runs, the buttons."""
    actor = actor_of(request)
    try:
        row = _of(actor, extraction_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return _edited(request, actor, row)


@require_POST
def try_extraction(request: HttpRequest, extraction_id: int) -> HttpResponse:
    """What a connection finds now, under the settings. Nothing is kept of it."""
    actor = actor_of(request)
    try:
        row = _of(actor, extraction_id)
        trial = try_connection(extraction_id=row.pk, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    if request.headers.get("HX-Request"):
        return render(request, "collection/extractions/_trial.html", {"trial": trial})
    return render(request, "collection/extractions/edit.html", _context(row, _form(row)) | {"trial": trial})


@require_POST
def run_extraction(request: HttpRequest, extraction_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        row = _of(actor, extraction_id)
        ask_run(extraction_id=row.pk, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, "已安排立即抽取，稍后刷新本页查看结果。")
    return redirect("collection:extraction", row.pk)


def _of(actor: Actor, extraction_id: int) -> Extraction:
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    row = selectors.visible_extractions(actor).filter(pk=extraction_id).first()
    if row is None:
        raise ExtractionNotFound
    return row


def _edited(request: HttpRequest, actor: Actor, row: Extraction | None) -> HttpResponse:
    form = _form(row, request.POST if request.method == "POST" else None)
    context = _context(row, form)
    if request.method != "POST":
        return render(request, "collection/extractions/edit.html", context)
    if not form.is_valid():
        return render(request, "collection/extractions/edit.html", context, status=422)
    try:
        saved = save_extraction(
            extraction_id=row.pk if row else None,
            setup=form.setup(),
            password=form.cleaned_data["password"],
            actor=actor,
            now=clock.now(),
        )
        if form.cleaned_data["kind"] == FOLDER:
            make_folder(row=selectors.visible_extractions(actor).get(pk=saved))
    except Refusal as refusal:
        context["refusal"] = refusal
        return render(request, "collection/extractions/edit.html", context, status=status_of(refusal))
    messages.success(request, "已保存。请先测试连接，再等待或立即抽取。")
    return redirect("collection:extraction", saved)


def _form(row: Extraction | None, said: Any = None) -> ExtractionForm:
    initial: dict[str, Any] = {}
    if row is not None:
        names = ("name", "kind", "host", "port", "database", "username", "relation", "order_column")
        initial = {name: getattr(row, name) for name in (*names, "every_minutes", "active")}
        initial |= {"department": row.department_id, "item": row.item.code}
    choices: dict[str, Any] = {"departments": selectors.department_choices(), "items": selectors.item_choices()}
    return ExtractionForm(said, initial=initial, **choices)


def _context(row: Extraction | None, form: ExtractionForm) -> dict[str, Any]:
    is_folder = row is not None and row.kind == FOLDER
    return {
        "row": row,
        "form": form,
        "is_folder": is_folder,
        "folder": folder_of(row) if row is not None and is_folder else "",
        "has_password": row is not None and bool(row.secret_ct),
        "runs": selectors.runs_of(row) if row else [],
        "kinds": Extraction.Kind,
        "trial": None,
        "refusal": None,
    }

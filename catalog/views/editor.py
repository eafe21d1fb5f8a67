"""Pages of the editor: a new item, its attributes, its information items (grid, sheet, spreadsheet)."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog import services
from catalog.forms import attributes, grid
from catalog.forms.life import NewItem, Sure, Upload
from catalog.rules.content import Content
from catalog.rules.definition import KINDS, Field
from catalog.rules.editing import replaced, with_fields
from catalog.rules.field_list import read_list, workbook
from catalog.views.drafting import Draft, editor_page, open_draft, saving, seen_next
from catalog.views.gates import for_editors
from catalog.views.items import spreadsheet
from catalog.views.shown import SHORT_KINDS, class_choices, document_choices, unit_choices
from kernel.actor import Actor
from kernel.errors import NotFound, Refusal
from subjects.rules.kinds import KIND_LABELS, Kind
from toolkit import clock
from toolkit.http import status_of

UNPROCESSABLE = 422


class FieldNotFound(NotFound):
    code = "catalog.field_not_found"
    message = "草稿中没有这个信息项，可能已被删除或改了代码。请返回信息项列表。"


@require_http_methods(["GET", "POST"])
@for_editors
def new_item(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin an item that is in no list of powers."""
    form = NewItem(request.POST or None, classes=class_choices())
    refusal, status = None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            edition, _, information_class = said["information_class"].partition("|")
            content = Content(name=said["name"], information_class=information_class, class_edition=edition)
            try:
                made = services.draft_item(code=said["code"], content=content, actor=actor, now=clock.now())
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                return redirect("catalog:draft", made)
    return render(request, "catalog/new_item.html", {"form": form, "refusal": refusal}, status=status)


@require_POST
@for_editors
def change(request: HttpRequest, actor: Actor, item_code: str) -> HttpResponse:
    """Begin the next version of an item as a copy of the one that stands."""
    made = services.draft_version(item_code=item_code, actor=actor, now=clock.now())
    messages.success(request, "已按现行版本复制出新的草稿。发布前，现行版本照常有效。")
    return redirect("catalog:draft", made)


@require_http_methods(["GET", "POST"])
@for_editors
def draft(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """The attributes."""
    one = open_draft(actor, version_id)
    documents = document_choices()
    data = request.POST or None
    form = attributes.Attributes(
        data,
        initial=attributes.Attributes.initial_of(one.content),
        classes=class_choices(),
        units=unit_choices(),
    )
    bases = attributes.basis_rows(data, one.content, documents)

    def page(refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
        seen = seen_next(one, "attributes", _text(request.POST, "seen"), refusal)
        context = {"form": form, "bases": bases, "tab": "attributes", "seen": seen}
        return editor_page(request, one, "catalog/draft.html", context, refusal=refusal, status=status)

    if request.method == "GET":
        return page()
    if not (form.is_valid() and bases.is_valid()):
        return page(status=UNPROCESSABLE)
    return saving(
        request,
        one,
        "attributes",
        seen=_text(request.POST, "seen"),
        content=form.applied_to(one.content, attributes.bases_of(bases)),
        actor=actor,
        again=page,
        to=reverse("catalog:draft", args=[version_id]),
    )


@require_http_methods(["GET", "POST"])
@for_editors
def fields(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """The grid: every information item in a line, edited in place; spare lines at the end take new ones."""
    one = open_draft(actor, version_id)
    rows = grid.grid(request.POST or None, one.content, spare=_spare(request))
    if request.method == "GET":
        return _fields_page(request, one, rows)
    if not rows.is_valid():
        return _fields_page(request, one, rows, status=UNPROCESSABLE)
    made, moved = grid.fields_of(rows, one.content)
    more = request.POST.get("do") == "more"
    return saving(
        request,
        one,
        "fields",
        seen=_text(request.POST, "seen"),
        content=with_fields(one.content, made, moved),
        actor=actor,
        again=lambda refusal: _fields_page(request, one, rows, refusal=refusal),
        to=reverse("catalog:fields", args=[version_id]) + ("?spare=5#spare" if more else ""),
    )


def _spare(request: HttpRequest) -> int:
    said = request.GET.get("spare", "")
    return min(int(said), grid.MOST_SPARE) if said.isdecimal() else 1


def _fields_page(
    request: HttpRequest,
    one: Draft,
    rows: grid.Rows,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    upload: Upload | None = None,
) -> HttpResponse:
    context = {
        "rows": rows,
        "kinds": [SHORT_KINDS[Kind(kind)] for kind in one.content.subject_kinds or KINDS],
        "seen": seen_next(one, "fields", _text(request.POST, "seen"), refusal),
        "upload": upload or Upload(),
        "wide": True,
        "tab": "fields",
    }
    return editor_page(request, one, "catalog/fields.html", context, refusal=refusal, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def field(request: HttpRequest, actor: Actor, version_id: int, field_code: str) -> HttpResponse:
    """Everything about one information item."""
    one = open_draft(actor, version_id)
    before = one.content.by_code.get(field_code)
    if before is None:
        raise FieldNotFound
    kinds = one.content.subject_kinds or KINDS
    form = grid.Sheet(request.POST or None, initial=grid.Sheet.initial_of(before), kinds=kinds)
    labelled = [(KIND_LABELS[Kind(kind)], bound) for kind, bound in zip(kinds, form.needs, strict=True)]

    def page(refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
        seen = seen_next(one, "fields", _text(request.POST, "seen"), refusal)
        context = {"form": form, "field": before, "needs": labelled, "tab": "fields", "seen": seen}
        return editor_page(request, one, "catalog/field.html", context, refusal=refusal, status=status)

    if request.method == "GET":
        return page()
    if form.is_valid():
        others = {(f.code.upper(), f.name.upper()) for f in one.content.fields if f.code != field_code}
        for what, at in (("code", 0), ("name", 1)):
            if form.cleaned_data[what].upper() in {other[at] for other in others}:
                form.add_error(what, "草稿中已有另一个信息项用了它，请改为不重复的。")
    if not form.is_valid():
        return page(status=UNPROCESSABLE)
    after = form.applied_to(before)
    moved = {} if after.code == field_code else {field_code: after.code}
    return saving(
        request,
        one,
        "fields",
        seen=_text(request.POST, "seen"),
        content=with_fields(one.content, replaced(one.content.fields, field_code, after), moved),
        actor=actor,
        again=page,
        to=reverse("catalog:fields", args=[version_id]),
        said=f"已保存信息项“{after.name}”。",
    )


@require_GET
@for_editors
def field_list(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """The information items as a spreadsheet, to be edited there and brought back."""
    one = open_draft(actor, version_id)
    title = f"{one.content.name}（{one.version.item.code} 第 {one.version.number} 版）"
    return spreadsheet(f"{one.content.name}-信息项清单.xlsx", workbook(one.content.fields, title=title))


@require_POST
@for_editors
def take_field_list(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """The spreadsheet comes back in the place of the draft's items. Of a list with a fault nothing is taken."""
    one = open_draft(actor, version_id)
    form = Upload(request.POST, request.FILES)
    rows = grid.grid(None, one.content, spare=1)
    if not form.is_valid():
        return _fields_page(request, one, rows, status=UNPROCESSABLE, upload=form)
    try:
        made = read_list(form.cleaned_data["file"].read())
    except Refusal as refusal:
        return _fields_page(request, one, rows, refusal=refusal, upload=form)
    before = one.content.by_code
    known = tuple(_as_before(new, before.get(new.code)) for new in made)
    return saving(
        request,
        one,
        "fields",
        seen=_text(request.POST, "seen"),
        content=replace(one.content, fields=known),
        actor=actor,
        again=lambda refusal: _fields_page(request, one, rows, refusal=refusal, upload=form),
        to=reverse("catalog:fields", args=[version_id]),
        said=f"已按上传的清单保存 {len(known)} 个信息项。",
    )


def _as_before(new: Field, before: Field | None) -> Field:
    """The same needs written otherwise (a kind left out, a kind said to be optional) are no change."""
    same = before is not None and all(before.need(kind) == new.need(kind) for kind in KINDS)
    return replace(new, required=before.required) if same and before is not None else new


@require_POST
@for_editors
def submit(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """Hand the draft to the second person. Refused, the editor says everything that stands in the way."""
    one = open_draft(actor, version_id)
    try:
        services.submit(version_id=version_id, seen=_text(request.POST, "token"), actor=actor, now=clock.now())
    except services.CannotPublish as refusal:  # each reason once, with its law
        brief = services.CannotPublish("草稿还不具备发布条件，没有提交：", reasons=refusal.reasons)
        return editor_page(request, one, "catalog/submit.html", {"tab": ""}, refusal=brief)
    except Refusal as refusal:
        return editor_page(request, one, "catalog/submit.html", {"tab": ""}, refusal=refusal)
    messages.success(request, "已提交审核，请由信用办的另一名工作人员审核发布。")
    return redirect("catalog:version", one.version.item.code, one.version.number)


@require_http_methods(["GET", "POST"])
@for_editors
def discard(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """Give a draft up, after a box was ticked."""
    one = open_draft(actor, version_id)
    form = Sure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_draft(version_id=version_id, actor=actor, now=clock.now())
        messages.success(request, "已删除草稿。")
        return redirect("catalog:items")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return editor_page(request, one, "catalog/discard.html", {"form": form, "tab": ""}, status=status)


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, ""))[:64]

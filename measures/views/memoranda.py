"""合作备忘录: the register, one memorandum as it stands, its own file, import and export."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import NotFound, Refusal
from measures import policies, services
from measures.forms.memoranda import MemorandumFilter, MemoUpload
from measures.rules.memoranda import STRENGTHS, MemorandumContent
from measures.selectors import memoranda as selectors
from measures.views.gates import for_office, for_readers
from office.services import open_file
from redblack.selectors import list_types
from toolkit import clock
from toolkit.http import status_of

UNPROCESSABLE = 422
FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
}


class NoFile(NotFound):
    code = "measures.no_file"
    message = "这份备忘录没有上传文件。"


@require_GET
@for_readers
def memoranda(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every memorandum, decomposed or a stub, with the list of 篇十三 that it is about."""
    return _register(request, actor, MemoUpload())


def _register(
    request: HttpRequest,
    actor: Actor,
    upload: MemoUpload,
    *,
    outcome: services.MemorandaTaken | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    form = MemorandumFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.memoranda_page(selectors.MemorandumFilters(q=said.get("q", ""), state=said.get("state", "")))
    titles = {one.number: one for one in list_types() if one.number is not None and one.code.startswith("LT-")}
    context = {
        "form": form,
        "upload": upload,
        "outcome": outcome,
        "refusal": refusal,
        "rows": [(row, [titles[n] for n in row.list_numbers if n in titles]) for row in rows],
        "stubs": sum(not row.decomposed for row in rows),
        "measures": sum(row.measure_count for row in rows),  # type: ignore[attr-defined]  # annotated
        "may_edit": policies.may_publish(actor),
    }
    status = status_of(refusal) if refusal else status
    return render(request, "measures/memoranda/register.html", context, status=status)


@require_POST
@for_office
def import_memoranda(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Good memoranda are taken; the rows of the others are listed with what to mend."""
    form = MemoUpload(request.POST, request.FILES)
    if not form.is_valid():
        return _register(request, actor, form, status=UNPROCESSABLE)
    upload = form.cleaned_data["file"]
    try:
        outcome = services.import_memoranda(data=upload.read(), name=upload.name, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _register(request, actor, form, refusal=refusal)
    return _register(request, actor, MemoUpload(), outcome=outcome)


@require_GET
@for_office
def export_memoranda(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """All of them, or one with ?code=, as a workbook or as YAML."""
    code = request.GET.get("code", "")[:60]
    codes = [selectors.memorandum_by_code(code).code] if code else None
    name, data = services.export_memoranda(codes=codes, form=form, actor=actor, now=clock.now())
    answer = HttpResponse(data, content_type=FORMS[form])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the memorandum's words; `row`: the place of the row that was made of it, "" for none."""

    text: str
    row: str


@require_GET
@for_readers
def memorandum(request: HttpRequest, actor: Actor, memo: str) -> HttpResponse:
    """A memorandum as it stands: head, conducts, original measures, its words with what was made of them marked."""
    row = selectors.memorandum_by_code(memo)
    content = selectors.content_of(row)
    context = {
        "row": row,
        "content": content,
        "measures": list(row.measures.order_by("number")),
        "strengths": STRENGTHS,
        "pieces": list(marked(content)),
        "edited_by": shown_names({row.edited_by}).get(row.edited_by, "") if row.edited_by else "",
        "lists": [one for one in list_types() if one.number in row.list_numbers],
        "may_edit": policies.may_publish(actor),
        "may_draft": policies.may_draft_somewhere(actor),
    }
    return render(request, "measures/memoranda/memorandum.html", context)


def marked(content: MemorandumContent) -> Iterator[Piece]:
    """The memorandum's words in pieces: those that a row repeats word for word, the longest first, and the rest."""
    rows = [(one.label, f"m{one.number}") for one in content.measures]
    rows += [(one.label, f"c{one.number}") for one in content.conducts]
    places: list[tuple[int, int, str]] = []
    for label, row in sorted(rows, key=lambda pair: -len(pair[0])):
        at = content.text.find(label) if label else -1
        if at >= 0 and not any(at < end and begin < at + len(label) for begin, end, _ in places):
            places.append((at, at + len(label), row))
    here = 0
    for begin, end, row in sorted(places):
        if begin > here:
            yield Piece(content.text[here:begin], "")
        yield Piece(content.text[begin:end], row)
        here = end
    if here < len(content.text):
        yield Piece(content.text[here:], "")


@require_GET
@for_readers
def memorandum_file(request: HttpRequest, actor: Actor, memo: str) -> FileResponse:
    row = selectors.memorandum_by_code(memo)
    if row.file is None:
        raise NoFile
    return FileResponse(open_file(file_id=row.file.pk), as_attachment=True, filename=row.file.name)


@require_POST
@for_office
def attach_file(request: HttpRequest, actor: Actor, memo: str) -> HttpResponse:
    form = MemoUpload(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        services.attach_file(code=memo, stream=upload, name=upload.name, actor=actor, now=clock.now())
        messages.success(request, "已上传备忘录文件。")
    else:
        messages.error(request, "没有收到文件，或文件是空的。请重新选择后上传。")
    return redirect("measures:edit_memorandum", memo)

"""政务服务事项: which matter asks what, its list and its editor, in and out as a spreadsheet."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import all_departments
from collection.rules.sheets import column_of, read_sheet, require_column
from kernel.actor import Actor
from kernel.errors import Refusal
from screening import policies
from screening.forms.matters import MatterFilter, MatterForm, Upload
from screening.models import Matter
from screening.rules import matter_sheet
from screening.rules.matters import BY_APPLICATION, OF_OWN_MOTION, STAGE_LABELS
from screening.selectors import register as selectors
from screening.services import lists
from screening.views.gates import for_editors, for_staff
from toolkit import clock
from toolkit.http import status_of

PAGE = 50
UNPROCESSABLE = 422
MOST_ROWS = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyRows(lists.NoMatters):
    code = "screening.too_many_matters"
    message = f"一次最多导入 {MOST_ROWS} 个事项，请拆分后分别导入。"


def units() -> list[tuple[str, str]]:
    return [(str(d.id), d.name) for d in all_departments()]


@require_GET
@for_staff
def matters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The register of matters, by code."""
    return _matters(request, actor, Upload())


def _matters(
    request: HttpRequest,
    actor: Actor,
    upload: Upload,
    *,
    outcome: lists.Imported | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    form = MatterFilter(request.GET, units=units())
    said = form.cleaned_data if form.is_valid() else {}
    filters = selectors.MatterFilters(q=said.get("q", "").strip(), department_id=said.get("department"))
    found = selectors.matter_page(filters=filters, after=said.get("after", ""), limit=PAGE + 1)
    rows = found[:PAGE]
    query = {"q": filters.q, "department": filters.department_id}
    context: dict[str, Any] = {
        "form": form,
        "upload": upload,
        "outcome": outcome,
        "refusal": refusal,
        "rows": [_row(matter) for matter in rows],
        "may_edit": policies.may_edit_lists(actor),
        "headings": list(matter_sheet.COLUMNS),
        "next": urlencode({k: v for k, v in query.items() if v} | {"after": rows[-1].code})
        if len(found) > PAGE
        else "",
    }
    return render(request, "screening/matters/list.html", context, status=status_of(refusal) if refusal else status)


def _row(matter: Matter) -> dict[str, object]:
    return {
        "matter": matter,
        "stages": "、".join(STAGE_LABELS[stage] for stage in matter.stages),
        "roles": "、".join(role["label"] for role in matter.roles),
        "asks": [line.source for line in getattr(matter, "asks", ())],
        "way": BY_APPLICATION if matter.by_application else OF_OWN_MOTION,
    }


@require_GET
@for_staff
def matter(request: HttpRequest, actor: Actor, matter_code: str) -> HttpResponse:
    """One matter: its application list, and what a hit calls for."""
    found = selectors.get_matter(matter_code)
    context = _row(found) | {
        "measures": selectors.measures_of(found, today=clock.today()),
        "may_edit": policies.may_edit_lists(actor),
    }
    return render(request, "screening/matters/matter.html", context)


@require_http_methods(["GET", "POST"])
@for_editors
def new_matter(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _edit(request, actor, None)


@require_http_methods(["GET", "POST"])
@for_editors
def edit_matter(request: HttpRequest, actor: Actor, matter_code: str) -> HttpResponse:
    return _edit(request, actor, selectors.get_matter(matter_code))


def _edit(request: HttpRequest, actor: Actor, known: Matter | None) -> HttpResponse:
    """The editor of an application list. What cannot be saved stays on the page as it was typed."""
    today = clock.today()
    sources = selectors.source_choices(today=today)
    content = selectors.content_of(known) if known else None
    form = MatterForm(
        request.POST if request.method == "POST" else None,
        units=units(),
        sources=[(s.code, s.name) for s in sources],
        matter=content,
    )
    chosen = set(form["consults"].value() or ())
    context: dict[str, Any] = {
        "form": form,
        "matter": known,
        "sources": [(s, s.code in chosen) for s in sources],
    }
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "screening/matters/edit.html", context, status=UNPROCESSABLE)
        said = form.content()
        try:
            lists.save_matter(content=said, seen=form.cleaned_data["seen"], actor=actor, now=clock.now())
        except Refusal as refusal:
            context["refusal"] = refusal
            return render(request, "screening/matters/edit.html", context, status=status_of(refusal))
        messages.success(request, "已保存。此后的核查按新的应用清单进行。")
        return redirect("screening:matter", said.code)
    return render(request, "screening/matters/edit.html", context)


@require_POST
@for_editors
def import_matters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Good rows are taken; the others are listed with their number and what to mend."""
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _matters(request, actor, form, status=UNPROCESSABLE)
    upload = form.cleaned_data["file"]
    try:
        outcome = lists.import_matters(rows=_rows(upload.read()), file_name=upload.name, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _matters(request, actor, form, refusal=refusal)
    return _matters(request, actor, Upload(), outcome=outcome)


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows of the sheet by our own headings. Raises FileRefused kinds, HeaderMissing, TooManyRows."""
    sheet = read_sheet(content, expected=list(matter_sheet.COLUMNS))
    own = {}
    for heading in matter_sheet.COLUMNS:
        words = (heading, *matter_sheet.SYNONYMS.get(heading, ()))
        needed = heading in matter_sheet.REQUIRED
        own[heading] = require_column(sheet.headers, words) if needed else column_of(sheet.headers, words)
    rows: list[tuple[int, dict[str, str]]] = []
    for row in sheet.rows:
        if len(rows) == MOST_ROWS:
            raise TooManyRows
        rows.append((row.number, {h: row.cells.get(there, "").strip() for h, there in own.items() if there}))
    return rows


@require_GET
@for_staff
def export_matters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole register as a spreadsheet that can be imported again."""
    content = matter_sheet.workbook(selectors.every_matter(), departments={d.id: d.name for d in all_departments()})
    name = content_disposition_header(True, f"政务服务事项-{clock.today():%Y%m%d}.xlsx") or "attachment"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})

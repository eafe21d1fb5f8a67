"""What the credit office keeps beside the catalogue: lists of powers and duties, and changes of law or functions."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog import selectors, services
from catalog.forms.life import NewUpkeep, Outcome, PowerFilter, Upload
from catalog.rules.tables import by_heading, read_table
from catalog.views.gates import for_editors
from catalog.views.shown import department_choices
from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import status_of
from toolkit.keyset import after_day, count_of, cursor_of

PAGE = 50
HEADINGS = ("事项编码", "事项名称", "事项类型", "实施部门代码")
UNPROCESSABLE = 422


@require_GET
@for_editors
def powers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The powers and duties of the departments, each with the item that was derived from it."""
    return _powers(request, actor, Upload())


def _powers(
    request: HttpRequest,
    actor: Actor,
    upload: Upload,
    *,
    outcome: services.Imported | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    form = PowerFilter(request.GET, units=department_choices())
    said = form.cleaned_data if form.is_valid() else {}
    wanted = {name: said.get(name, "") for name in ("q", "department", "underived")}
    found = selectors.powers_page(
        actor,
        filters=selectors.PowerFilters(
            q=str(wanted["q"]).strip(),
            department_id=int(wanted["department"]) if wanted["department"] else None,
            underived=bool(wanted["underived"]),
        ),
        after=said.get("after", ""),
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    query = {name: "1" if value is True else value for name, value in wanted.items() if value}
    context = {
        "form": form,
        "upload": upload,
        "outcome": outcome,
        "refusal": refusal,
        "rows": rows,
        "headings": [*HEADINGS, "设定依据"],
        "next": urlencode({"after": rows[-1].code} | query) if len(found) > PAGE else "",
    }
    return render(request, "catalog/powers.html", context, status=status_of(refusal) if refusal else status)


@require_POST
@for_editors
def import_powers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Good rows are taken; the others are listed with their number and what to mend. The same file again is known."""
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _powers(request, actor, form, status=UNPROCESSABLE)
    upload = form.cleaned_data["file"]
    try:
        rows = by_heading(read_table(upload.read()), HEADINGS)
        outcome = services.import_powers(rows=rows, file_name=upload.name, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _powers(request, actor, form, refusal=refusal)
    return _powers(request, actor, Upload(), outcome=outcome)


@require_POST
@for_editors
def derive(request: HttpRequest, actor: Actor, power_id: int) -> HttpResponse:
    made = services.derive_item(power_id=power_id, actor=actor, now=clock.now())
    messages.success(request, "已派生目录条目草稿，请核对后提交审核。")
    return redirect("catalog:draft", made)


@require_http_methods(["GET", "POST"])
@for_editors
def upkeep(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Changes of law or functions that must reach the catalogue: noted here, the most urgent first."""
    form = NewUpkeep(request.POST or None, units=department_choices())
    if request.method == "GET":
        return _upkeep(request, actor, form)
    if not form.is_valid():
        return _upkeep(request, actor, form, status=UNPROCESSABLE)
    said = dict(form.cleaned_data)
    department = said.pop("department")
    try:
        services.note_upkeep(
            department_id=int(department) if department else None, actor=actor, now=clock.now(), **said
        )
    except Refusal as refusal:
        return _upkeep(request, actor, form, refusal=refusal)
    messages.success(request, "已登记，请在期限内完成目录变更。")
    return redirect("catalog:upkeep")


def _upkeep(
    request: HttpRequest,
    actor: Actor,
    form: NewUpkeep,
    *,
    failed: tuple[int, Outcome] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    today, show = clock.today(), request.GET.get("show", "")
    show = show if show in ("overdue", "closed") else ""
    found = selectors.upkeep_page(
        actor,
        filters=selectors.UpkeepFilters(closed=show == "closed", overdue_on=today if show == "overdue" else None),
        after=after_day(request.GET.get("after", "")),
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    more = {"after": cursor_of(rows[-1].due_on, rows[-1].pk), "show": show} if len(found) > PAGE else {}
    waiting = selectors.open_upkeep(actor)
    context = {
        "form": form,
        "rows": [
            (row, failed[1] if failed and failed[0] == row.pk else Outcome(auto_id=f"id_{row.pk}_%s")) for row in rows
        ],
        "show": show,
        "today": today,
        "counts": {"open": count_of(waiting), "overdue": count_of(waiting.filter(due_on__lt=today))},
        "refusal": refusal,
        "next": urlencode({name: value for name, value in more.items() if value}),
    }
    return render(request, "catalog/upkeep.html", context, status=status_of(refusal) if refusal else status)


@require_POST
@for_editors
def close_upkeep(request: HttpRequest, actor: Actor, upkeep_id: int) -> HttpResponse:
    form = Outcome(request.POST, auto_id=f"id_{upkeep_id}_%s")
    if not form.is_valid():
        new = NewUpkeep(units=department_choices())
        return _upkeep(request, actor, new, failed=(upkeep_id, form), status=UNPROCESSABLE)
    services.close_upkeep(upkeep_id=upkeep_id, outcome=form.cleaned_data["outcome"], actor=actor, now=clock.now())
    messages.success(request, "已办结。")
    return redirect(reverse("catalog:upkeep"))

"""数据报送: what a department reports, its files on their way in, and what came back."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import DepartmentNotFound, DepartmentValue, departments_by_id
from catalog.selectors import ItemToReport, definition_of, items_for
from collection import policies
from collection.forms.reporting import MB, BatchFilter, UploadForm
from collection.models import CollectionTask
from collection.rules.sheet_guard import BULK
from collection.rules.template import template
from collection.selectors.batches import BatchFilters, batch_page
from collection.selectors.duties import TaskFilters, task_page
from collection.selectors.reporting import reported_lately
from collection.services import receive_file
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted, Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_moment, cursor_of

PAGE = 30
TASKS = 200  # open tasks that are looked at
LATELY = timedelta(days=90)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotForReading(NotPermitted):
    code = "collection.not_for_reading"
    message = "数据报送由报送人员、审核人员和信用办查看。如履职需要，请联系安全管理员授予角色。"


class NotForReporting(NotPermitted):
    code = "collection.not_for_reporting"
    message = "报送和修正由本部门的报送人员办理。如履职需要，请联系安全管理员授予角色。"


class ItemNotReported(NotFound):
    code = "collection.item_not_reported"
    message = "目录中没有本部门可以报送的这个条目，或它已经撤销。请返回“数据报送”重新选择。"


@dataclass(frozen=True, slots=True)
class Place:
    """For which department somebody works on these pages, among those that are theirs."""

    department: DepartmentValue
    others: list[DepartmentValue]

    @property
    def query(self) -> str:
        """Kept in every link as soon as there is a choice."""
        return f"?department={self.department.id}" if self.others else ""


def place_of(request: HttpRequest, actor: Actor) -> Place:
    """The department named in the address or the form, else the actor's own. Raises DepartmentNotFound."""
    said = request.POST.get("department") or request.GET.get("department") or str(actor.department_id or "")
    known = departments_by_id(sorted(actor.departments))
    chosen = known.get(int(said)) if said.isascii() and said.isdigit() and len(said) < 10 else None
    if chosen is None:
        raise DepartmentNotFound
    return Place(chosen, [one for one in known.values() if one.id != chosen.id])


def item_to_report(place: Place, item_code: str) -> ItemToReport:
    """Raises ItemNotReported: not in the catalogue, withdrawn, or another department's."""
    found = next((one for one in items_for(place.department.code) if one.code == item_code), None)
    if found is None:
        raise ItemNotReported
    return found


def demand_reporter(actor: Actor, *, department_id: int) -> None:
    if not policies.may_report(actor, department_id=department_id):
        raise NotForReporting


def reported_from(request: HttpRequest, actor: Actor, item_code: str) -> tuple[Place, ItemToReport]:
    """Where somebody who reports works, and on what. Raises DepartmentNotFound, NotForReporting, ItemNotReported."""
    place = place_of(request, actor)
    demand_reporter(actor, department_id=place.department.id)
    return place, item_to_report(place, item_code)


@require_GET
def reporting(request: HttpRequest) -> HttpResponse:
    """What there is to report, what is to be mended, and the latest batches."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, NotForReading())
    try:
        place = place_of(request, actor)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    to_mend = batch_page(
        actor,
        filters=BatchFilters(department_id=place.department.id, to_mend=True),
        after=None,
        limit=PAGE,
    )
    context = {
        "place": place,
        "groups": _groups(actor, place),
        "may_report": policies.may_report(actor, department_id=place.department.id),
        "to_mend": to_mend,
        **_batches(request, actor, place),
    }
    return render(request, "collection/reporting/home.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """An item with the task that is due first, if one is open."""

    item: ItemToReport
    task: CollectionTask | None
    overdue: bool


def _groups(actor: Actor, place: Place) -> list[tuple[str, list[Line]]]:
    """What is owed or was reported lately first: of a catalogue of dozens a department reports a few."""
    department_id, today = place.department.id, clock.today()
    due: dict[int, CollectionTask] = {}
    for task in task_page(actor, filters=TaskFilters(department_id=department_id), limit=TASKS):
        due.setdefault(task.item_id, task)
    lately = reported_lately(actor, department_id=department_id, since=clock.now() - LATELY)
    usual: list[Line] = []
    others: list[Line] = []
    for item in items_for(place.department.code):
        owed = due.get(item.item_id)
        line = Line(item, owed, overdue=owed is not None and owed.due_on < today)
        (usual if owed is not None or item.item_id in lately else others).append(line)
    usual.sort(key=lambda line: (line.task is None, line.task.due_on if line.task else today))
    return [(name, lines) for name, lines in (("常用", usual), ("其他条目", others)) if lines]


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """The list of batches alone: narrowed, and page after page."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, NotForReading())
    try:
        place = place_of(request, actor)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    context = {"place": place, **_batches(request, actor, place)}
    return render(request, "collection/reporting/batches.html", context)


def _batches(request: HttpRequest, actor: Actor, place: Place) -> dict[str, object]:
    """The credit office sees every department's, unless it asks for one."""
    items = [(item.item_id, item.name) for item in items_for(place.department.code)]
    form = BatchFilter(request.GET, items=items)
    said = form.cleaned_data if form.is_valid() else {}
    everywhere = policies.sees_every_department(actor) and "department" not in request.GET
    filters = BatchFilters(
        item_id=said.get("item"),
        department_id=None if everywhere else place.department.id,
        state=said.get("state", ""),
        channel=said.get("channel", ""),
        to_mend=bool(said.get("to_mend")),
    )
    rows = batch_page(actor, filters=filters, after=after_moment(said.get("after", "")), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    kept = request.GET.copy()
    kept.pop("after", None)
    if last:
        kept["after"] = cursor_of(last.created_at, last.pk)
    return {
        "filter": form,
        "rows": rows[:PAGE],
        "everywhere": everywhere,
        "narrowed": any((filters.item_id, filters.state, filters.channel, filters.to_mend)),
        "next": kept.urlencode() if last else "",
    }


@require_GET
def template_file(request: HttpRequest, item_code: str) -> HttpResponse:
    """The template of the current version. It holds nothing but the catalogue."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, NotForReading())
    try:
        item = item_to_report(place_of(request, actor), item_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return attachment(f"{item.name}_模板_第{item.number}版.xlsx", template(definition_of(item.version_id)))


def attachment(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, item_code: str) -> HttpResponse:
    """Hand in a file. Works as a plain form; with htmx the page shows how much of the file is over."""
    actor = actor_of(request)
    try:
        place, item = reported_from(request, actor, item_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context = {"place": place, "item": item, "form": form, "limit_mb": BULK.size // MB, "limit": BULK.size}
    if request.method != "POST":
        return render(request, "collection/reporting/upload.html", context)
    htmx = bool(request.headers.get("HX-Request"))
    page = "collection/reporting/_errors.html" if htmx else "collection/reporting/upload.html"
    if not form.is_valid():
        return render(request, page, context, status=422)
    file = form.cleaned_data["file"]
    try:
        received = receive_file(
            item_code=item.code,
            file_name=file.name,
            stream=file,
            department_id=place.department.id,
            all_or_nothing=form.cleaned_data["all_or_nothing"],
            actor=actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        return render(request, page, context | {"refusal": refusal}, status=status_of(refusal))
    if received.known:
        messages.info(request, "这份文件已经报送过，没有重复入库。这是原来的批次。")
    target = reverse("collection:batch", args=[received.batch_id])
    return HttpResponse(headers={"HX-Redirect": target}) if htmx else redirect(target)

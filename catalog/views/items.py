"""The catalogue as everybody reads it: the list, an item, its old versions, two versions side by side, the export."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from catalog import policies, selectors, services
from catalog.forms.life import ItemFilter
from catalog.models import ItemVersion
from catalog.rules.classes import editions, latest, through_editions
from catalog.rules.states import State
from catalog.views.gates import for_readers
from catalog.views.shown import class_names, compared, people, short_kinds, shown, unit_choices, unit_names
from kernel.actor import Actor
from toolkit import clock

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(name: str, data: bytes) -> HttpResponse:
    """A workbook as a download under its Chinese name."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@require_GET
@for_readers
def items(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every item by its code; for the credit office also what is being drafted."""
    form = ItemFilter(request.GET, classes=class_names(), class_editions=list(editions()), units=unit_choices())
    said = form.cleaned_data if form.is_valid() else {}
    wanted = {name: said.get(name, "") for name in ("q", "information_class", "class_edition", "department", "state")}
    found = selectors.item_page(
        actor,
        filters=selectors.ItemFilters(**wanted | {"q": wanted["q"].strip()}),
        after=said.get("after", ""),
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    asked = {name: value for name, value in wanted.items() if value}
    context = {
        "form": form,
        "rows": [
            (row, unit_names(row.version.provider_units), short_kinds(row.version.subject_kinds)) for row in rows
        ],
        "drafts": selectors.drafts(actor, limit=PAGE) if not said.get("after") and not asked else [],
        "may_edit": policies.may_edit(actor),
        "next": urlencode({"after": rows[-1].code} | asked) if len(found) > PAGE else "",
    }
    return render(request, "catalog/items.html", context)


@require_GET
@for_readers
def classes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The national classes by edition, the city's own, and how many items stand under each."""
    counts, national = selectors.class_counts(), [one for one in editions().values() if not one.local]
    context = {
        "national": [(one, sum(counts.get((one.code, name), 0) for name in one.classes)) for one in national],
        "latest": latest(),
        "rows": [
            (
                row.name,
                [(code, called, bool(called) and called != row.name) for code, called in row.called],
                [(code, called, counts[code, called]) for code, called in row.called if counts.get((code, called))],
            )
            for row in through_editions()
        ],
        "local": [
            (one, [(name, counts.get((one.code, name), 0)) for name in one.classes])
            for one in editions().values()
            if one.local
        ],
    }
    return render(request, "catalog/classes.html", context)


@require_GET
@for_readers
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The current versions as a workbook; one item of it with ?code=. Recorded."""
    name, data = services.export_catalogue(code=request.GET.get("code", "")[:60], actor=actor, now=clock.now())
    return spreadsheet(name, data)


@require_GET
@for_readers
def item(request: HttpRequest, actor: Actor, item_code: str) -> HttpResponse:
    """The version that stands; of an item that has none yet, its draft."""
    versions = selectors.versions_of(actor, item_code)
    if not versions:
        raise selectors.VersionNotFound
    standing = next((one for one in versions if one.published_on), versions[0])
    return _page(request, actor, standing, versions)


@require_GET
@for_readers
def version(request: HttpRequest, actor: Actor, item_code: str, version: int) -> HttpResponse:
    """Any version, for as long as the platform stands."""
    return _page(
        request, actor, selectors.version(actor, item_code, version), selectors.versions_of(actor, item_code)
    )


def _page(request: HttpRequest, actor: Actor, one: ItemVersion, versions: list[ItemVersion]) -> HttpResponse:
    standing = next((v for v in versions if v.published_on), None)
    context = {
        "shown": shown(one, today=clock.today()),
        "versions": versions,
        "standing": standing,
        "is_old": standing is not None and one.number < standing.number,
        "draft": next((v for v in versions if v.state in (State.DRAFT, State.IN_REVIEW)), None),
        "may_edit": policies.may_edit(actor),
        "people": people(versions),
        "previous": next((v for v in versions if v.number < one.number), None),
    }
    return render(request, "catalog/item.html", context)


@require_GET
@for_readers
def compare(request: HttpRequest, actor: Actor, item_code: str) -> HttpResponse:
    """Any two versions, the older on the left; without a choice the two newest."""
    versions = selectors.versions_of(actor, item_code)
    if not versions:
        raise selectors.VersionNotFound
    numbers = {one.number: one for one in versions}
    default = [one.number for one in versions[:2]]
    asked = [int(text) for text in (request.GET.get("a", ""), request.GET.get("b", "")) if text.isdecimal()][:2]
    pair = sorted(asked if len(asked) == 2 and set(asked) <= set(numbers) else (default * 2)[:2])
    older, newer = numbers[pair[0]], numbers[pair[1]]
    context = {
        "older": older,
        "newer": newer,
        "versions": versions,
        "differences": compared(selectors.content_of(older), selectors.content_of(newer)),
        "same": older.number == newer.number,
    }
    return render(request, "catalog/compare.html", context)

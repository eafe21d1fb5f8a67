"""在线修正: the returned rows of a batch as a grid, and giving some of them up."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.rules.definition import Definition
from catalog.selectors import definition_of
from collection.forms.mending import Row, row_of
from collection.forms.reporting import DropForm
from collection.models import Batch, RowProblem
from collection.rules.headings import match
from collection.rules.problems import Severity
from collection.selectors.batches import cells_of, get_batch, problem_page
from collection.selectors.reporting import mends_of, rows_mended_by
from collection.services import drop_rows, mend_rows
from collection.views.reporting import demand_reporter
from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of

PAGE = 20  # rows: with thirty columns each, what one form can hold


class NothingChanged(RuleBroken):
    code = "collection.nothing_changed"
    message = "没有改动任何一行，没有重新校验。请改正标红的格子，或勾选“确认无误”后再提交。"


def blamed(problem: RowProblem) -> list[dict[str, Any]]:
    """For what the row was returned: without the warnings, which speak of a row that was taken."""
    return [one for one in problem.problems if one["severity"] != Severity.WARNING]


def grid_row(problem: RowProblem, definition: Definition, said: QueryDict | None = None) -> Row:
    cells = cells_of(problem)
    try:
        fields = match(list(cells), definition).fields
    except Refusal:  # the file was refused for its headings, or the row came by codes
        names = {field.name: field.code for field in definition.fields}
        fields = {heading: names.get(heading, heading) for heading in cells}
    return row_of(problem.row_number, cells, blamed(problem), fields=fields, definition=definition, said=said)


@never_cache
@require_http_methods(["GET", "POST"])
def mend(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Mend rows in the browser: what was changed or confirmed is checked again, and nothing else."""
    actor = actor_of(request)
    try:
        batch = get_batch(actor, batch_id)
        demand_reporter(actor, department_id=batch.department_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    source = request.POST if request.method == "POST" else request.GET
    after = source.get("after", "")
    seen = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    definition = definition_of(batch.item_version_id)
    problems = problem_page(actor, batch.pk, after=seen, limit=PAGE + 1)
    said = request.POST if request.method == "POST" else None
    rows = [grid_row(problem, definition, said) for problem in problems[:PAGE]]
    context: dict[str, Any] = {
        "batch": batch,
        "rows": rows,
        "after": seen or "",
        "next": problems[PAGE - 1].row_number if len(problems) > PAGE else None,
        "result": _result(request, actor, batch),
    }
    if request.method != "POST":
        return render(request, "collection/reporting/mend.html", context)
    if adopted := request.POST.get("adopt", ""):
        for row in rows:
            for box in row.bad:
                if box.name == adopted and box.suggestion:
                    box.said = box.suggestion
                    context["landed"] = box.id
        return render(request, "collection/reporting/mend.html", context)
    touched = [row for row in rows if row.touched]
    try:
        if not touched:
            raise NothingChanged
        receipt = mend_rows(
            batch_id=batch.pk,
            rows={row.number: {**row.cells, **row.changed} for row in touched},
            confirmed=[row.number for row in touched if row.confirmed],
            actor=actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        context["refusal"] = refusal
        return render(request, "collection/reporting/mend.html", context, status=status_of(refusal))
    query = urlencode({"mended": receipt.batch_id} | ({"after": seen} if seen else {}))
    return redirect(f"{reverse('collection:mend', args=[batch.pk])}?{query}")


def _result(request: HttpRequest, actor: Actor, batch: Batch) -> dict[str, Any] | None:
    """What the last mending came to: the batch that it was, and which rows of this one are mended by it."""
    said = request.GET.get("mended", "")
    mended = next((one for one in mends_of(actor, batch.pk) if str(one.pk) == said), None)
    if mended is None:
        return None
    return {"batch": mended, "rows": rows_mended_by(actor, batch_id=batch.pk, mend_id=mended.pk)}


@never_cache
@require_POST
def drop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give up rows that should never have been reported, with a reason."""
    actor = actor_of(request)
    try:
        batch = get_batch(actor, batch_id)
        demand_reporter(actor, department_id=batch.department_id)
        numbers = [int(text) for text in request.POST.getlist("rows") if text.isascii() and text.isdigit()]
        form = DropForm(request.POST, numbers=numbers)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, str(errors[0]))
            return redirect("collection:batch", batch_id)
        dropped = drop_rows(
            batch_id=batch.pk, row_numbers=numbers, note=form.cleaned_data["note"], actor=actor, now=clock.now()
        )
    except Refusal as refusal:
        return refusal_page(request, refusal)
    messages.success(request, f"{dropped} 行已登记为不再报送。")
    return redirect("collection:batch", batch_id)

"""The measure list as anybody reads it, without a log-in: who does what to whom, at which stage, by which article."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kernel.errors import Refusal
from measures.forms.items import PublicFilter
from measures.selectors.public import public_item, public_items
from measures.views import shown
from measures.views.items import after_code, cursor
from toolkit import clock
from toolkit.http import refusal_page

PAGE = 100


@login_not_required
@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """Every published item; what is not here must not be applied."""
    form = PublicFilter(request.GET, departments=shown.every_department())
    said = form.cleaned_data if form.is_valid() else {}
    text, department = said.get("q", "").strip(), said.get("department", "")
    after = after_code(said.get("after", ""))
    found = public_items(text=text, department_id=int(department or 0), after=after, limit=PAGE + 1)
    rows, more = found[:PAGE], {}
    if len(found) > PAGE:
        more = {"after": cursor(rows[-1]), "q": text, "department": department}
    today = clock.today()
    context = {
        "form": form,
        "rows": shown.public_rows(rows, today=today),
        "today": today,
        "next": urlencode({key: value for key, value in more.items() if value}),
    }
    return render(request, "measures/items/public_list.html", context)


@login_not_required
@require_GET
def public_page(request: HttpRequest, measure_code: str) -> HttpResponse:
    """One published item."""
    try:
        found = public_item(measure_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    today = clock.today()
    context = {"shown": shown.shown(found, today=today), "item": found, "today": today}
    return render(request, "measures/items/public_item.html", context)

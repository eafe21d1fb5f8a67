"""The catalogue as anybody reads it, without a log-in: what is collected, on which basis, who sees it."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.forms.life import PublicFilter
from catalog.selectors.public import public_item, public_items
from catalog.views.shown import class_names, short_kinds, shown, unit_names
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import refusal_page

PAGE = 100


@login_not_required
@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    form = PublicFilter(request.GET, classes=class_names())
    said = form.cleaned_data if form.is_valid() else {}
    text, wanted = said.get("q", "").strip(), said.get("information_class", "")
    found = public_items(text=text, information_class=wanted, after=said.get("after", ""), limit=PAGE + 1)
    rows = found[:PAGE]
    more = {"after": rows[-1].item.code, "q": text, "information_class": wanted} if len(found) > PAGE else {}
    context = {
        "form": form,
        "rows": [(row, unit_names(row.provider_units), short_kinds(row.subject_kinds)) for row in rows],
        "today": clock.today(),
        "next": urlencode({name: value for name, value in more.items() if value}),
    }
    return render(request, "catalog/public_list.html", context)


@login_not_required
@require_GET
def public_page(request: HttpRequest, item_code: str) -> HttpResponse:
    try:
        version = public_item(item_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    context = {"shown": shown(version, today=clock.today()), "today": clock.today()}
    return render(request, "catalog/public_item.html", context)

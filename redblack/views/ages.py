"""How old the lists are: what every answer rests on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collection.rules.freshness import STATE_LABELS
from collection.selectors import source_ages
from kernel.errors import NotPermitted
from redblack import policies, selectors
from redblack.rules.lists import LegalStatus
from toolkit import clock
from toolkit.http import actor_of, refusal_page


class AgesAreForStaff(NotPermitted):
    code = "redblack.ages_are_for_staff"


@require_GET
def list_ages(request: HttpRequest) -> HttpResponse:
    """名单时效: every list and kind of record with origin, version, rows, age and state."""
    actor = actor_of(request)
    if not policies.may_see_ages(actor):
        return refusal_page(request, AgesAreForStaff())
    every = list(selectors.list_types())
    types = {t.source_id: t for t in every if t.source_id is not None}
    rows = [
        {
            "age": age,
            "type": types.get(age.id),
            "state": STATE_LABELS[age.state],
            "usable": age.state == "current",
        }
        for age in source_ages(as_of=clock.today())
    ]
    context = {
        "rows": [row for row in rows if row["type"]],
        "records": [row for row in rows if not row["type"]],
        "others": [t for t in every if t.legal_status != LegalStatus.CURRENT],
        "today": clock.today(),
    }
    return render(request, "redblack/list_ages.html", context)

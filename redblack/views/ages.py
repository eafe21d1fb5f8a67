"""How old the lists are: what every answer rests on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from collection.rules.freshness import STATE_LABELS
from collection.selectors import SourceAge, source_ages
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, Refusal
from redblack import policies, selectors
from redblack.models import ListType
from redblack.rules.lists import LegalStatus, Origin
from redblack.services import opening
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of


class AgesAreForStaff(NotPermitted):
    code = "redblack.ages_are_for_staff"


class NotStated(Malformed):
    code = "redblack.completeness_not_stated"
    message = "确认前须核对该名单或信息类别在期的认定是否已全部登记。请核对后勾选再确认。"


@require_GET
@only_if(policies.may_see_ages, AgesAreForStaff)
def list_ages(request: HttpRequest, actor: Actor) -> HttpResponse:
    """名单时效: every list and kind of record with origin, version, rows, age and state."""
    return _page(request, actor)


@require_POST
@only_if(policies.may_open_sources, opening.CannotOpen)
def open_source(request: HttpRequest, actor: Actor, source_id: int) -> HttpResponse:
    """登记齐备: what is registered here may be relied on from now on."""
    try:
        if request.POST.get("complete") != "1":
            raise NotStated
        rows = opening.open_source(source_id=source_id, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _page(request, actor, refusal=refusal)
    messages.success(request, f"已确认登记齐备（在期 {rows} 条），此后的核查以平台登记为准。")
    return redirect("redblack:list_ages")


def _page(request: HttpRequest, actor: Actor, *, refusal: Refusal | None = None) -> HttpResponse:
    every = list(selectors.list_types())
    types = {t.source_id: t for t in every if t.source_id is not None}
    rows: list[dict[str, Any]] = [
        {
            "age": age,
            "type": types.get(age.id),
            "state": STATE_LABELS[age.state],
            "usable": age.state == "current",
        }
        for age in source_ages(as_of=clock.today())
    ]
    waiting = [row["age"] for row in rows if _waits(row["age"], row["type"])]
    context = {
        "rows": [row for row in rows if row["type"]],
        "records": [row for row in rows if not row["type"]],
        "others": [t for t in every if t.legal_status != LegalStatus.CURRENT],
        "today": clock.today(),
        "waiting": waiting if policies.may_open_sources(actor) else [],
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "redblack/list_ages.html", context, status=status)


def _waits(age: SourceAge, of_list: ListType | None) -> bool:
    """Registered on the platform itself, and nobody has said yet that it is complete."""
    kept_here = of_list is None or Origin(of_list.origin).decided_here
    return age.loaded_at is None and age.limit_days is None and kept_here

"""Who could and has not; the rules with their sources; how long things take."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kernel.actor import Actor
from repair import forms
from repair.rules import sets
from repair.rules.states import Target
from repair.selectors.applications import times
from repair.selectors.outreach import Wanted, who_could
from repair.views.queue import for_staff
from toolkit import clock

PAGE = 50
SHOWN = (
    ("accept_days", "决定是否受理", "个工作日，自收到申请"),
    ("handle_days", "办结", "个工作日，自受理"),
    ("whole_days", "告知结果", "个工作日，自申请"),
    ("extension_days", "可以延长", "个工作日"),
    ("effect_days", "修复生效后停止公示的最长时间", "个工作日；本平台即时停止"),
)


@require_GET
@for_staff
def outreach(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Organisations that may apply today and have not."""
    form = forms.OutreachFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        target=Target(said.get("target") or Target.RECORD),
        area=said.get("area", "").strip(),
        trade=said.get("trade", "").strip(),
    )
    rows, goes_on = who_could(actor, wanted=wanted, today=clock.today(), after=said.get("after"), limit=PAGE)
    query = f"target={wanted.target}&area={wanted.area}&trade={wanted.trade}"
    context = {"form": form, "rows": rows, "next": f"{query}&after={goes_on}" if goes_on else ""}
    return render(request, "repair/outreach.html", context)


@require_GET
@for_staff
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rule set with its values, their sources and how sure we are of each."""
    today = clock.today()
    local = sorted(set(settings.REPAIR_LOCAL_RULES.values()))
    current = sets.in_force(today, values=settings.REPAIR_VALUES)
    shown = [current, *(one for one in reversed(sets.NATIONAL) if one.code != current.code)]
    context = {
        "sets": [
            {
                "rules": one,
                "current": one.code == current.code,
                "values": [(label, getattr(one, name), unit, *one.mark(name)) for name, label, unit in SHOWN],
            }
            for one in shown
        ],
        "local": [
            {"code": code, "rule": rule, "chosen": code in local, "values": rule.values}
            for code, rule in sets.LOCAL.items()
        ],
        "areas": sorted(settings.REPAIR_LOCAL_RULES.items()),
    }
    return render(request, "repair/rules.html", context)


@require_GET
@for_staff
def statistics(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How many ended in a span, and how long they took."""
    today = clock.today()
    given = request.GET if "since" in request.GET else {"since": date(today.year, 1, 1), "until": today}
    form = forms.Span(given)
    rows = times(actor, **form.cleaned_data) if form.is_valid() else []
    return render(request, "repair/statistics.html", {"form": form, "rows": rows})

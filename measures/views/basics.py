"""全国失信惩戒措施基础清单: editions with their measures and marks, what is in force, what waits for confirmation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import shown_names
from kernel.actor import Actor
from measures import policies, services
from measures.models import BasicMeasure
from measures.selectors import basics
from measures.views.gates import for_office, for_readers
from toolkit import clock

TO_CONFIRM = frozenset({"P", "G"})


@require_GET
@for_readers
def basic_lists(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every edition; the one in force first is open."""
    editions = basics.basic_lists()
    names = shown_names({m.confirmed_by for one in editions for m in one.measures.all() if m.confirmed_by})
    in_force = {one.pk for one in basics.in_force(clock.today())}

    def line(measure: BasicMeasure) -> dict[str, object]:
        waits = not measure.confirmed_by and measure.confidence in TO_CONFIRM
        return {"row": measure, "by": names.get(measure.confirmed_by, measure.confirmed_by), "waits": waits}

    context = {
        "editions": [
            {
                "row": one,
                "in_force": one.pk in in_force,
                "kinds": [
                    (label, basics.KIND_TEXTS[kind], [line(m) for m in one.measures.all() if m.kind == kind])
                    for kind, label in basics.KIND_LABELS.items()
                ],
                "count": len(one.measures.all()),
            }
            for one in sorted(editions, key=lambda one: one.pk not in in_force)
        ],
        "may_edit": policies.may_publish(actor),
    }
    return render(request, "measures/basics/basics.html", context)


@require_POST
@for_office
def confirm_basic(request: HttpRequest, actor: Actor, basic_id: int) -> HttpResponse:
    services.confirm_basic_measure(measure_id=basic_id, actor=actor, now=clock.now())
    messages.success(request, "已确认。")
    return redirect("measures:basic_lists")

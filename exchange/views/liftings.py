"""What departments must undo after an entry left: the list, and their word that they have."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from exchange import policies
from exchange.selectors.liftings import lifting_page, waiting_liftings
from exchange.services.lifting import LONGEST, confirm_lifting
from exchange.views import PAGE, for_staff
from kernel.actor import Actor
from redblack.selectors import list_types
from toolkit import clock
from toolkit.keyset import after_day, count_of, cursor_of


@require_GET
@for_staff
def liftings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """解除确认: the most urgent first."""
    rows = lifting_page(actor, after=after_day(request.GET.get("after", "")[:40]), limit=PAGE + 1)
    titles = {one.code: one.title for one in list_types()}
    context = {
        "rows": [(one, titles.get(one.list_code, one.list_code)) for one in rows[:PAGE]],
        "count": count_of(waiting_liftings(actor)),
        "today": clock.today(),
        "own": actor.departments if policies.may_lift(actor) else frozenset(),
        "longest": LONGEST,
        "next": f"after={cursor_of(rows[PAGE - 1].due_on, rows[PAGE - 1].pk)}" if len(rows) > PAGE else "",
    }
    return render(request, "exchange/liftings.html", context)


@require_POST
@for_staff
def lift(request: HttpRequest, actor: Actor, lifting_id: int) -> HttpResponse:
    """Lifted, or nothing had been applied."""
    confirm_lifting(
        lifting_id=lifting_id,
        lifted=request.POST.get("lifted") == "yes",
        said=request.POST.get("said", ""),
        actor=actor,
        now=clock.now(),
    )
    messages.success(request, "已确认。")
    return redirect("exchange:liftings")

"""移出办理: proposing that an entry leave its list, the queue, and the second person's decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import policies, selectors, services
from redblack.forms.exits import KIND_KEYS, After, Reason, Removal
from redblack.rules.states import RemovalState
from redblack.selectors import entries as reading
from redblack.selectors import exits
from redblack.services.removals import CannotDecideRemoval, CannotPropose
from redblack.views.entries import for_staff, next_query, shown_entry
from toolkit import clock
from toolkit.http import status_of

PAGE = 50


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def propose(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """提前移出, 撤销列入 or 更正: what another person will decide."""
    entry = selectors.get_visible(actor, entry_id)
    if not policies.may_propose_removal(actor, authority_department_id=entry.authority_department_id):
        raise CannotPropose
    kind = request.GET.get("kind", "")
    initial = {"kind": kind if kind in KIND_KEYS else "early", "released_on": clock.today()}
    form, refusal, status = Removal(request.POST or None, initial=initial), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data | {"kind": form.release_kind}
            try:
                made = services.propose_removal(entry_id=entry_id, actor=actor, now=clock.now(), **said)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已提出，待本部门另一名审核人员决定。决定前该条目照常有效。")
                return redirect("redblack:removal", made)
    context = shown_entry(actor, entry) | {"form": form, "refusal": refusal}
    return render(request, "redblack/removals/propose.html", context, status=status)


@require_GET
@for_staff
def removals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for a decision, or everything that was ever proposed; the latest first."""
    form = After(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    after = said.get("after", "")
    state = "" if said.get("all") else RemovalState.PROPOSED
    rows = exits.removal_page(
        actor, state=state, after=int(after) if after.isascii() and after.isdigit() else None, limit=PAGE + 1
    )
    shown = rows[:PAGE]
    people = shown_names({one.proposed_by for one in shown})
    subjects = reading.subjects_for([one.entry for one in shown])
    context = {
        "all": bool(said.get("all")),
        "rows": [
            {
                "removal": one,
                "subject": subjects.get(one.entry.subject_id),
                "by": people.get(one.proposed_by, ""),
                "mine": one.state == RemovalState.PROPOSED
                and one.proposed_by != actor.key
                and policies.may_decide_removal(actor, authority_department_id=one.entry.authority_department_id),
            }
            for one in shown
        ],
        "next": next_query(request, shown[-1].pk) if len(rows) > PAGE else "",
    }
    return render(request, "redblack/removals/removals.html", context)


@never_cache
@require_GET
@for_staff
def removal(request: HttpRequest, actor: Actor, removal_id: int) -> HttpResponse:
    """One removal: what was proposed beside what the entry says."""
    return _removal(request, actor, removal_id)


def _removal(
    request: HttpRequest,
    actor: Actor,
    removal_id: int,
    *,
    form: Reason | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    one = exits.get_removal(actor, removal_id)
    entry, department = one.entry, one.entry.authority_department_id
    own = one.proposed_by == actor.key
    decides = policies.may_decide_removal(actor, authority_department_id=department)
    people = shown_names({one.proposed_by, one.decided_by} - {""})
    context: dict[str, Any] = shown_entry(actor, entry) | {
        "removal": one,
        "is_open": one.state == RemovalState.PROPOSED,
        "proposed_by": people.get(one.proposed_by, ""),
        "decided_by": people.get(one.decided_by, ""),
        "may_decide": decides and not own,
        "may_drop": decides or own,
        "own": own,
        "token": reading.seen_of(entry, exits.open_dispute(entry.pk)),
        "form": form or Reason(),
        "refusal": refusal,
    }
    return render(
        request, "redblack/removals/removal.html", context, status=status_of(refusal) if refusal else status
    )


@require_POST
@for_staff
def decide(request: HttpRequest, actor: Actor, removal_id: int) -> HttpResponse:
    """同意移出: what was read is what is decided; the token says which."""
    seen = request.POST.get("token", "")[:400]
    return _done(
        request,
        actor,
        removal_id,
        lambda: services.decide_removal(removal_id=removal_id, seen=seen, actor=actor, now=clock.now()),
        "已移出。移出决定书和名单退出公告已生成，因该条目采取的措施一并停止。",
    )


@require_POST
@for_staff
def drop(request: HttpRequest, actor: Actor, removal_id: int) -> HttpResponse:
    """不予移出, or taken back by who proposed it."""
    one, form = exits.get_removal(actor, removal_id), Reason(request.POST)
    decides = policies.may_decide_removal(actor, authority_department_id=one.entry.authority_department_id)
    if not decides and one.proposed_by != actor.key:
        raise CannotDecideRemoval
    if not form.is_valid():
        return _removal(request, actor, removal_id, form=form, status=422)
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        actor,
        removal_id,
        lambda: services.drop_removal(removal_id=removal_id, reason=reason, actor=actor, now=clock.now()),
        "已登记不予移出，该条目继续有效。",
    )


def _done(request: HttpRequest, actor: Actor, removal_id: int, work: Callable[[], None], told: str) -> HttpResponse:
    try:
        work()
    except Refusal as refusal:
        return _removal(request, actor, removal_id, refusal=refusal)
    messages.success(request, told)
    return redirect("redblack:entry", exits.get_removal(actor, removal_id).entry_id)

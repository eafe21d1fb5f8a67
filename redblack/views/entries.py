"""名单条目: the list, the life of one entry with its papers, and what undoes the harm of a wrong one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from redblack import policies, selectors
from redblack.forms.exits import Clearing, EntryFilter
from redblack.models import Entry
from redblack.rules.removals import may_clear_name
from redblack.selectors import entries as reading
from redblack.services import exit_papers, rehabilitation
from redblack.services.rehabilitation import CannotClear
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

PAGE = 50


class EntriesAreForStaff(NotPermitted):
    code = "redblack.entries_are_for_staff"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看名单条目。"


for_staff = only_if(policies.may_see_entries, EntriesAreForStaff)


@require_GET
@for_staff
def entries(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Entries in the reader's scope, the latest registered first."""
    form, today = EntryFilter(request.GET), clock.today()
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or ("all" if said.get("q") or said.get("on") else "listed")
    filters = reading.EntryFilters(
        list_code=said.get("list", ""),
        kind=said.get("kind", ""),
        origin=said.get("origin", ""),
        state="" if state == "all" else state,
        q=said.get("q", ""),
        on=said.get("on"),
    )
    rows = reading.entry_page(actor, filters=filters, after=said.get("after"), limit=PAGE + 1)
    shown, more = rows[:PAGE], len(rows) > PAGE
    subjects = reading.subjects_for(shown)
    context = {
        "form": form,
        "state": state,
        "rows": [
            {
                "entry": entry,
                "subject": subjects.get(entry.subject_id),
                "state": reading.state_label(entry, on=today),
                "in_force": reading.in_force(entry, on=today),
            }
            for entry in shown
        ],
        "count": reading.entry_count(actor, filters=filters),
        "lists": selectors.list_types(),
        "next": next_query(request, shown[-1].pk) if more else "",
    }
    return render(request, "redblack/entries/entries.html", context)


def next_query(request: HttpRequest, after: int | str) -> str:
    """The query string of the next page: the same filters, and where the list goes on."""
    return urlencode({**request.GET.dict(), "after": str(after)})


@never_cache
@require_GET
@for_staff
def entry(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """The life of one entry."""
    one = selectors.get_visible(actor, entry_id)
    return render(request, "redblack/entries/entry.html", shown_entry(actor, one))


def shown_entry(actor: Actor, one: Entry) -> dict[str, Any]:
    """What the page of an entry, and those of its removal and its tasks, say of it."""
    today, department = clock.today(), one.authority_department_id
    life = reading.life_of(actor, one)
    here = reading.standing_of(one).origin.decided_here
    over = one.released_on is not None
    decides = policies.may_decide_removal(actor, authority_department_id=department)
    clearable = bool(may_clear_name(one.release_kind)) and life.rehabilitation is None
    return {
        "entry": one,
        "life": life,
        "subject": life.subject,
        "state": reading.state_label(one, on=today),
        "in_force": reading.in_force(one, on=today),
        "decided_here": here,
        "may_remove": here
        and not over
        and life.open_removal is None
        and policies.may_propose_removal(actor, authority_department_id=department),
        "may_clear": clearable and decides,
        "should_clear": clearable,
    }


@require_GET
@for_staff
def paper(request: HttpRequest, actor: Actor, entry_id: int, entry_paper_id: int) -> HttpResponse:
    """A paper from the file of an entry; reading it is recorded."""
    name, stream = exit_papers.read_paper(entry_id=entry_id, paper_id=entry_paper_id, actor=actor, now=clock.now())
    inline = name.lower().endswith(".pdf")
    with stream:
        response = HttpResponse(
            stream.read(), content_type="application/pdf" if inline else "application/octet-stream"
        )
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def clear(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """消除影响声明 for one who was listed wrongly."""
    one = selectors.get_visible(actor, entry_id)
    if not policies.may_decide_removal(actor, authority_department_id=one.authority_department_id):
        raise CannotClear
    form, refusal, status = Clearing(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rehabilitation.clear_name(entry_id=entry_id, actor=actor, now=clock.now(), **form.cleaned_data)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已发布消除影响声明。")
                return redirect("redblack:entry", entry_id)
    context = shown_entry(actor, one) | {"form": form, "refusal": refusal}
    return render(request, "redblack/entries/clear.html", context, status=status)

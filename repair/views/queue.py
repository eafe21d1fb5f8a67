"""信用修复: the department's queue, and one application with all that may be done about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from office.selectors import calendar
from repair import forms, policies
from repair.models import Application
from repair.rules.sets import SERIOUS, from_json
from repair.rules.states import LABELS, State, Target
from repair.selectors import applications as reading
from repair.selectors.standing import held
from repair.services.filing import contact_of, statement_of
from repair.services.handling import standing_against
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50


class NotForYou(NotPermitted):
    code = "repair.not_for_you"
    message = "信用修复由认定部门经办、审核，窗口人员帮办；系统、安全、审计管理员不经办业务数据。"


for_staff = only_if(policies.may_see, NotForYou)
for_everybody = only_if(policies.may_open, NotForYou)


@require_GET
@for_staff
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be done, the most urgent first; or everything, the latest first."""
    form, today = forms.QueueFilter(request.GET), clock.today()
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state", "") if "state" in request.GET or said.get("q") else "open"
    filters = reading.Filters(state=state, q=said.get("q", ""))
    rows = reading.page(actor, filters=filters, today=today, after=after_day(said.get("after", "")), limit=PAGE + 1)
    shown = rows[:PAGE]
    subjects = subjects_of({one.subject_id for one in shown})
    near = reading.soon(calendar(), today)
    last = shown[-1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "state": state,
        "rows": [
            {
                "application": one,
                "subject": subjects.get(one.subject_id),
                "state": LABELS[State(one.state)],
                "overdue": one.due_on is not None and one.due_on < today,
                "near": one.due_on is not None and today <= one.due_on <= near,
            }
            for one in shown
        ],
        "count": reading.count(actor, filters=filters, today=today),
        "overdue": reading.count(actor, filters=reading.Filters(state="overdue"), today=today),
        "next": f"state={state}&q={filters.q}&after={cursor_of(last.whole_due_on, last.pk)}" if last else "",
    }
    return render(request, "repair/queue.html", context)


@never_cache
@require_GET
@for_everybody
def application(request: HttpRequest, actor: Actor, application_id: int) -> HttpResponse:
    """One application: what is asked, what speaks against it, its clocks, its papers, the next step."""
    return show(request, actor, reading.get_visible(actor, application_id))


def show(
    request: HttpRequest,
    actor: Actor,
    row: Application,
    *,
    refusal: Refusal | None = None,
    failed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, also after a step was refused: what was typed is still there."""
    today, state = clock.today(), State(row.state)
    handles = policies.may_handle(actor, department_id=row.department_id)
    decides = policies.may_decide(actor, department_id=row.department_id)
    serious = row.grade == SERIOUS
    target = Target(row.target)
    now_held = held(target, row.record_id or row.entry_id or 0, on=today)
    accepted = state is State.ACCEPTED
    may_conclude = accepted and decides and not (serious and (actor.key in row.handled_by or not row.opinion))
    people = shown_names({row.decided_by, row.filed_by, row.revoked_by, *row.handled_by} - {""})
    rules = from_json(row.rules)
    given = {
        "missing": forms.Missing,
        "opinion": forms.Opinion,
        "extension": forms.Extension,
        "grant": forms.Grant,
        "refusal": forms.Refusal,
        "revocation": forms.Revocation,
        "withdrawal": forms.Reason,
        "more": forms.Apply,
    }
    context = {
        "row": row,
        "state": state.label,
        "is_open": state in (State.FILED, State.NOTIFIED, State.ACCEPTED),
        "subject": subjects_of({row.subject_id}).get(row.subject_id),
        "held": now_held,
        "against": standing_against(row) if state is State.FILED or accepted else (),
        "rules": rules,
        "statement": statement_of(row),
        "contact": contact_of(row) if handles or row.filed_by == actor.key else "",
        "attachments": reading.attachments_of(row),
        "papers": reading.papers_of(row),
        "stops": list(row.stops.order_by("begins")),
        "messages_up": list(row.messages.order_by("turn")),
        "overdue": row.due_on is not None and row.due_on < today,
        "people": people,
        "decided_by": people.get(row.decided_by, row.decided_by),
        "may_accept": handles and state is State.FILED,
        "may_notify": handles and state is State.FILED and row.notified_at is None,
        "may_decline": handles and state in (State.FILED, State.NOTIFIED),
        "may_verify": handles and accepted,
        "may_extend": decides and accepted and not row.extended_days,
        "may_conclude": may_conclude,
        "waits_for_another": accepted and handles and serious and not may_conclude,
        "may_revoke": decides and state is State.GRANTED,
        "may_supplement": state is State.NOTIFIED and policies.may_help(actor),
        "may_withdraw": state in (State.FILED, State.NOTIFIED, State.ACCEPTED)
        and row.filed_department_id in actor.departments,
        "refusal": refusal,
        "f": {name: kind(prefix=name) for name, kind in given.items()} | (failed or {}),
    }
    return render(request, "repair/application.html", context, status=status_of(refusal) if refusal else status)

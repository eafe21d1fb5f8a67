"""守信激励认定: candidates for a red list, from the nomination to the recognition by another person."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import policies
from redblack.forms.exits import After, Candidate, Objection, ObjectionAnswer, Publicity, Reason, Submission
from redblack.models import Proceeding
from redblack.rules.states import OPEN, ProceedingState
from redblack.selectors import honours as reading
from redblack.services import honours as services
from redblack.services.honours import CannotPrepare, CannotRecognise
from redblack.views.entries import for_staff, next_query
from subjects.selectors import holder_of, subjects_of
from toolkit import clock
from toolkit.http import status_of

PAGE = 50


@require_GET
@for_staff
def honours(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Candidates under way, or all; the latest first."""
    form = After(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    after = said.get("after", "")
    rows = reading.honour_page(
        actor,
        is_open=not said.get("all"),
        after=int(after) if after.isascii() and after.isdigit() else None,
        limit=PAGE + 1,
    )
    shown = rows[:PAGE]
    subjects = subjects_of({one.subject_id for one in shown})
    context = {
        "all": bool(said.get("all")),
        "rows": [
            {
                "one": one,
                "subject": subjects.get(one.subject_id),
                "mine": one.state == ProceedingState.SUBMITTED and _decides(actor, one),
            }
            for one in shown
        ],
        "may_nominate": policies.may_prepare_honour(actor, department_id=actor.department_id)
        and bool(reading.red_lists_of(actor)),
        "next": next_query(request, shown[-1].pk) if len(rows) > PAGE else "",
    }
    return render(request, "redblack/honours/honours.html", context)


def _decides(actor: Actor, one: Proceeding) -> bool:
    decides = policies.may_decide_honour(actor, department_id=one.department_id)
    return decides and actor.key not in (one.drafted_by, one.submitted_by, *one.handled_by)


@require_http_methods(["GET", "POST"])
@for_staff
def new_honour(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Name a candidate by its code."""
    if not policies.may_prepare_honour(actor, department_id=actor.department_id):
        raise CannotPrepare
    lists = [(one.code, one.title) for one in reading.red_lists_of(actor)]
    form, refusal, status = Candidate(request.POST or None, lists=lists), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _nominate(form.cleaned_data, actor)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已提名。请比对失信信息后公示。")
                return redirect("redblack:honour", made)
    context = {"form": form, "refusal": refusal, "lists": lists}
    return render(request, "redblack/honours/new.html", context, status=status)


def _nominate(said: dict[str, Any], actor: Actor) -> int:
    subject_id = holder_of(uscc=said.pop("uscc").strip().upper())
    return services.draft_honour(subject_id=subject_id or 0, actor=actor, now=clock.now(), **said)


@never_cache
@require_GET
@for_staff
def honour(request: HttpRequest, actor: Actor, honour_id: int) -> HttpResponse:
    """One candidate: what speaks against it, its publicity and objections, and the next step."""
    return _page(request, actor, honour_id)


def _page(
    request: HttpRequest,
    actor: Actor,
    honour_id: int,
    *,
    failed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    one, today = reading.get_honour(actor, honour_id), clock.today()
    state = ProceedingState(one.state)
    prepares = policies.may_prepare_honour(actor, department_id=one.department_id)
    shortest = services.shortest_publicity(begins=today)
    objections = reading.objections_of(one)
    people = shown_names({one.drafted_by, one.submitted_by, one.decided_by} - {""})
    drafted, publicised = state is ProceedingState.DRAFTED, state is ProceedingState.PUBLICISED
    is_over = one.publicised_until is not None and one.publicised_until < today
    decides = policies.may_decide_honour(actor, department_id=one.department_id)
    waits = state is ProceedingState.SUBMITTED
    comparison = reading.compared(one.subject_id, on=today) if state in OPEN else None
    token = reading.seen_of(one, comparison) if comparison else ""
    gaps = [gap for gap in comparison.gaps if gap not in one.comparison.get("gaps", [])] if comparison else []
    context: dict[str, Any] = {
        "new_gaps": gaps if waits else [],
        "one": one,
        "state": state.label,
        "is_open": state in OPEN,
        "subject": subjects_of({one.subject_id}).get(one.subject_id),
        "people": {key: people.get(getattr(one, key), "") for key in ("drafted_by", "submitted_by", "decided_by")},
        "comparison": comparison,
        "token": token,
        "objections": objections if prepares or decides else [],
        "objection_count": len(objections),
        "publicity_over": is_over,
        "shortest": shortest,
        "may_publicise": prepares and drafted,
        "may_object": prepares and publicised,
        "may_submit": prepares and publicised and is_over,
        "may_decide": waits and _decides(actor, one),
        "may_send_back": waits and decides,
        "may_drop": (decides and state in OPEN) or (prepares and state in OPEN and not waits),
        "publicity_form": Publicity(initial={"begins": today, "ends": shortest.on}, auto_id="id_publicity_%s"),
        "objection_form": Objection(initial={"received_on": today}, auto_id="id_objection_%s"),
        "submission_form": Submission(
            initial={"decision_no": one.decision_no, "effective_until": one.effective_until},
            auto_id="id_submission_%s",
        ),
        "answer_form": ObjectionAnswer(auto_id="id_answer_%s"),
        "back_form": Reason(auto_id="id_back_%s"),
        "drop_form": Reason(auto_id="id_drop_%s"),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else 422 if failed else 200
    return render(request, "redblack/honours/honour.html", context | (failed or {}), status=status)


Work = Callable[[dict[str, Any]], object]


def _step(
    request: HttpRequest,
    actor: Actor,
    honour_id: int,
    *,
    form: tuple[str, forms.Form] | None,
    may: bool,
    otherwise: type[Refusal],
    work: Work,
    told: str,
) -> HttpResponse:
    if not may:
        raise otherwise
    failed: dict[str, Any] = {form[0]: form[1]} if form else {}
    if form is not None and not form[1].is_valid():
        return _page(request, actor, honour_id, failed=failed)
    try:
        work(form[1].cleaned_data if form else {})
    except Refusal as refusal:
        return _page(request, actor, honour_id, failed=failed, refusal=refusal)
    messages.success(request, told)
    return redirect("redblack:honour", honour_id)


def _prepares(actor: Actor, honour_id: int) -> bool:
    department_id = reading.get_honour(actor, honour_id).department_id
    return policies.may_prepare_honour(actor, department_id=department_id)


def _may_decide(actor: Actor, honour_id: int) -> bool:
    department_id = reading.get_honour(actor, honour_id).department_id
    return policies.may_decide_honour(actor, department_id=department_id)


def _stepped(
    name: str,
    form_class: type[forms.Form],
    service: Callable[..., object],
    told: str,
    may: Callable[[Actor, int], bool] = _prepares,
    otherwise: type[Refusal] = CannotPrepare,
) -> Callable[..., HttpResponseBase]:
    """A step that is one form and one service call; its fields are those of the form."""

    @require_POST
    @for_staff
    def view(request: HttpRequest, actor: Actor, honour_id: int) -> HttpResponse:
        return _step(
            request,
            actor,
            honour_id,
            form=(f"{name}_form", form_class(request.POST, auto_id=f"id_{name}_%s")),
            may=may(actor, honour_id),
            otherwise=otherwise,
            work=lambda said: service(proceeding_id=honour_id, actor=actor, now=clock.now(), **said),
            told=told,
        )

    return view


publicise = _stepped(
    "publicity",
    Publicity,
    services.publicise,
    "已登记公示。公示期内收到的异议请在此登记、核实和答复。",
)
object_to = _stepped("objection", Objection, services.record_objection, "已登记异议。请核实并答复后再提交认定。")
submit = _stepped("submission", Submission, services.submit_honour, "已提交，待本部门另一名审核人员认定。")
send_back = _stepped(
    "back", Reason, services.send_back_honour, "已退回经办人。", may=_may_decide, otherwise=CannotRecognise
)
drop = _stepped(
    "drop",
    Reason,
    services.drop_honour,
    "已登记不予认定。",
    may=lambda actor, honour_id: _prepares(actor, honour_id) or _may_decide(actor, honour_id),
    otherwise=CannotRecognise,
)


@require_POST
@for_staff
def answer(request: HttpRequest, actor: Actor, honour_id: int, objection_id: int) -> HttpResponse:
    """答复异议."""
    return _step(
        request,
        actor,
        honour_id,
        form=("answer_form", ObjectionAnswer(request.POST, auto_id="id_answer_%s")),
        may=_prepares(actor, honour_id),
        otherwise=CannotPrepare,
        work=lambda said: services.answer_objection(
            proceeding_id=honour_id, statement_id=objection_id, actor=actor, now=clock.now(), **said
        ),
        told="已答复异议。",
    )


@require_POST
@for_staff
def decide(request: HttpRequest, actor: Actor, honour_id: int) -> HttpResponse:
    """认定."""
    return _step(
        request,
        actor,
        honour_id,
        form=None,
        may=_may_decide(actor, honour_id),
        otherwise=CannotRecognise,
        work=lambda _: services.decide_honour(
            proceeding_id=honour_id,
            seen=request.POST.get("token", "")[:64],
            note=request.POST.get("note", "")[:1000],
            actor=actor,
            now=clock.now(),
        ),
        told="已认定并列入名单。认定决定书已生成，见条目的文书。",
    )

"""Beginning a proceeding: from a code or a collected record, from a decision already made, from a table of them."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from collection.selectors.records import get_record
from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import policies
from redblack.forms import proceedings as forms
from redblack.rules.content import Content, open_fields
from redblack.rules.decision_file import table_to_fill
from redblack.rules.states import ProceedingState, Track
from redblack.selectors import proceedings as reading
from redblack.services import proceedings, registering
from redblack.services.proceedings import CannotPrepare, WrongStep
from redblack.views.proceedings import for_staff
from redblack.views.steps import upload_of
from subjects.selectors import subject_of, subjects_of
from toolkit import clock
from toolkit.http import status_of

FOUND = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _department(actor: Actor) -> int:
    """Raises CannotPrepare."""
    if actor.department_id is None or not policies.may_prepare(actor, department_id=actor.department_id):
        raise CannotPrepare
    return actor.department_id


def _lists(actor: Actor) -> list[tuple[str, str]]:
    return [(row.code, row.title) for row in reading.lists_to_propose(actor.department_id)]


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def propose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """拟列入: by a code, or from a record that the department has reported."""
    department_id, lists = _department(actor), _lists(actor)
    record_id, sought = _number(request.GET.get("record", "")), request.GET.get("q", "").strip()[:120]
    record = get_record(actor, record_id) if record_id else None
    form: Any = forms.WhoForm(request.POST or None, lists=lists)
    if record:
        form.fields.pop("code"), form.fields.pop("name")
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = {"code": "", "name": ""} | form.cleaned_data
            try:
                made = registering.propose(
                    department_id=department_id, record_id=record_id, actor=actor, now=clock.now(), **said
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已提出。请补全列入材料，再制作列入事先告知书。")
                return redirect("redblack:edit_proceeding", made)
    found = reading.records_to_cite(actor, sought, limit=FOUND) if sought else []
    subjects = subjects_of({row.subject_id for row in found})
    context = {
        "form": form,
        "lists": lists,
        "record": record,
        "subject": subject_of(record.subject_id) if record else None,
        "sought": sought,
        "found": [{"record": row, "subject": subjects.get(row.subject_id)} for row in found],
        "refusal": refusal,
    }
    return render(request, "redblack/proceedings/propose.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    """登记已作出的决定: its papers and the order of its dates are checked, its steps not walked again."""
    department_id, lists = _department(actor), _lists(actor)
    who: Any = forms.WhoForm(request.POST or None, lists=lists)
    made = forms.MadeForm(request.POST or None, initial=_usual(actor))
    paper = forms.DecisionPaper(request.POST or None, request.FILES or None)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if all([who.is_valid(), made.is_valid(), paper.is_valid()]):
            upload = upload_of(paper.cleaned_data["decision"])
            assert upload is not None  # the form demands it
            try:
                proceeding_id = registering.register(
                    department_id=department_id,
                    content=_made(made.said),
                    decision=upload,
                    with_persons=paper.cleaned_data["with_persons"],
                    actor=actor,
                    now=clock.now(),
                    **who.cleaned_data,
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已登记并提交，待本部门的另一名审核人员决定。")
                return redirect("redblack:proceeding", proceeding_id)
    context = {"who": who, "made": made, "paper": paper, "lists": lists, "refusal": refusal}
    return render(request, "redblack/proceedings/register.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """The words of a proceeding, as far as they may still be changed."""
    row = reading.get_proceeding(actor, proceeding_id)
    if not policies.may_prepare(actor, department_id=row.department_id):
        raise CannotPrepare
    state, track = ProceedingState(row.state), Track(row.track)
    may = open_fields(track, state)
    if not may:
        raise WrongStep(f"本件为“{state.label}”，不能修改。")
    content = reading.content_of(row)
    persons = [(one.person_id, f"{one.post} {one.person.name}") for one in reading.persons_to_name(row.subject_id)]
    form_class = forms.MadeForm if track is Track.REGISTERED else forms.ContentForm
    initial = {name: getattr(content, name) for name in Content.__dataclass_fields__}
    form = form_class(request.POST or None, initial=initial, persons=persons, only=may)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                proceedings.save(
                    proceeding_id=proceeding_id,
                    content=replace(content, **form.said),
                    seen=request.POST.get("token", "")[:64],
                    actor=actor,
                    now=clock.now(),
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已保存。")
                return redirect("redblack:proceeding", proceeding_id)
    context = {
        "proceeding": row,
        "subject": subject_of(row.subject_id),
        "form": form,
        "told": track is Track.LISTING and state is not ProceedingState.DRAFTED,
        "token": content.seen,
        "refusal": refusal,
    }
    return render(request, "redblack/proceedings/edit.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def register_table(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Several decisions already made, in one table: good rows wait for the second person, the others go back."""
    department_id, lists = _department(actor), _lists(actor)
    form = forms.TableForm(request.POST or None, request.FILES or None, lists=lists)
    outcome, refusal, status = None, None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = upload_of(form.cleaned_data["file"])
            assert upload is not None  # the form demands it
            try:
                outcome = registering.register_file(
                    upload=upload,
                    list_code=form.cleaned_data["list_code"],
                    department_id=department_id,
                    actor=actor,
                    now=clock.now(),
                )
                status = 200
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
    context = {"form": form, "lists": lists, "outcome": outcome, "refusal": refusal, "most": registering.MOST_ROWS}
    return render(request, "redblack/proceedings/table.html", context, status=status)


@require_GET
@for_staff
def decision_table(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The empty table, to be filled in."""
    _department(actor)
    headers = {"Content-Disposition": content_disposition_header(True, "列入决定登记表.xlsx") or "attachment"}
    return HttpResponse(table_to_fill(), content_type=XLSX, headers=headers)


def _usual(actor: Actor) -> dict[str, str]:
    """What a decision of the department's only list usually states, to be compared with the paper."""
    lists = reading.lists_to_propose(actor.department_id)
    if len(lists) != 1:
        return {"remedies": proceedings.STANDARD_REMEDIES}
    return {
        "legal_basis": lists[0].legal_basis,
        "exit_route": lists[0].exit_rule,
        "remedies": proceedings.STANDARD_REMEDIES,
    }


def _made(said: dict[str, Any]) -> Content:
    content = Content(**said)
    return replace(content, effective_from=content.effective_from or content.decided_on)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

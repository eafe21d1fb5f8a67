"""The steps of a proceeding: each a form that is read, one service, and the page again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kernel.actor import Actor
from kernel.errors import NotFound, Refusal
from redblack import policies
from redblack.forms import proceedings as forms
from redblack.models import Proceeding
from redblack.rules.states import OPEN, ProceedingState
from redblack.selectors import proceedings as reading
from redblack.services import deciding, hearing, proceedings
from redblack.services.entries import CannotDecide
from redblack.services.proceedings import CannotPrepare, Upload
from redblack.views.proceedings import for_staff, shown
from toolkit import clock

Step = Callable[[int, dict[str, Any], Actor, datetime], str]
PageOf = Callable[..., HttpResponseBase]


def _taken(
    request: HttpRequest, actor: Actor, proceeding_id: int, name: str, form: Form | None, step: Step
) -> HttpResponse:
    """The page again: with what was wrong in the form, with what was refused, or with what was done."""
    if form is not None and not form.is_valid():
        return shown(request, actor, proceeding_id, bound={name: form}, status=422)
    try:
        said = step(proceeding_id, form.cleaned_data if form is not None else {}, actor, clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return shown(request, actor, proceeding_id, refusal=refusal, bound={name: form} if form is not None else {})
    messages.success(request, said)
    return redirect("redblack:proceeding", proceeding_id)


def _preparing(name: str, form_class: type[Form] | None, step: Step) -> PageOf:
    """A step of whoever prepares."""

    @require_POST
    @for_staff
    def view(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
        row = reading.get_proceeding(actor, proceeding_id)
        if not policies.may_prepare(actor, department_id=row.department_id):
            raise CannotPrepare
        form = form_class(request.POST, request.FILES, auto_id=f"id_{name}_%s") if form_class else None
        return _taken(request, actor, proceeding_id, name, form, step)

    return view


def _notice(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    hearing.make_notice(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return "已制作列入事先告知书。请送达当事人，再登记送达日期和方式。"


def _service(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    receipt = upload_of(said.pop("receipt"))
    due = hearing.record_service(proceeding_id=proceeding_id, receipt=receipt, actor=actor, now=now, **said)
    return f"已登记送达。陈述、申辩期限至 {due.on.isoformat()}。"


def _statement(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    paper = upload_of(said.pop("paper"))
    hearing.record_statement(proceeding_id=proceeding_id, upload=paper, actor=actor, now=now, **said)
    return "已登记陈述、申辩。请核实后答复。"


def _stop(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    hearing.stop_period(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return "期限已中止。"


def _resume(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    due = hearing.resume_period(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return f"期限已恢复，至 {due.on.isoformat()}。"


def _extend(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    due = hearing.extend_period(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return f"期限已延长，至 {due.on.isoformat()}。"


def _submit(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    deciding.submit(proceeding_id=proceeding_id, actor=actor, now=now)
    return "已提交，待本部门的另一名审核人员决定。"


def _back(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    deciding.send_back(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return "已退回经办人。"


def _drop(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    proceedings.drop(proceeding_id=proceeding_id, actor=actor, now=now, **said)
    return "已终止，不予列入。"


def _attach(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
    upload = upload_of(said["file"])
    assert upload is not None  # the form demands it
    proceedings.attach_paper(proceeding_id=proceeding_id, kind=said["kind"], upload=upload, actor=actor, now=now)
    return "已附文书。"


notice = _preparing("notice", forms.NoticeForm, _notice)
service = _preparing("service", forms.ServiceForm, _service)
statement = _preparing("statement", forms.StatementForm, _statement)
stop = _preparing("stop", forms.StopForm, _stop)
resume = _preparing("resume", forms.ResumeForm, _resume)
extend = _preparing("extend", forms.ExtendForm, _extend)
attach = _preparing("paper_form", forms.PaperForm, _attach)
submit = _preparing("submit", None, _submit)


@require_POST
@for_staff
def answer(request: HttpRequest, actor: Actor, statement_id: int) -> HttpResponse:
    """采纳 or 不予采纳, with the reason."""
    one = reading.get_statement(actor, statement_id)
    if not policies.may_prepare(actor, department_id=one.proceeding.department_id):
        raise CannotPrepare
    form = forms.AnswerForm(request.POST, auto_id=f"id_answer{one.pk}_%s")

    def step(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
        hearing.answer_statement(
            statement_id=statement_id,
            accepted=said["accepted"] == "yes",
            answer=said["answer"],
            actor=actor,
            now=now,
        )
        return "已答复。"

    return _taken(request, actor, one.proceeding_id, f"answer{one.pk}", form, step)


@require_POST
@for_staff
def decide(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """The second person's; who proposed it is told the article."""
    row = reading.get_proceeding(actor, proceeding_id)
    if not _own(row, actor) and not policies.may_enter(actor, authority_department_id=row.department_id):
        raise CannotDecide
    seen = request.POST.get("token", "")[:64]

    def step(proceeding_id: int, said: dict[str, Any], actor: Actor, now: datetime) -> str:
        deciding.decide(proceeding_id=proceeding_id, seen=seen, actor=actor, now=now)
        return "已决定列入。自列入日期起，各窗口核查即可看到。"

    return _taken(request, actor, proceeding_id, "decide", None, step)


@require_POST
@for_staff
def send_back(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """Back to whoever prepared it, with what is to be mended; he may take it back himself."""
    row = reading.get_proceeding(actor, proceeding_id)
    if not _own(row, actor) and not policies.may_enter(actor, authority_department_id=row.department_id):
        raise CannotDecide
    form = forms.OutcomeForm(request.POST, auto_id="id_back_%s")
    return _taken(request, actor, proceeding_id, "back", form, _back)


@require_POST
@for_staff
def drop(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """An end without an entry: by whoever prepares, once submitted by the second person."""
    row = reading.get_proceeding(actor, proceeding_id)
    if row.state == ProceedingState.SUBMITTED:
        if not _own(row, actor) and not policies.may_enter(actor, authority_department_id=row.department_id):
            raise CannotDecide
    elif row.state in OPEN and not policies.may_prepare(actor, department_id=row.department_id):
        raise CannotPrepare
    form = forms.OutcomeForm(request.POST, auto_id="id_drop_%s")
    return _taken(request, actor, proceeding_id, "drop", form, _drop)


def upload_of(file: Any) -> Upload | None:
    """What a file field holds, as the services take it."""
    return Upload(file.file, file.name) if file else None


def _own(row: Proceeding, actor: Actor) -> bool:
    return actor.key in (row.drafted_by, row.submitted_by)

"""The steps of an objection: one form each, one service call each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kernel.actor import Actor
from kernel.errors import NotFound, Refusal
from objections import selectors, services
from objections.forms import AnswerForm, ExtendForm, PaperForm, PauseForm, ReasonForm, RefuseForm
from objections.models import Objection
from objections.rules.rulesets import What
from objections.views.queue import conclusion_form, for_staff, shown
from toolkit import clock
from toolkit.http import status_of


class NoSuchStep(NotFound):
    code = "objections.no_such_step"
    message = "没有这一步，请刷新页面。"


Common = dict[str, Any]


def _accept(said: Any, common: Common, request: HttpRequest) -> str:
    rests = services.accept(**common)
    if not selectors.get_visible(common["actor"], common["objection_id"]).marked:
        return "已受理。"
    return "已受理并标注“存在异议”" + ("，措施暂不执行。" if rests else "，措施照常执行。")


def _forward(said: Any, common: Common, request: HttpRequest) -> str:
    services.forward(**common)
    return "已转办，转办函已生成。"


def _verify(said: Any, common: Common, request: HttpRequest) -> str:
    services.begin_verification(**common)
    return "已开始核查。"


def _refuse(said: Any, common: Common, request: HttpRequest) -> str:
    services.refuse(**said, **common)
    return "已作出不予受理，通知书已生成。"


def _propose(said: Any, common: Common, request: HttpRequest) -> str:
    two = services.propose(conclusion=said, **common)
    return "已提出核查结论，待另一名审核人员审定。" if two else "已提出核查结论，待审核人员审定。"


def _conclude(said: Any, common: Common, request: HttpRequest) -> str:
    services.conclude(seen=request.POST.get("seen", ""), **common)
    return "核查结论已审定并执行，请答复提出人。"


def _send_back(said: Any, common: Common, request: HttpRequest) -> str:
    services.send_back(**said, **common)
    return "已退回重新核查。"


def _answer(said: Any, common: Common, request: HttpRequest) -> str:
    services.answer(**said, **common)
    return "已答复，答复书已生成。"


def _pause(said: Any, common: Common, request: HttpRequest) -> str:
    due = services.pause(**said, **common)
    return f"已登记不计入期限的时间，最近的期限为 {due}。"


def _extend(said: Any, common: Common, request: HttpRequest) -> str:
    due = services.extend(**{**said, "what": What(said["what"])}, **common)
    return f"已延长，最近的期限为 {due}。"


def _paper(said: Any, common: Common, request: HttpRequest) -> str:
    file = said["paper"]
    services.add_paper(name=file.name, stream=file, **common)
    return "材料已上传。"


def _rest(said: Any, common: Common, request: HttpRequest) -> str:
    rests = services.decide_rest(rest="lift" not in request.POST, **said, **common)
    return "已决定措施暂不执行。" if rests else "已决定恢复执行措施。"


def _withdraw(said: Any, common: Common, request: HttpRequest) -> str:
    return "已撤回，标注随之取消。" if services.withdraw(**said, **common) else "已撤回。"


def _review(said: Any, common: Common, request: HttpRequest) -> str:
    services.ask_review(claim=said["reason"], **common)
    return "已提出复核申请。"


Form = Callable[[Objection, HttpRequest], forms.Form | None]


def _plain(kind: type[forms.Form], prefix: str | None = None) -> Form:
    return lambda row, request: kind(request.POST, request.FILES, prefix=prefix)


STEPS: dict[str, tuple[Form, Callable[[Any, Common, HttpRequest], str]]] = {
    "accept": (lambda row, request: None, _accept),
    "forward": (lambda row, request: None, _forward),
    "verify": (lambda row, request: None, _verify),
    "conclude": (lambda row, request: None, _conclude),
    "refuse": (_plain(RefuseForm), _refuse),
    "propose": (lambda row, request: conclusion_form(row, request.POST), _propose),
    "send_back": (_plain(ReasonForm, "back"), _send_back),
    "answer": (_plain(AnswerForm), _answer),
    "pause": (_plain(PauseForm, "pause"), _pause),
    "extend": (_plain(ExtendForm, "extend"), _extend),
    "paper": (_plain(PaperForm), _paper),
    "rest": (_plain(ReasonForm, "rest"), _rest),
    "withdraw": (_plain(ReasonForm, "withdraw"), _withdraw),
    "review": (_plain(ReasonForm, "review"), _review),
}


@require_POST
@for_staff
def step(request: HttpRequest, actor: Actor, dispute_id: int, dispute_step: str) -> HttpResponse:
    """Take an objection one step on; what is refused stands above the page, with what was typed."""
    if dispute_step not in STEPS:
        raise NoSuchStep
    row = selectors.get_visible(actor, dispute_id)
    made, act = STEPS[dispute_step]
    form = made(row, request)
    refused: dict[str, Any] = {"forms": {dispute_step: form}} if form is not None else {}
    status = 422
    if form is None or form.is_valid():
        said = getattr(form, "conclusion", None) or (form.cleaned_data if form is not None else None)
        common = {"objection_id": dispute_id, "actor": actor, "now": clock.now()}
        try:
            messages.success(request, act(said, common, request))
        except Refusal as refusal:
            refused["refusal"], status = refusal, status_of(refusal)
        else:
            return redirect("objections:objection", dispute_id)
    return render(request, "objections/objection.html", shown(actor, dispute_id, **refused), status=status)

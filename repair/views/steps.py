"""Each step of an application: one form, one service."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from repair import forms
from repair.rules.eligibility import PROOF
from repair.selectors import applications as reading
from repair.services import deciding, filing, handling
from repair.services.filing import Upload, Wish
from repair.views.queue import for_everybody, show
from toolkit import clock

Work = Callable[[Any, dict[str, Any]], Any]


def wish_of(form: django_forms.Form) -> Wish:
    """What a filled form says."""
    said = form.cleaned_data
    files = [Upload(one.file, one.name, said.get("kind") or PROOF) for one in said.get("attached") or []]
    return Wish(
        statement=said["statement"], committed=said["committed"], contact=said.get("contact", ""), files=files
    )


# step -> (the form's name, its class, what is done, what is told)
STEPS: dict[str, tuple[str, type[django_forms.Form] | None, Work, str]] = {
    "accept": ("", None, lambda _, who: handling.accept(**who), "已受理，受理通知书已生成。"),
    "notify": (
        "missing",
        forms.Missing,
        lambda form, who: handling.notify(missing=form.cleaned_data["text"], **who),
        "已一次性告知补正，办理期限暂停计算。",
    ),
    "decline": (
        "refusal",
        forms.Refusal,
        lambda form, who: handling.decline(
            decision_no=form.cleaned_data["decision_no"], reasons=form.reasons(), **who
        ),
        "已作出不予受理决定，决定书已生成。",
    ),
    "verify": (
        "opinion",
        forms.Opinion,
        lambda form, who: handling.verify(opinion=form.cleaned_data["text"], **who),
        "核实意见已登记。",
    ),
    "extend": (
        "extension",
        forms.Extension,
        lambda form, who: handling.extend(days=form.cleaned_data["days"], reason=form.cleaned_data["text"], **who),
        "已延长办理期限。",
    ),
    "grant": (
        "grant",
        forms.Grant,
        lambda form, who: deciding.grant(
            decision_no=form.cleaned_data["decision_no"], finding=form.cleaned_data["text"], **who
        ),
        "已准予修复：终止公示，停止共享和使用，因该信息采取的措施一并解除；决定书已生成。",
    ),
    "refuse": (
        "refusal",
        forms.Refusal,
        lambda form, who: deciding.refuse(
            decision_no=form.cleaned_data["decision_no"], reasons=form.reasons(), **who
        ),
        "已作出不予修复决定，决定书已生成。",
    ),
    "revoke": (
        "revocation",
        forms.Revocation,
        lambda form, who: deciding.revoke(
            decision_no=form.cleaned_data["decision_no"], reason=form.cleaned_data["text"], **who
        ),
        "已撤销修复，该信息按原期限恢复。",
    ),
    "withdraw": (
        "withdrawal",
        forms.Reason,
        lambda form, who: filing.withdraw(reason=form.cleaned_data["text"], **who),
        "已撤回申请。",
    ),
    "supplement": (
        "more",
        forms.Apply,
        lambda form, who: filing.supplement(wish=wish_of(form), **who),
        "已补正，办理期限自次日起继续计算。",
    ),
}


@require_POST
@for_everybody
def step(request: HttpRequest, actor: Actor, application_id: int, step: str) -> HttpResponse:
    """Take one step; what is refused is said on the page with its article, and what was typed stays."""
    if step not in STEPS:
        raise Http404
    name, kind, work, told = STEPS[step]
    row = reading.get_visible(actor, application_id)
    form = kind(request.POST, request.FILES, prefix=name) if kind else None
    if step == "supplement" and form is not None:
        form.fields["statement"].required = False
    if form is not None and not form.is_valid():
        return show(request, actor, row, failed={name: form}, status=422)
    who = {"application_id": application_id, "actor": actor, "now": clock.now()}
    try:
        work(form, who)
    except Refusal as refusal:
        row = reading.get_visible(actor, application_id)
        return show(request, actor, row, refusal=refusal, failed={name: form} if form else None)
    messages.success(request, told)
    return redirect("repair:application", application_id)

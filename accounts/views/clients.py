"""Pages: client systems as the credit office proposes them and the security administrator lets them in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import forms, policies, selectors, services
from accounts.models import ClientProposal
from accounts.rules.scopes import SCOPES
from accounts.rules.trial import Sent, Trial
from accounts.views import shown_once
from kernel.actor import Actor
from kernel.errors import Refusal, message_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_clients(actor):
        return refusal_page(request, services.NotTheirs())
    rows = selectors.clients()
    last = selectors.last_days([row.pk for row in rows])
    context = {
        "rows": [(row, last.get(row.pk)) for row in rows],
        "proposals": selectors.open_proposals(),
        "may_propose": policies.may_propose_clients(actor),
        "today": clock.day_of(clock.wall()),
    }
    return render(request, "accounts/clients.html", context)


@require_http_methods(["GET", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    return _propose(request, forms.NewClient(request.POST or None), "申请开通接入系统")


@require_http_methods(["GET", "POST"])
def change_client(request: HttpRequest, client_id: int) -> HttpResponse:
    if not policies.may_propose_clients(actor_of(request)):
        return refusal_page(request, services.NotTheirs())
    try:
        client = selectors.get_client(client_id)
    except selectors.ClientNotFound as refusal:
        return refusal_page(request, refusal)
    names = ("name", "purpose", "contact", "scopes", "areas", "per_minute", "per_day")
    initial = {name: getattr(client, name) for name in names} | {"addresses": "\n".join(client.addresses)}
    form = forms.ClientExtent(request.POST or None, initial=initial)
    known = {"code": client.code, "department_id": client.department_id}
    return _propose(request, form, f"申请变更接入系统 {client.code}", client_id=client_id, **known)


def _propose(
    request: HttpRequest, form: forms.ClientExtent, heading: str, client_id: int | None = None, **known: Any
) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_propose_clients(actor):
        return refusal_page(request, services.NotTheirs())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | known | {"addresses": form.cleaned_data["addresses"].splitlines()}
        try:
            made = services.propose_client(
                wish=services.Wish(**said), client_id=client_id, actor=actor, now=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("accounts:proposal", made)
    context = {"form": form, "heading": heading, "send": "提交安全管理员审批"}
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)


@require_GET
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_clients(actor):
        return refusal_page(request, services.NotTheirs())
    try:
        shown = selectors.get_proposal(proposal_id)
    except selectors.ProposalNotFound as refusal:
        return refusal_page(request, refusal)
    names = selectors.shown_names({shown.proposed_by, shown.decided_by} - {""})
    waiting = shown.state == ClientProposal.State.PROPOSED
    context = {
        "shown": shown,
        "rows": _compared(shown),
        "proposed_by": names[shown.proposed_by],
        "decided_by": names.get(shown.decided_by, ""),
        "departments": selectors.department_names_of(shown),
        "may_decide": waiting and policies.may_manage_clients(actor) and shown.proposed_by != actor.key,
        "form": forms.Reason(),
    }
    return render(request, "accounts/proposal.html", context)


def _compared(shown: ClientProposal) -> list[tuple[str, str, str]]:
    """What is asked for, beside what is; while it waits, else only what was asked for."""
    before = shown.client if shown.state == ClientProposal.State.PROPOSED else None
    return [(label, _text(before, name) if before else "", _text(shown, name)) for label, name in EXTENT]


EXTENT = (
    ("系统名称", "name"),
    ("用途", "purpose"),
    ("联系人", "contact"),
    ("接口权限", "scopes"),
    ("区划", "areas"),
    ("调用地址", "addresses"),
    ("每分钟调用", "per_minute"),
    ("每日调用", "per_day"),
)
WHEN_EMPTY = {"areas": "只代表所属部门及下级", "addresses": "不限", "per_minute": "不限", "per_day": "不限"}


def _text(row: Any, name: str) -> str:
    value = getattr(row, name)
    if name == "scopes":
        value = [f"{SCOPES.get(one, '')}（{one}）" for one in value]
    text = "；".join(value) if isinstance(value, list) else str(value or "")
    return text or WHEN_EMPTY.get(name, "—")


@require_POST
def approve_client(request: HttpRequest, proposal_id: int) -> HttpResponse:
    try:
        done = services.approve_client(proposal_id=proposal_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    if not done.secret:
        return redirect("accounts:client", done.client_id)
    code = selectors.get_client(done.client_id).code
    return shown_once(request, f"接入系统 {code} 的签名密钥", done.secret, client_id=done.client_id)


@require_POST
def decline_client(request: HttpRequest, proposal_id: int) -> HttpResponse:
    try:
        services.decline_client(
            proposal_id=proposal_id, remark=_reason(request), actor=actor_of(request), now=clock.now()
        )
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("accounts:proposal", proposal_id)


@require_GET
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_clients(actor):
        return refusal_page(request, services.NotTheirs())
    try:
        shown = selectors.get_client(client_id)
    except selectors.ClientNotFound as refusal:
        return refusal_page(request, refusal)
    days = selectors.days_of(client_id)
    refused = next((day for day in days if day.refused_at), None)
    context = {
        "shown": shown,
        "rows": [(label, _text(shown, name)) for label, name in EXTENT],
        "departments": selectors.department_names_of(shown),
        "secrets": selectors.live_secrets(client_id),
        "days": days,
        "last": next((day for day in days if day.used_at), None),
        "refused": refused,
        "refused_why": message_of(refused.refusal) if refused else "",
        "history": selectors.proposals_of(client_id),
        "form": forms.Origins(initial={"origins": "\n".join(shown.origins)}),
        "reason": forms.Reason(),
        "may_manage": policies.may_manage_clients(actor),
        "may_propose": policies.may_propose_clients(actor),
    }
    return render(request, "accounts/client.html", context)


@require_POST
def set_origins(request: HttpRequest, client_id: int) -> HttpResponse:
    form = forms.Origins(request.POST)
    lines = form.cleaned_data["origins"].splitlines() if form.is_valid() else []
    try:
        if form.errors:
            raise services.OriginWrong
        services.set_origins(client_id=client_id, origins=lines, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("accounts:client", client_id)


@require_POST
def rotate_secret(request: HttpRequest, client_id: int) -> HttpResponse:
    try:
        secret = services.rotate_secret(client_id=client_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return shown_once(request, "新的签名密钥", secret, client_id=client_id)


@require_POST
def suspend_client(request: HttpRequest, client_id: int) -> HttpResponse:
    return _done(request, services.suspend_client, client_id, reason=_reason(request))


@require_POST
def resume_client(request: HttpRequest, client_id: int) -> HttpResponse:
    return _done(request, services.resume_client, client_id)


@require_POST
def deactivate_client(request: HttpRequest, client_id: int) -> HttpResponse:
    return _done(request, services.deactivate_client, client_id)


def _done(request: HttpRequest, service: Any, client_id: int, **said: str) -> HttpResponse:
    try:
        service(client_id=client_id, actor=actor_of(request), now=clock.now(), **said)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("accounts:client", client_id)


def _reason(request: HttpRequest) -> str:
    form = forms.Reason(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


@never_cache
@sensitive_post_parameters("body", "own_text")
@require_http_methods(["GET", "POST"])
def try_signature(request: HttpRequest) -> HttpResponse:
    """What is typed here may hold a person's number: nothing of it is kept, and it is not put into an address."""
    actor = actor_of(request)
    if not policies.may_try_signatures(actor):
        return refusal_page(request, services.NotTheirs())
    shown = selectors.clients_shown_to(actor)
    initial = {"client_id": request.GET.get("client", ""), "method": "POST"}
    form = forms.SignatureTrial(request.POST or None, initial=initial, clients=shown)
    trial = _tried(form, actor) if request.method == "POST" and form.is_valid() else None
    context = {"form": form, "trial": trial, "none": not shown}
    return render(request, "accounts/trial.html", context, status=400 if form.errors else 200)


def _tried(form: forms.SignatureTrial, actor: Actor) -> Trial | None:
    said = form.cleaned_data
    sent = Sent(
        method=said["method"],
        path=said["path"],
        query=said["query"],
        body=said["body"].encode(),
        timestamp=said["timestamp"],
        nonce=said["nonce"],
        signature=said["signature"],
        algorithm=said["algorithm"],
        own_text=said["own_text"],
    )
    try:
        return services.try_signature(
            client_id=said["client_id"],
            slot=said["slot"],
            sent=sent,
            actor=actor,
            now=clock.now(),
            wall=clock.wall(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None

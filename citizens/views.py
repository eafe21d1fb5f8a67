"""Signing in and out of the portal, for whom a visitor speaks, and the credit office's queue of what to look at."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from citizens import forms, policies, selectors, services
from citizens.rules.kinds import Relation
from citizens.rules.limits import idle
from citizens.services import oidc
from citizens.services.cookies import browser_of, drop_session, keep_session
from kernel.actor import Actor
from kernel.errors import Refusal, TooMany
from office.services import open_file
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import actor_of, for_visitors, knows_visitors, status_of

CODE_COOKIE = "visitor_code"
CODE_SALT = "citizens.code"
CODE_SECONDS = 600
PROVINCE_COOKIE = "visitor_province"
PROVINCE_SALT = "citizens.province"
HOME = "portal:my"
PAGE = 50


def refused(request: HttpRequest, template: str, refusal: Refusal, context: dict[str, Any]) -> HttpResponse:
    """The page again, with what was refused above it."""
    response = render(request, template, context | {"refusal": refusal}, status=status_of(refusal))
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _next(request: HttpRequest, said: str) -> str:
    """Only a page of the portal, on this host."""
    fits = url_has_allowed_host_and_scheme(said, allowed_hosts=None) and said.startswith(("/portal/", "/kiosk/"))
    return said if fits and "\\" not in said and "//" not in said else reverse(HOME)


@knows_visitors
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The address to which a code is sent."""
    if request.method == "POST":
        form = forms.Address(request.POST)
        said = form.data.get("next", "")
        target, address = _next(request, said), form.data.get("address", "")[:200]
        context = {
            "next": target,
            "address": address,
            "by_text": bool(settings.SMS_GATEWAY_URL),
            "province": oidc.configured(),
        }
        try:
            if not form.is_valid():
                raise services.AddressMalformed
            sent = services.send_code(
                address=form.cleaned_data["address"],
                browser=browser_of(request),
                actor=actor_of(request),
                now=clock.now(),
                wall=clock.wall(),
            )
        except Refusal as refusal:
            return refused(request, "citizens/sign_in.html", refusal, context)
        response = redirect("citizens:code")
        kept = signing.dumps({"token": sent.token, "masked": sent.masked, "next": target}, salt=CODE_SALT)
        response.set_cookie(
            CODE_COOKIE, kept, max_age=CODE_SECONDS, httponly=True, secure=settings.BEHIND_TLS, samesite="Strict"
        )
        return response
    target = _next(request, request.GET.get("next", ""))
    if policies.is_visitor(actor_of(request)):
        return HttpResponseRedirect(target)
    context = {
        "next": target,
        "address": "",
        "over": "over" in request.GET,
        "by_text": bool(settings.SMS_GATEWAY_URL),
        "province": oidc.configured(),
    }
    return render(request, "citizens/sign_in.html", context)


@knows_visitors
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The six digits, in the browser that asked for them."""
    try:
        asked = signing.loads(request.COOKIES.get(CODE_COOKIE, ""), salt=CODE_SALT, max_age=CODE_SECONDS)
    except signing.BadSignature:
        return redirect("citizens:sign_in")
    context = {"masked": asked["masked"], "next": asked["next"]}
    if request.method == "GET":
        return render(request, "citizens/code.html", context)
    form = forms.Code(request.POST)
    try:
        if not form.is_valid():
            raise services.CodeWrong
        entered = services.sign_in(
            token=asked["token"],
            code=form.cleaned_data["code"],
            browser=browser_of(request),
            now=clock.now(),
            wall=clock.wall(),
        )
    except Refusal as refusal:
        return refused(request, "citizens/code.html", refusal, context)
    response = HttpResponseRedirect(_next(request, asked["next"]))
    keep_session(response, entered.token)
    response.delete_cookie(CODE_COOKIE, samesite="Strict")
    rotate_token(request)
    return response


@knows_visitors
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    browser = browser_of(request)
    services.sign_out(token=browser.token, actor=actor_of(request), now=clock.now(), wall=clock.wall())
    response = redirect("portal:kiosk" if browser.kiosk else "portal:front")
    drop_session(response)
    response["Clear-Site-Data"] = '"cache"'  # a hall's computer: the next visitor's "back" finds nothing
    return response


@for_visitors
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    ended = services.sign_out_elsewhere(
        token=browser_of(request).token, actor=actor_of(request), now=clock.now(), wall=clock.wall()
    )
    messages.success(request, f"已退出其他 {ended} 处登录。")
    return redirect("citizens:relations")


@for_visitors
@require_GET
def relations(request: HttpRequest) -> HttpResponse:
    """For whom I speak, who speaks beside me, where I am signed in."""
    return render(request, "citizens/relations.html", _relations(request))


def _relations(request: HttpRequest) -> dict[str, Any]:
    actor, today = actor_of(request), clock.today()
    every = selectors.relations_of(actor)
    return {
        "waiting": [one for one in every if one.row.state == "waiting"],
        "effective": selectors.effective_of(actor, today=today),
        "over": [one for one in every if one.row.state in {"refused", "ended"}],
        "others": selectors.others_of(actor, today=today),
        "sessions": selectors.sessions_of(actor, since=clock.wall() - idle(False)),
        "this_session": getattr(request, "visitor").session_id,  # noqa: B009  # set by the middleware
        "actor": actor,
    }


@for_visitors
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """To say for whom I speak, and to show it."""
    kind = request.GET.get("relation", Relation.REPRESENTATIVE.value)
    form = forms.ClaimForm(initial={"relation": kind if kind in set(Relation) else Relation.REPRESENTATIVE.value})
    if request.method == "GET":
        return render(request, "citizens/claim.html", {"form": form, "relations": list(Relation)})
    form = forms.ClaimForm(request.POST, request.FILES)
    actor, now = actor_of(request), clock.now()
    context = {"form": form, "relations": list(Relation)}
    try:
        if not form.is_valid():
            raise services.ClaimIncomplete
        upload = form.cleaned_data["paper"]
        paper = services.keep_paper(stream=upload, size=upload.size, actor=actor, now=now) if upload else None
        row = services.claim(said=form.said(), paper=paper, actor=actor, now=now, wall=clock.wall())
    except Refusal as refusal:
        return refused(request, "citizens/claim.html", refusal, context)
    if row.state == "effective":
        messages.success(request, "核验通过，您现在可以办理该主体的信用事项。")
    else:
        messages.success(request, "已提交，等待工作人员核验。核验结果在本页显示。")
    return redirect("citizens:relations")


@for_visitors
@require_POST
def withdraw(request: HttpRequest, representation_id: int) -> HttpResponse:
    return _done(request, lambda actor: services.withdraw_claim(
        representation_id=representation_id, actor=actor, now=clock.now()
    ), "已撤回申请。")  # fmt: skip


@for_visitors
@require_POST
def end(request: HttpRequest, representation_id: int) -> HttpResponse:
    """By the visitor himself, or by the organisation's representative."""
    return _done(request, lambda actor: services.end_relation(
        representation_id=representation_id, why="由访客在门户终止", actor=actor, now=clock.now()
    ), "已终止该项关系。")  # fmt: skip


def _done(request: HttpRequest, do: Any, said: str) -> HttpResponse:
    try:
        do(actor_of(request))
    except Refusal as refusal:
        return refused(request, "citizens/relations.html", refusal, _relations(request))
    messages.success(request, said)
    return redirect("citizens:relations")


@require_GET
@only_if(policies.may_review, services.ReviewersOnly)
def claims(request: HttpRequest, actor: Actor) -> HttpResponse:
    """待核验访客: what waits for a person, the oldest first."""
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    found = selectors.waiting_claims(actor, after=after, limit=PAGE + 1)
    more = urlencode({"after": found[PAGE - 1].row.pk}) if len(found) > PAGE else ""
    return render(request, "citizens/claims.html", {"rows": found[:PAGE], "pager": {"next": more}})


@require_GET
@only_if(policies.may_review, services.ReviewersOnly)
def claim_page(request: HttpRequest, actor: Actor, representation_id: int) -> HttpResponse:
    """One claim beside what the register says. That it was opened is recorded."""
    return _claim_page(request, actor, representation_id)


def _claim_page(request: HttpRequest, actor: Actor, representation_id: int, **more: Any) -> HttpResponse:
    row = selectors.claim_for_staff(actor, representation_id)
    said = services.open_claim(representation_id=representation_id, actor=actor, now=clock.now())
    context = {"row": row, "said": said, "relation": Relation(row.relation).label, "note": ""} | more
    refusal = more.get("refusal")
    status = status_of(refusal) if refusal else 200
    return render(request, "citizens/claim_review.html", context, status=status)


@require_GET
@only_if(policies.may_review, services.ReviewersOnly)
def paper(request: HttpRequest, actor: Actor, representation_id: int) -> HttpResponseBase:
    """The paper that came with a claim, as a download: what somebody sent is never opened on our pages."""
    file_id = services.note_paper_read(representation_id=representation_id, actor=actor, now=clock.now())
    response = FileResponse(open_file(file_id=file_id), as_attachment=True, filename=f"claim-{representation_id}")
    response["Content-Type"] = "application/octet-stream"
    return response


@require_POST
@only_if(policies.may_review, services.ReviewersOnly)
def decide(request: HttpRequest, actor: Actor, representation_id: int) -> HttpResponse:
    """Confirm or refuse, with what the visitor is told."""
    form = forms.Note(request.POST)
    note = form.cleaned_data.get("note", "") if form.is_valid() else ""
    try:
        if request.POST.get("what") == "confirm":
            services.confirm(representation_id=representation_id, note=note, actor=actor, now=clock.now())
            messages.success(request, "已确认，访客可以办理该主体的信用事项。")
        else:
            services.refuse(representation_id=representation_id, note=note, actor=actor, now=clock.now())
            messages.success(request, "已办结：未予确认，访客会看到您填写的事由。")
    except selectors.RepresentationNotFound:
        raise
    except Refusal as refusal:
        return _claim_page(request, actor, representation_id, refusal=refusal, note=note)
    return redirect("citizens:claims")


@knows_visitors
@require_GET
def province(request: HttpRequest) -> HttpResponse:
    """To the provincial identity service, and back: without `state` in the address nobody was there yet."""
    if not oidc.configured():
        raise Http404
    back = f"{settings.SITE_ADDRESS or request.build_absolute_uri('/').rstrip('/')}{reverse('citizens:province')}"
    context = {
        "next": _next(request, request.GET.get("next", "")),
        "address": "",
        "by_text": bool(settings.SMS_GATEWAY_URL),
        "province": True,
    }
    try:
        if "state" not in request.GET:
            begun = oidc.begin(back=back)
            to_service = HttpResponseRedirect(begun.url)
            kept = signing.dumps(begun.kept | {"next": context["next"]}, salt=PROVINCE_SALT)
            to_service.set_cookie(  # Lax: it comes back by a link on the service's page
                PROVINCE_COOKIE, kept, max_age=CODE_SECONDS, httponly=True, secure=settings.BEHIND_TLS, samesite="Lax"
            )
            return to_service
        response = _from_province(request)
    except Refusal as refusal:
        response = refused(request, "citizens/sign_in.html", refusal, context)
    response.delete_cookie(PROVINCE_COOKIE, samesite="Lax")  # good once
    return response


def _from_province(request: HttpRequest) -> HttpResponse:
    cookie = request.COOKIES.get(PROVINCE_COOKIE, "")
    try:
        kept = signing.loads(cookie, salt=PROVINCE_SALT, max_age=CODE_SECONDS)
    except signing.BadSignature as wrong:
        raise oidc.IdentityNotVouched from wrong
    vouched = oidc.finish(answer=request.GET.dict(), kept=kept, wall=clock.wall())
    entered = services.accept_identity(
        issuer=vouched.issuer,
        account=vouched.account,
        name=vouched.name,
        id_number=vouched.id_number,
        browser=browser_of(request),
        actor=actor_of(request),
        now=clock.now(),
        wall=clock.wall(),
    )
    response = HttpResponseRedirect(_next(request, kept["next"]))
    keep_session(response, entered.token)
    rotate_token(request)
    return response

"""Pages: log in and out, second factor, password; users for the system administrator, roles for the security
administrator. Client systems: `clients`."""

from base64 import b32encode
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as show_second_factor

from accounts import events, forms, policies, selectors, services
from accounts.models import User
from accounts.services import login as logins
from kernel.actor import ANONYMOUS, Actor
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import actor_of, before_second_factor, client_ip, refusal_page


def _next_of(request: HttpRequest, wish: str) -> str:
    """Where to go on; only pages of our own."""
    own = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if own else settings.LOGIN_REDIRECT_URL


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """One question, one answer: whether it was the name or the password that is wrong is not said."""
    if request.method == "GET":
        form = forms.Login(initial={"next": request.GET.get("next", "")})
        return render(request, "accounts/login.html", {"form": form, "came_from": bool(request.GET.get("next"))})
    form = forms.Login(request.POST)
    if not form.is_valid():
        return render(request, "accounts/login.html", {"form": form}, status=400)
    now, username = clock.now(), form.cleaned_data["username"]
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        fact = logins.failure(
            username=username, address=client_ip(request), locked=bool(getattr(request, "axes_locked_out", False))
        )
        logins.note(fact=fact, actor=ANONYMOUS, now=now)
        form.add_error(None, "用户名或口令不正确，请重新输入。连续5次错误将锁定15分钟。")
        return render(request, "accounts/login.html", {"form": form}, status=401)
    open_session(request, user)
    moment = int(clock.wall().timestamp())
    request.session.update({"began": moment, "seen": moment})
    if logins.has_second_factor(user_id=user.pk):
        request.session["second_factor"] = True
    logins.note(
        fact=events.LoginSucceeded(user.pk, client_ip(request)),
        actor=selectors.actor_of_user(user),
        now=now,
        user_id=user.pk,
    )
    return redirect(_next_of(request, form.cleaned_data["next"]))


@before_second_factor
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    logins.note(fact=events.LoggedOut(actor.id or 0), actor=actor, now=clock.now(), user_id=actor.id)
    close_session(request)
    return redirect(settings.LOGIN_URL)


@never_cache
@before_second_factor
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The first time: a picture to scan, and the first code. Later: the code."""
    user = request.user
    assert isinstance(user, User)
    device = logins.device_of(user_id=user.pk)
    form = forms.Code(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        actor, now = actor_of(request), clock.now()
        if logins.verify(device=device, code=form.cleaned_data["code"].strip(), actor=actor, now=now):
            show_second_factor(request, device)
            request.session["second_factor"] = True
            request.session.cycle_key()
            return redirect(_next_of(request, form.cleaned_data["next"]))
        form.add_error("code", "验证码不正确或已使用，请等待下一个验证码；连续错误需稍候再试。")
    context: dict[str, Any] = {"form": form, "enrolling": not device.confirmed}
    if not device.confirmed:
        context["picture"] = segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="#fff")
        context["secret"] = b32encode(device.bin_key).decode()
    return render(request, "accounts/second_factor.html", context, status=400 if form.errors else 200)


@never_cache
@before_second_factor
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = forms.ChangePassword(request.POST or None)
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                old=form.cleaned_data["old"], new=form.cleaned_data["new"], actor=actor_of(request), now=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _keep_this_session(request, user)
            return redirect(_next_of(request, request.GET.get("next", "")))
    context = {"form": form, "policy": settings.PASSWORD_POLICY, "demanded": user.must_change_password}
    return render(request, "accounts/password.html", context, status=400 if form.errors else 200)


def _keep_this_session(request: HttpRequest, user: User) -> None:
    """Every other session of this person has just ended; this one goes on under a new key."""
    kept = {name: value for name, value in request.session.items() if not name.startswith("_auth")}
    open_session(request, selectors.get_user(user.pk), backend=settings.AUTHENTICATION_BACKENDS[-1])
    request.session.update(kept)


# --- users ----------------------------------------------------------------------------------------------------------


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_accounts(actor):
        return refusal_page(request, services.NotTheirs())
    after, text = (request.GET.get(name, "").replace("\x00", "").strip() for name in ("after", "q"))
    rows = selectors.users(after=after, text=text)
    more = len(rows) > selectors.PAGE
    rows = rows[: selectors.PAGE]
    context = {"users": rows, "q": text, "after": rows[-1].username if more else ""}
    return render(request, "accounts/users.html", context | _powers(actor))


@require_http_methods(["GET", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_manage_accounts(actor):
        return refusal_page(request, services.NotTheirs())
    form = forms.NewUser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        one_time = services.one_time_password()
        try:
            user_id = services.create_user(**form.cleaned_data, password=one_time, actor=actor, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return shown_once(
                request, f"用户 {form.cleaned_data['username']} 的一次性口令", one_time, user_id=user_id
            )
    context = {"form": form, "heading": "新建用户"}
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)


@require_GET
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_accounts(actor):
        return refusal_page(request, services.NotTheirs())
    try:
        shown = selectors.get_user(user_id)
    except selectors.UserNotFound as refusal:
        return refusal_page(request, refusal)
    form = forms.Roles(initial={"roles": shown.roles})
    return render(request, "accounts/user.html", {"shown": shown, "form": form} | _powers(actor))


@require_POST
def set_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    form = forms.Roles(request.POST)
    form.is_valid()
    try:
        services.set_roles(
            user_id=user_id,
            roles=form.cleaned_data.get("roles", []),
            actor=actor_of(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("accounts:user", user_id)


@require_POST
def disable_user(request: HttpRequest, user_id: int) -> HttpResponse:
    return _done_to_user(request, services.disable_user, user_id)


@require_POST
def enable_user(request: HttpRequest, user_id: int) -> HttpResponse:
    return _done_to_user(request, services.enable_user, user_id)


@require_POST
def reset_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    return _done_to_user(request, services.reset_second_factor, user_id)


@require_POST
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    try:
        one_time = services.reset_password(user_id=user_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return shown_once(request, "新的一次性口令", one_time, user_id=user_id)


def _done_to_user(request: HttpRequest, service: Any, user_id: int) -> HttpResponse:
    try:
        service(user_id=user_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("accounts:user", user_id)


def _powers(actor: Actor) -> dict[str, bool]:
    return {"may_manage": policies.may_manage_accounts(actor), "may_grant": policies.may_grant_roles(actor)}


@never_cache
def shown_once(
    request: HttpRequest, what: str, secret: str, *, user_id: int | None = None, client_id: int | None = None
) -> HttpResponse:
    """A secret on a page that no cache keeps; it is not stored in clear and cannot be shown again."""
    context = {"what": what, "secret": secret, "user_id": user_id, "client_id": client_id}
    return render(request, "accounts/shown_once.html", context)

"""Who asks, for how long, and whether the same thing was asked before.

`door.Door` is the WSGI application: it lets signed requests past Django's handler. Then in the order of
settings.MIDDLEWARE: `signed.SignedRequests` answers client systems on a short path past sessions;
`Visitors` gives every other request its actor and ends old sessions; `SmallUntilKnown` takes nothing large before
log-in; `LoginRequired` closes every page that does not say otherwise; `Gates` demands the second factor and a new
password; `once.FormsOnce` lets a form work once. A database that is down is said by all in the same words.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from rest_framework.authentication import CSRFCheck

from accounts import selectors
from accounts.models import User
from accounts.rules import passwords
from kernel.actor import ANONYMOUS, Actor
from kernel.errors import Malformed, NotPermitted, NotSignedIn, Refusal, Unavailable
from toolkit import clock
from toolkit.http import interface_refusal, problem_response, refusal_page

log = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
BODY_LIMIT = 2 * 1024 * 1024  # bytes; a view that takes more says so by an attribute `body_limit`
DATABASE_AWAY = (OperationalError, InterfaceError)
SEEN_EVERY = 60  # seconds: a busy session writes its last visit this often
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignatureMissing(NotSignedIn):
    code = "accounts.signature_missing"
    message = "接口须签名调用：请带 X-Client、X-Timestamp、X-Nonce、X-Signature 请求头，或先登录系统。"


class BodyBeforeLogIn(Malformed):
    code = "accounts.body_before_log_in"
    message = "尚未登录，不接收大文件。请先登录，再重新选择文件提交。"


class LengthMissing(Malformed):
    code = "accounts.length_missing"
    message = "请求未注明长度（Content-Length），未予接收。请注明长度后重试。"


class DatabaseAway(Unavailable):
    code = "database_away"
    message = "数据库暂不可用：未能核查，不得据此认定为无记录。请稍后重试。"


class CsrfMissing(NotPermitted):
    code = "accounts.csrf_missing"
    message = "页面已过期，请刷新页面后重试。"


class SecondFactorNeeded(NotPermitted):
    code = "accounts.second_factor_needed"
    message = "请先完成第二因素验证或修改口令。"


def mark_of(view: Any, mark: str) -> Any:
    """A mark set on a function, or as an attribute of a view's class (DRF keeps it in `cls`)."""
    return getattr(view, mark, None) or getattr(getattr(view, "cls", None), mark, None)


def has_mark(view: Any, mark: str) -> bool:
    return bool(mark_of(view, mark))


class Visitors:
    """People: an actor for each request, and an end to sessions that are idle or old."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:  # a hall's computer keeps no page: it may tell of a person
            add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        is_api = request.path_info.startswith(API)  # DRF marks all its views as open: only the second mark opens one
        if has_mark(view, "brings_a_token") if is_api else not getattr(view, "login_required", True):
            return None
        try:
            _end_old_session(request)
            if not is_api:
                return None
            request.actor = _actor_of(request)  # type: ignore[attr-defined]  # now: DRF empties request.user
            if not request.user.is_authenticated:
                return problem_response(SignatureMissing())
        except DATABASE_AWAY:
            return _unavailable(request)
        return problem_response(CsrfMissing()) if _forged(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _unavailable(request) if isinstance(exception, DATABASE_AWAY) else None


def _actor_of(request: HttpRequest) -> Actor:
    return selectors.actor_of_user(request.user) if isinstance(request.user, User) else ANONYMOUS


def _end_old_session(request: HttpRequest) -> None:
    """Log out whoever has been away too long, or here too long (GB/T 22239-2019 8.1.4.1 b)."""
    if not request.user.is_authenticated:
        return
    moment, session = int(clock.wall().timestamp()), request.session
    began, last = session.setdefault("began", moment), session.setdefault("seen", moment)
    if moment - began > settings.SESSION_COOKIE_AGE or moment - last > settings.SESSION_IDLE_SECONDS:
        logout(request)
    elif moment - last >= SEEN_EVERY:
        session["seen"] = moment


def _forged(request: HttpRequest) -> bool:
    """DRF's views are exempt from the CSRF middleware; a call with a session is not, so it is checked here."""
    check = CSRFCheck(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is not None


def _unavailable(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem_response(DatabaseAway())
    template = "components/_unavailable.html" if request.headers.get("HX-Request") else "503.html"
    return HttpResponse(render_to_string(template), status=503)  # without the request: its context asks the database


class SmallUntilKnown:
    """Before log-in a body may be as large as a form without files, and says how large it is.

    The CSRF check reads a form with its files before any view is asked. This is decided by the headers, before it.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal: Refusal | None = None
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            refusal, status = LengthMissing(), 411
        elif length_of(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            refusal, status = BodyBeforeLogIn(), 413
        try:
            if refusal is None or request.user.is_authenticated or getattr(request, "visitor", None):
                return self.get_response(request)
        except DATABASE_AWAY:
            return _unavailable(request)
        if request.path_info.startswith(API):
            return interface_refusal(request, refusal, status=status)
        if request.headers.get("HX-Request"):
            return _send_to(request, reverse(settings.LOGIN_URL))
        return refusal_page(request, refusal, status=status)


def length_of(request: HttpRequest) -> int:
    """As Django reads it: what is no number is no body."""
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if said.isascii() and said.isdigit() else 0


class LoginRequired(LoginRequiredMiddleware):
    """Default deny. htmx gets 401 and HX-Redirect: it swaps nothing, and keys.js keeps what stood in the form."""

    def handle_no_permission(  # type: ignore[override]  # 401 for htmx
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        return _send_to(request, reverse(settings.LOGIN_URL))


def _send_to(request: HttpRequest, door: str) -> HttpResponse:
    """To a page that must come first, and from there back to where the visitor stands."""
    if request.headers.get("HX-Request"):
        here = _path_of(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(here, door).url})
    if request.method in UNSAFE:
        return redirect_to_login(_path_of(request.headers.get("Referer", "")), door)
    return redirect_to_login(request.get_full_path(), door)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class Gates:
    """Nobody gets further without the second factor that their role demands, or with a password to be changed."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        user, is_api = request.user, request.path_info.startswith(API)
        if not isinstance(user, User) or has_mark(view, "before_second_factor"):
            return None
        if not is_api and not getattr(view, "login_required", True):
            return None
        door = ""
        if _second_factor_open(request, user):
            door = "accounts:second_factor"
        elif user.must_change_password or passwords.expired(
            user.password_changed_at, now=clock.wall(), policy=settings.PASSWORD_POLICY
        ):
            door = "accounts:password"
        if not door:
            return None
        return problem_response(SecondFactorNeeded()) if is_api else _send_to(request, reverse(door))


def _second_factor_open(request: HttpRequest, user: User) -> bool:
    """Demanded of the role, or enrolled of one's own will (log-in notes that in the session), and not yet shown."""
    demanded = settings.SECOND_FACTOR_ROLES & set(user.roles) or request.session.get("second_factor")
    return bool(demanded) and not user.is_verified()  # type: ignore[attr-defined]  # set by django_otp's middleware

"""Refusals become HTTP here, for interface and page alike; the actor is only read here (accounts sets it)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from kernel.actor import ANONYMOUS, Actor
from kernel.errors import Malformed, NotFound, NotPermitted, NotSignedIn, Refusal, RuleBroken, TooMany, Unavailable

STATUS_OF: dict[type[Refusal], int] = {
    Malformed: 400,
    NotSignedIn: 401,
    NotPermitted: 403,
    NotFound: 404,
    RuleBroken: 409,
    TooMany: 429,
    Unavailable: 503,
}
PROBLEM = "application/problem+json"
View = TypeVar("View", bound=Callable[..., Any])


def actor_of(request: HttpRequest | Request) -> Actor:
    """Who asks. The middleware of `accounts` has put it on the request; without it nobody asks."""
    actor = getattr(request, "actor", ANONYMOUS)
    assert isinstance(actor, Actor)
    return actor


def client_ip(request: HttpRequest) -> str:
    """The address that asks. X-Forwarded-For counts only as far as our own proxies wrote it (TRUSTED_PROXIES)."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    if not trusted:
        return remote
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-trusted] if len(hops) >= trusted else remote


def status_of(refusal: Refusal) -> int:
    return next(STATUS_OF[kind] for kind in type(refusal).__mro__ if kind in STATUS_OF)


def problem(refusal: Refusal) -> dict[str, Any]:
    """RFC 9457 problem details, with the article beside each reason."""
    return {
        "type": f"/problems/{refusal.code}",
        "title": str(refusal),
        "status": status_of(refusal),
        "reasons": [
            {"code": r.code, "message": r.message, "law": str(r.source), **dict(r.facts)} for r in refusal.reasons
        ],
    }


def problem_response(refusal: Refusal, *, status: int | None = None) -> JsonResponse:
    """The same outside DRF; `status` only for what no kind of Refusal stands for (411, 413)."""
    body = problem(refusal) | ({"status": status} if status else {})
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else None
    return JsonResponse(
        body, status=body["status"], headers=headers, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )


def says_no_by(say: Callable[[HttpRequest, Refusal], HttpResponse]) -> Callable[[View], View]:
    """Mark an interface that does not speak JSON: how it says a refusal that comes before it is even asked."""

    def marked(view: View) -> View:
        view.says_no = say  # type: ignore[attr-defined]  # a mark on a function
        return view

    return marked


def interface_refusal(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """A refusal in the words of the interface that was called: problem details, or as its mark says."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return problem_response(refusal, status=status)
    say = getattr(match.func, "says_no", None)
    return say(request, refusal) if say else problem_response(refusal, status=status)


def keeps_its_own_nonce(view: View) -> View:
    """Mark a view that makes the nonce of a signed request its own idempotency key (`request.signed_nonce`)."""
    view.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def brings_a_token(view: View) -> View:
    """Mark an interface whose callers have neither session nor signature: it judges their token itself."""
    view.brings_a_token = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def before_second_factor(view: View) -> View:
    """Mark a page that somebody who is logged in may reach before the second factor and a new password."""
    view.before_second_factor = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def for_visitors(view: View) -> View:
    """Mark a page of visitors of the portal: who has not signed in there is sent to do so, staff too.

    `citizens.middleware.VisitorSession` reads it and sets the actor (Kind.VISITOR); no other session counts there.
    """
    view.login_required = False  # type: ignore[attr-defined]  # staff's log-in is another door
    view.visitors = "only"  # type: ignore[attr-defined]  # a mark on a function
    return view


def knows_visitors(view: View) -> View:
    """Mark a public page that anybody may see: the actor is the visitor who signed in, or nobody."""
    view.login_required = False  # type: ignore[attr-defined]  # public
    view.visitors = "also"  # type: ignore[attr-defined]  # a mark on a function
    return view


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: problem details for a Refusal, and for what DRF itself refuses."""
    if not isinstance(exception, Refusal):
        response = exception_handler(exception, context)
        if response is not None:
            code = getattr(exception, "default_code", "refused")
            title = str(getattr(exception, "detail", "")) or Refusal.message
            response.data = {
                "type": f"/problems/{code}",
                "title": title,
                "status": response.status_code,
                "reasons": [],
            }
            response.content_type = PROBLEM
        return response
    return Response(problem(exception), status=status_of(exception), content_type=PROBLEM)


def refusal_page(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """A page (or, for htmx, a fragment) that says what was refused, why, and by which article. `status` as above."""
    template = "components/_refusal.html" if request.headers.get("HX-Request") else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=status or status_of(refusal))

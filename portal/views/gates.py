"""What every public page has: a count of who asks, headers, and a refusal that looks like the portal."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.http import require_safe

from kernel.errors import NotFound, Refusal, TooMany
from portal.services.limiting import allow
from toolkit import clock
from toolkit.http import client_ip, for_visitors, knows_visitors, status_of

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
ROBOTS_OFF = "noindex, nofollow, noarchive"


class NothingHere(NotFound):
    """One answer for what is not there, what is not public, and an address that somebody made up."""

    code = "portal.nothing_here"
    message = "没有找到可以公示的内容。请从首页查询，或核对网址。"


def public(*, keep: int = 0, indexed: bool = False, counted: str = "page") -> Callable[[Page[P]], Page[P]]:
    """A page for everybody. `keep`: seconds for which a cache may keep it for nobody in particular; `indexed`:
    whether search engines may; `counted`: by which counter ("" is none).
    """

    def gate(view: Page[P]) -> Page[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                if counted:
                    allow(address=client_ip(request), what=counted, wall=clock.wall().timestamp())
                response = view(request, *args, **kwargs)
            except Refusal as refusal:
                return refusal_response(request, refusal)
            if not indexed:
                response["X-Robots-Tag"] = ROBOTS_OFF
            patch_vary_headers(response, ["Cookie"])
            if keep and not request.visitor and response.status_code == 200:  # type: ignore[attr-defined]
                response["Cache-Control"] = f"public, max-age={keep}"
            else:
                add_never_cache_headers(response)
            return response

        return knows_visitors(require_safe(page))

    return gate


def mine(view: Page[P]) -> Page[P]:
    """A page of a visitor who has signed in; nothing keeps it."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            return refusal_response(request, refusal)
        response["X-Robots-Tag"] = ROBOTS_OFF
        add_never_cache_headers(response)
        return response

    return for_visitors(page)


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """What was refused, on a page of the portal."""
    response = render(request, "portal/public/refused.html", {"said": refusal}, status=status_of(refusal))
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    response["X-Robots-Tag"] = ROBOTS_OFF
    add_never_cache_headers(response)
    return response

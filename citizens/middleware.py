"""Sessions of visitors of the portal, beside those of staff and apart from them.

`request.visitor` is the visitor's session or nothing, on every page. Only a view that is marked (for_visitors,
knows_visitors of toolkit.http) gets him as its actor, and then nobody else: staff's log-in counts for nothing there.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from citizens.services.cookies import COOKIE, browser_of, drop_session
from citizens.services.sessions import Entered, enter
from kernel.actor import ANONYMOUS
from toolkit import clock

Respond = Callable[[HttpRequest], HttpResponseBase]


class VisitorSession:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.visitor = SimpleLazyObject(lambda: _entered(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        mark = getattr(view, "visitors", "")
        if not mark:
            return None
        session: Entered | None = request.visitor or None  # type: ignore[attr-defined]
        request.actor = session.actor if session else ANONYMOUS  # type: ignore[attr-defined]
        return _to_the_door(request) if mark == "only" and session is None else None


def _entered(request: HttpRequest) -> Entered | None:
    return enter(browser=browser_of(request), now=clock.now(), wall=clock.wall())


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """To sign in, and back to where he stood; what was typed into a form is not kept."""
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("portal:my")
    said = {"next": here} | ({"over": "1"} if COOKIE in request.COOKIES else {})
    door = f"{reverse('citizens:sign_in')}?{urlencode(said)}"
    response: HttpResponse
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401, headers={"HX-Redirect": door})
    else:
        response = HttpResponseRedirect(door)
    if COOKIE in request.COOKIES:
        drop_session(response)
    add_never_cache_headers(response)
    return response

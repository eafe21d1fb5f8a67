"""How a visitor's session travels: what of a request a session is judged by, and its cookie in an answer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from citizens.services.sessions import Browser
from toolkit.http import client_ip

COOKIE = "visitor"
KIOSK_COOKIE = "kiosk"
LONGEST = 100  # characters of a cookie that are looked at


def browser_of(request: HttpRequest) -> Browser:
    """From where a request comes, as far as sessions care."""
    return Browser(
        address=client_ip(request),
        agent=request.headers.get("User-Agent", "")[:400],
        token=request.COOKIES.get(COOKIE, "")[:LONGEST],
        kiosk=KIOSK_COOKIE in request.COOKIES,
    )


def keep_session(response: HttpResponse, token: str) -> None:
    """The cookie lives as long as the browser is open; the session behind it may end earlier."""
    response.set_cookie(COOKIE, token, httponly=True, secure=settings.BEHIND_TLS, samesite="Lax", path="/")


def drop_session(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path="/", samesite="Lax")

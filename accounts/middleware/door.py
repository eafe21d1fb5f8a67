"""Where requests come in: the WSGI application."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest, get_script_name
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.log import log_response
from django.utils.module_loading import import_string

from accounts.middleware import Respond
from accounts.middleware.signed import is_signed

Start = Callable[[str, list[tuple[str, str]]], object]
LAST = "accounts.middleware.signed.SignedRequests"  # of the middlewares: answers every signed request


class Door:
    """Everybody goes through Django's handler; a signed request through the middlewares down to SignedRequests alone.

    It is answered there either way, in the same words. What is spared are the handler's signals, of whose receivers
    one matters (a connection that is broken or too old is closed before it is used), and its settings for templates.
    """

    def __init__(self, pages: Callable[..., Iterable[bytes]]) -> None:
        self.pages = pages
        answer: Any = _nobody
        for name in reversed(settings.MIDDLEWARE[: settings.MIDDLEWARE.index(LAST) + 1]):
            answer = convert_exception_to_response(import_string(name)(answer))
        self.signed: Respond = answer

    def __call__(self, meta: dict[str, Any], start: Start) -> Iterable[bytes]:
        if not is_signed(meta):
            return self.pages(meta, start)
        close_old_connections()
        set_script_prefix(get_script_name(meta))
        request = WSGIRequest(meta)
        response: Any = self.signed(request)
        if response.status_code >= 400:
            log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
        start(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        if response.streaming:  # the server closes it when all is sent
            return response  # type: ignore[no-any-return]
        request.close()
        return (response.content,)


def _nobody(request: HttpRequest) -> HttpResponseBase:
    raise AssertionError("a signed request is answered by SignedRequests")

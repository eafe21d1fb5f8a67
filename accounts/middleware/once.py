"""A form that carries a key works once."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from accounts.middleware import API, Respond
from accounts.models import User
from accounts.services import seen
from kernel.actor import Kind
from kernel.errors import RuleBroken
from toolkit import clock
from toolkit.http import actor_of, refusal_page


class FormUsed(RuleBroken):
    code = "accounts.form_used"
    message = "该表单已经提交过，未重复办理。请返回查看结果；如需再次办理，请重新打开页面。"


class FormsOnce:
    """The effect of a form and its key commit together, or not at all.

    Sent again: the redirect that the first one got, or 409 where that was no redirect. Refused (4xx): the key is free
    again, for the form may be mended. Failed (5xx or an exception): nothing happened.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        sender = _sender(request)
        if request.method != "POST" or sender is None or request.path_info.startswith(API):
            return None
        key = request.headers.get("Idempotency-Key") or request.POST.get("idempotency_key", "")
        if not key:
            return None
        user_id, key, path = sender, key[:64].replace("\x00", ""), request.path[:200].replace("\x00", "")
        with transaction.atomic():
            location = seen.once(user_id=user_id, key=key, path=path, now=clock.wall())
            if location:
                return _redirect(request, location)
            if location is not None:
                return refusal_page(request, FormUsed())
            response: HttpResponseBase = view(request, *args, **kwargs)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif response.status_code >= 400:
                seen.release(user_id=user_id, key=key)
            else:
                place = response.headers.get("Location") or response.headers.get("HX-Redirect", "")
                seen.answered(user_id=user_id, key=key, location=place)
        return response


def _sender(request: HttpRequest) -> int | None:
    """Whose key it is: a user's id, or a visitor's below zero (tables of two apps count from one)."""
    actor = actor_of(request) if hasattr(request, "visitor") else None
    if actor is not None and actor.kind is Kind.VISITOR and actor.id:
        return -actor.id
    return request.user.pk if isinstance(request.user, User) else None


def _redirect(request: HttpRequest, location: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": location})
    return HttpResponseRedirect(location)

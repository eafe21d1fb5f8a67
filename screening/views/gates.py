"""Who comes in, and how a refusal looks: the same for every page that this app brings beside the check."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from screening import policies
from toolkit.http import actor_of, refusal_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


class NotForYou(NotPermitted):
    code = "screening.not_for_you"
    message = "系统、安全、审计管理员不经办业务。请使用业务账号。"


class OfficeOnly(NotPermitted):
    code = "screening.office_only"
    message = "应用清单和措施预演由信用办办理。如需变更，请联系信用办。"


def for_staff(view: View[P]) -> Page[P]:
    """Staff of a department. The view gets the actor; what it or a service refuses becomes a page."""
    return _gate(view, policies.is_staff, NotForYou)


def for_editors(view: View[P]) -> Page[P]:
    """The credit office."""
    return _gate(view, policies.may_edit_lists, OfficeOnly)


def _gate(view: View[P], may: Callable[[Actor], bool], otherwise: type[Refusal]) -> Page[P]:
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = actor_of(request)
        try:
            if not may(actor):
                raise otherwise
            return view(request, actor, *args, **kwargs)
        except Refusal as refusal:
            return refusal_page(request, refusal)

    return cast(Page[P], page)

"""Who comes in, and how a refusal looks: the same for every page of the catalogue."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from catalog import policies
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from toolkit.http import actor_of, refusal_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


class NotForYou(NotPermitted):
    code = "catalog.not_for_you"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看信用目录。"


class OfficeOnly(NotPermitted):
    code = "catalog.office_only"
    message = "目录由信用办编目和维护。如需变更，请联系信用办。"


def for_readers(view: View[P]) -> Page[P]:
    """Whoever works with data. The view gets the actor; what it or a service refuses becomes a page."""
    return _gate(view, policies.may_see, NotForYou)


def for_editors(view: View[P]) -> Page[P]:
    """The credit office."""
    return _gate(view, policies.may_edit, OfficeOnly)


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

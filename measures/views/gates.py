"""Who comes in, and how a refusal looks: the same for every page of the measures."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from measures import policies
from toolkit.http import actor_of, refusal_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


class NotForYou(NotPermitted):
    code = "measures.not_for_you"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看措施清单。"


class DraftersOnly(NotPermitted):
    code = "measures.drafters_only"
    message = "措施清单由实施部门的经办人员或者信用办起草，由信用办审核发布。您可以查看，不能起草。"


class OfficeOnly(NotPermitted):
    code = "measures.office_only"
    message = "该操作由信用办办理。如有需要，请联系信用办。"


def for_readers(view: View[P]) -> Page[P]:
    """Whoever works with data. The view gets the actor; what it or a service refuses becomes a page."""
    return _gate(view, policies.may_see, NotForYou)


def for_drafters(view: View[P]) -> Page[P]:
    """Staff who draft for their department, and the credit office."""
    return _gate(view, policies.may_draft_somewhere, DraftersOnly)


def for_office(view: View[P]) -> Page[P]:
    """The credit office."""
    return _gate(view, policies.may_publish, OfficeOnly)


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

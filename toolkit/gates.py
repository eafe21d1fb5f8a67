"""Who comes into a page, and how a refusal looks there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from kernel.actor import Actor, Kind
from kernel.errors import NotPermitted, Refusal, TooMany
from toolkit.http import actor_of, for_visitors, refusal_page, status_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Gate(Protocol):
    """A decorator: from a view that is given the actor to one that Django calls."""

    def __call__(self, view: View[P]) -> Page[P]: ...


def only_if(may: Callable[[Actor], bool], otherwise: type[Refusal]) -> Gate:
    """The view gets the actor, if he may; what it or a service refuses becomes a page."""

    def gate(view: View[P]) -> Page[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            try:
                if not may(actor):
                    raise otherwise
                return view(request, actor, *args, **kwargs)
            except Refusal as refusal:
                return refusal_page(request, refusal)

        return cast(Page[P], page)

    return gate


class NotAVisitor(NotPermitted):
    code = "toolkit.not_a_visitor"
    message = "请先登录公众门户，并核验您本人或者您代表的单位。"


def of_visitors(view: View[P]) -> Page[P]:
    """A page of a visitor who has signed in: the view gets the actor, a refusal looks like the portal, nothing keeps
    it and no search engine lists it.
    """

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        try:
            if actor.kind is not Kind.VISITOR:
                raise NotAVisitor
            response = view(request, actor, *args, **kwargs)
        except Refusal as refusal:
            said = {"said": refusal}
            response = render(request, "portal/public/refused.html", said, status=status_of(refusal))
            if isinstance(refusal, TooMany):
                response["Retry-After"] = str(refusal.retry_after)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        add_never_cache_headers(response)
        return response

    return cast(Page[P], for_visitors(page))

"""Who comes into a page, and how a refusal looks there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit.http import actor_of, refusal_page

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

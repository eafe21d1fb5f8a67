"""Who comes in, and how a refusal looks: the same for every page of the lists."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit.http import actor_of, refusal_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only_if(may: Callable[[Actor], bool], otherwise: type[Refusal]) -> Callable[[View[P]], Page[P]]:
    """The view gets the actor, if he may; what it or a service refuses becomes a page."""

    def gate(view: View[P]) -> Page[P]:
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

    return gate

"""The public pages of lower floors are counted as the portal's own: nobody harvests by way of another door."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.services.limiting import AskedTooOften, allow
from portal.views.gates import refusal_response
from toolkit import clock
from toolkit.http import client_ip

Respond = Callable[[HttpRequest], HttpResponseBase]
COUNTED = {  # view -> by which counter (portal.services.limiting)
    "catalog:public_list": "catalogue",
    "catalog:public_item": "catalogue",
    "measures:public_list": "measures",
    "measures:public_item": "measures",
    "redblack:public_candidates": "honours",
    "feedback:public_cases": "cases",
    "feedback:public_case": "cases",
    "repair:verify": "verify",
    "objections:verify": "verify",
}


class PublicLimits:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        what = COUNTED.get(match.view_name) if match else None
        if what is None:
            return None
        try:
            allow(address=client_ip(request), what=what, wall=clock.wall().timestamp())
        except AskedTooOften as refusal:
            return refusal_response(request, refusal)
        return None

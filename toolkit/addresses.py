"""Citizens' numbers have no place in an address: it is kept by browsers, proxies and logs, and linked by pages."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from kernel.errors import Malformed
from kernel.identifiers import holds_citizen_id, normalise_code, uscc_problem
from toolkit.http import problem_response

SHORTEST = 18  # of a citizen's number
_GROUPING = re.compile(r"[./-]")


class NumberInAddress(Malformed):
    code = "number_in_address"
    message = (
        "网址或查询条件中有公民身份号码，未予查询，也未留存。"
        "列表不能按身份号码查找：请按文号、名称或统一社会信用代码查询；核查自然人请到“信用核查”窗口页面办理。"
    )


class NoNumbersInAddresses:
    """Whatever page or interface is asked: such an address is answered before anybody links, keeps or logs it.

    A unified social credit code that happens to look like a citizen's number is let through.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) + len(query) < SHORTEST:  # a check by interface: nothing to look for
            return self.get_response(request)
        said = parse_qsl(query, keep_blank_values=True, errors="replace")
        # a piece of the path alone: pieces next to each other are a folder and an id, and no grouped number
        texts = (*request.path_info.split("/"), *(part for pair in said for part in pair))
        if not any(_is_of_a_citizen(text) for text in texts):
            return self.get_response(request)
        refusal = NumberInAddress()
        if request.path_info.startswith("/api/"):
            return problem_response(refusal)
        fragment = bool(request.headers.get("HX-Request"))
        page = render_to_string(
            "components/_refusal.html" if fragment else "number_in_address.html", {"refusal": refusal}
        )
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return HttpResponse(page, status=400, headers=headers)


def _is_of_a_citizen(text: str) -> bool:
    """As it was sent, or encoded once more: whoever opens or passes on the address decodes it."""
    return any(
        holds_citizen_id(one) and uscc_problem(_GROUPING.sub("", normalise_code(one))) is not None
        for one in (text, unquote_plus(text))
    )

"""Citizens' numbers have no place in an address: it is kept by browsers, proxies and logs, and linked by pages."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from kernel.errors import Malformed
from kernel.identifiers import holds_citizen_id, normalise_code, uscc_problem
from toolkit.http import problem_response


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
        said = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True, errors="replace")
        if not any(_is_of_a_citizen(text) for text in (request.path_info, *(part for pair in said for part in pair))):
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
    return holds_citizen_id(text) and uscc_problem(normalise_code(text)) is not None

"""What a page of a lower floor shows of an upper one: a link, named here alone, with the page's own places."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from kernel.actor import Role
from toolkit.http import actor_of

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


@dataclass(frozen=True, slots=True)
class Panel:
    label: str
    view: str  # takes the places of the page that shows it
    roles: frozenset[Role]


PANELS: dict[str, tuple[Panel, ...]] = {
    "collection:record": (
        Panel("信用修复告知书（与决定书同时送达）", "repair:record_notice", REPORTING),
        Panel("提出异议", "objections:against_record", BUSINESS),
    ),
    "redblack:proceeding": (Panel("信用修复告知书（与列入决定书同时送达）", "repair:proceeding_notice", REPORTING),),
    "redblack:entry": (
        Panel("谁还持有：向哪些接收方推送过，是否已撤回", "exchange:holders", REPORTING),
        Panel("提出异议", "objections:against_entry", BUSINESS),
    ),
    "screening:receipt": (
        Panel("反馈奖惩情况", "feedback:of_receipt", BUSINESS),
        Panel("不是本人、条目有误：提出异议", "objections:against_check", BUSINESS),
    ),
}


def panels(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `panels` (or `doors`) of the page, each {label, href}, as far as the reader may follow."""
    match = request.resolver_match
    found = PANELS.get(match.view_name, ()) if match else ()
    roles = actor_of(request).roles
    shown = [
        {"label": one.label, "href": reverse(one.view, args=match.args, kwargs=match.kwargs or None)}
        for one in found
        if match and one.roles & roles
    ]
    return {"panels": shown, "doors": shown}  # a receipt calls the parts of its own answer panels

"""The one table of the menu: what stands in it, in what order, and for which roles. A link that a role may not follow
is not shown to it; whether it may is decided by the page itself, not here."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kernel.actor import Role
from toolkit.http import actor_of

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    view: str  # URL name; the part before the colon marks the entry as the current one
    roles: frozenset[Role]
    demo_only: bool = False


MENU: tuple[Entry, ...] = (
    Entry("待办", "portal:home", EVERY_ROLE),
    Entry("信用核查", "screening:window", BUSINESS),
    Entry("核查记录", "screening:today", BUSINESS),
    Entry("奖惩反馈", "feedback:due_list", BUSINESS),
    Entry("名单时效", "redblack:list_ages", BUSINESS),
    Entry("名称冲突", "subjects:conflicts", frozenset({Role.CREDIT_OFFICE})),
    Entry("工作日历", "office:calendar", frozenset({Role.CREDIT_OFFICE})),
    Entry("用户", "accounts:users", frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})),
    Entry("接入系统", "accounts:clients", frozenset({Role.SECURITY_ADMIN})),
    Entry("审计记录", "audit:events", frozenset({Role.AUDIT_ADMIN})),
    Entry("待送达", "audit:deliveries", frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})),
    Entry("演示邮箱", "office:mailbox", EVERY_ROLE, demo_only=True),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `menu`, the links of this reader's roles."""
    actor = actor_of(request)
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "menu": [
            {"label": entry.label, "href": reverse(entry.view), "current": here == entry.view}
            for entry in MENU
            if entry.roles & actor.roles and (settings.DEMO or not entry.demo_only)
        ]
    }

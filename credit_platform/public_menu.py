"""The menu of the public portal, and who has signed in there. Read by templates that extend its base alone."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from credit_platform.my_page import panels_of

ENTRIES = (
    ("首页", "portal:front"),
    ("双公示", "portal:double"),
    ("名单", "portal:lists"),
    ("措施清单", "measures:public_list"),
    ("信用目录", "catalog:public_list"),
    ("办事指南", "portal:guides"),
)


def public_menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `public_menu`, `visitor_name`, `my_doors`, `kiosk`: worked out where a template asks."""
    return {
        "public_menu": SimpleLazyObject(lambda: _menu(request)),
        "visitor_name": SimpleLazyObject(lambda: _name(request)),
        "my_doors": SimpleLazyObject(lambda: _doors(request)),
        "kiosk": "kiosk" in request.COOKIES,
    }


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [{"label": label, "href": reverse(view), "current": view == here} for label, view in ENTRIES]


def _doors(request: HttpRequest) -> list[dict[str, str]]:
    match = request.resolver_match
    return panels_of(str(match.kwargs.get("ref", "")) if match else "")


def _name(request: HttpRequest) -> str:
    session = getattr(request, "visitor", None)
    return str(session.actor.display) if session else ""

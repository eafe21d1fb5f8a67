"""Refusals become HTTP here, for interface and page alike; the actor is only read here (accounts sets it)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from kernel.actor import ANONYMOUS, Actor, Role
from kernel.errors import Malformed, NotFound, NotPermitted, Refusal, RuleBroken

STATUS_OF: dict[type[Refusal], int] = {Malformed: 400, NotPermitted: 403, NotFound: 404, RuleBroken: 409}


def actor_of(request: HttpRequest | Request) -> Actor:
    """Who asks. The middleware of `accounts` has put it on the request; without it nobody asks."""
    actor = getattr(request, "actor", ANONYMOUS)
    assert isinstance(actor, Actor)
    return actor


def client_ip(request: HttpRequest) -> str:
    """The address that asks. X-Forwarded-For counts only as far as our own proxies wrote it (TRUSTED_PROXIES)."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted] if trusted and len(hops) >= trusted else remote


def status_of(refusal: Refusal) -> int:
    return next(STATUS_OF[kind] for kind in type(refusal).__mro__ if kind in STATUS_OF)


def needs_scope(scope: str, *roles: Role) -> type[BasePermission]:
    """A DRF permission: client systems that were granted `scope`, and users with one of `roles`; nobody else."""

    class NeedsScope(BasePermission):
        message = "该系统或账号没有此接口的权限，请联系安全管理员授权。"

        def has_permission(self, request: Request, view: APIView) -> bool:
            actor = actor_of(request)
            return scope in actor.scopes or any(actor.has(role) for role in roles)

    return NeedsScope


class Nobody(BasePermission):
    """The default of every interface: closed. A view opens itself by naming its own permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


def problem(refusal: Refusal) -> dict[str, Any]:
    """RFC 9457 problem details, with the article beside each reason."""
    return {
        "type": f"/problems/{refusal.code}",
        "title": str(refusal),
        "status": status_of(refusal),
        "reasons": [
            {"code": r.code, "message": r.message, "law": str(r.source), **dict(r.facts)} for r in refusal.reasons
        ],
    }


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: problem details for a Refusal; DRF's own answer for the rest."""
    if not isinstance(exception, Refusal):
        return exception_handler(exception, context)
    return Response(problem(exception), status=status_of(exception), content_type="application/problem+json")


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page (or, for htmx, a fragment) that says what was refused, why, and by which article."""
    template = "components/_refusal.html" if request.headers.get("HX-Request") else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=status_of(refusal))

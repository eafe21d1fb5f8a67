"""Who may use an interface. Apart from toolkit.http, because DRF loads its default permission by name while it is
itself being imported.
"""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from kernel.actor import ANONYMOUS, Role

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


def needs_scope(scope: str, *roles: Role) -> type[BasePermission]:
    """A DRF permission: client systems that were granted `scope`, and users with one of `roles`; nobody else."""

    class NeedsScope(BasePermission):
        message = "该系统或账号没有此接口的权限，请联系安全管理员授权。"

        def has_permission(self, request: "Request", view: "APIView") -> bool:
            actor = getattr(request, "actor", ANONYMOUS)
            return scope in actor.scopes or any(actor.has(role) for role in roles)

    return NeedsScope


class Nobody(BasePermission):
    """The default of every interface: closed. A view opens itself by naming its own permission."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return False

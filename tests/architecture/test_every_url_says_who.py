"""Every URL has one row: how it is asked, and which roles may. A URL without a row fails before it is ever served.

Asked by everybody: each role, nobody (sent to log in, or 401 on an interface), and a signed client without scopes.
`at` makes what the URL names; where it is left out, the URL names something that is not there, and everybody, of
whatever role or department, is told the same: 403 or 404.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit.models import Delivery
from kernel.actor import Role
from tests.factories import accounts as make

BUSINESS = {Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE}
ALL = set(Role)
NONE: set[Role] = set()


@dataclass(frozen=True, slots=True)
class Row:
    method: str
    roles: Collection[Role]
    at: Callable[[], dict[str, Any]] = dict


def a_user() -> dict[str, Any]:
    return {"user_id": make.user().pk}


def a_client() -> dict[str, Any]:
    return {"client_id": make.client_system().pk}


def a_dead_delivery() -> dict[str, Any]:
    delivery = Delivery.objects.create(event_id=1, happened_at=make.LONG_AGO, handler="a.b", attempts=20)
    return {"delivery_id": delivery.pk}


def nothing(**names: Any) -> Callable[[], dict[str, Any]]:
    return lambda: names


SYSTEM, SECURITY, AUDIT = {Role.SYSTEM_ADMIN}, {Role.SECURITY_ADMIN}, {Role.AUDIT_ADMIN}
OPEN = {"accounts:login", "portal:healthz", "portal:readyz", "portal:display"}
WHO = {
    "portal:home": Row("get", ALL),
    "accounts:logout": Row("post", ALL),
    "accounts:second_factor": Row("get", ALL),
    "accounts:password": Row("get", ALL),
    "accounts:users": Row("get", SYSTEM | SECURITY),
    "accounts:new_user": Row("get", SYSTEM),
    "accounts:user": Row("get", SYSTEM | SECURITY, a_user),
    "accounts:set_roles": Row("post", SECURITY, a_user),
    "accounts:disable_user": Row("post", SYSTEM, a_user),
    "accounts:enable_user": Row("post", SYSTEM, a_user),
    "accounts:reset_password": Row("post", SYSTEM, a_user),
    "accounts:reset_second_factor": Row("post", SECURITY, a_user),
    "accounts:clients": Row("get", SECURITY),
    "accounts:new_client": Row("get", SECURITY),
    "accounts:client": Row("get", SECURITY, a_client),
    "accounts:rotate_secret": Row("post", SECURITY, a_client),
    "accounts:deactivate_client": Row("post", SECURITY, a_client),
    "audit:events": Row("get", AUDIT),
    "audit:deliveries": Row("get", SYSTEM | AUDIT),
    "audit:retry": Row("post", SYSTEM, a_dead_delivery),
    "office:calendar": Row("get", {Role.CREDIT_OFFICE}),
    "office:mailbox": Row("get", NONE),  # there is none outside the demo
    "subjects:conflicts": Row("get", {Role.CREDIT_OFFICE}),
    "subjects:resolve_conflict": Row("post", {Role.CREDIT_OFFICE}, nothing(conflict_id=0)),
    "subjects:dossier": Row("get", NONE, nothing(subject_id=0)),
    "subjects:person": Row("post", NONE, nothing(subject_id=0)),
    "subjects:reveal": Row("post", NONE, nothing(subject_id=0)),
    "redblack:list_ages": Row("get", ALL),
    "screening:window": Row("get", BUSINESS),
    "screening:today": Row("get", BUSINESS),
    "screening:receipt": Row("get", NONE, nothing(number="JL-20260101-000000")),
    "screening:choose": Row("post", NONE, nothing(number="JL-20260101-000000")),
    "screening:api_checks": Row("post", NONE),  # client systems with the scope, no session
    "screening:api_check": Row("get", NONE, nothing(number="JL-20260101-000000")),
    "feedback:due_list": Row("get", BUSINESS),
    "feedback:report": Row("get", NONE, nothing(due_id=0)),
}


def every_name(patterns: list[URLPattern | URLResolver], namespace: str = "") -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            names |= every_name(pattern.url_patterns, inner)
        else:
            names.add(f"{namespace}{pattern.name}")
    return names


def is_api(name: str) -> bool:
    return ":api_" in name


def test_no_url_is_forgotten() -> None:
    assert every_name(get_resolver().url_patterns) == set(WHO) | OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", sorted(WHO))
def test_each_role(name: str, role: Role) -> None:
    row, browser = WHO[name], Client()
    browser.force_login(make.user(role))
    status = getattr(browser, row.method)(reverse(name, kwargs=row.at())).status_code
    if role in row.roles:
        assert status in {200, 302, 400}
    else:
        assert status in {403, 404}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(WHO))
def test_nobody(client: Client, name: str) -> None:
    row = WHO[name]
    response = getattr(client, row.method)(reverse(name, kwargs=row.at()))
    if is_api(name):
        assert response.status_code == 401
    else:
        assert response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in WHO if is_api(name)))
def test_a_client_system_without_the_scope(client: Client, name: str) -> None:
    row, system = WHO[name], make.client_system("secret", scopes=())
    path, moment = reverse(name, kwargs=row.at()), str(int(time.time()))
    lines = [row.method.upper(), path, "", hashlib.sha256(b"").hexdigest(), moment, "nonce-0001"]
    signature = hmac.new(b"secret", "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    headers = {"X-Client": system.code, "X-Timestamp": moment, "X-Nonce": "nonce-0001", "X-Signature": signature}
    response = client.generic(row.method.upper(), path, headers=headers)
    assert response.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(WHO))
def test_a_user_without_any_role(client: Client, name: str) -> None:
    row, own = WHO[name], {"accounts:logout", "accounts:password", "accounts:second_factor"}
    client.force_login(make.user())
    status = getattr(client, row.method)(reverse(name, kwargs=row.at())).status_code
    assert status in ({200, 302} if name in own | {"portal:home", "redblack:list_ages"} else {403, 404})

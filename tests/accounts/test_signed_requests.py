import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.db import OperationalError
from django.test import Client

from accounts import selectors, services
from accounts.models import ClientSystem, Nonce
from accounts.services import seen
from kernel.actor import Role
from tests.factories import accounts as make
from toolkit import clock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.interfaces")]
Send = Callable[..., Any]
BODY = json.dumps({"text": "恒泰"}).encode()


def sm3(secret: bytes, text: bytes) -> str:
    mac = HMAC(secret, hashes.SM3())
    mac.update(text)
    return mac.finalize().hex()


@pytest.fixture
def system() -> ClientSystem:
    return make.client_system("secret-one", "secret-two")


@pytest.fixture
def send(client: Client, system: ClientSystem) -> Send:
    """Signs as an outside party would, written anew from the documentation. `sent_*` differs from what was signed."""

    def request(
        path: str = "/api/v1/echo",
        *,
        method: str = "POST",
        query: str = "",
        body: bytes = BODY,
        secret: str = "secret-one",
        nonce: str = "nonce-0001",
        at: float | None = None,
        algorithm: str = "",
        sent_body: bytes | None = None,
        sent_query: str | None = None,
        **headers: str,
    ) -> Any:
        timestamp = str(int(time.time() if at is None else at))
        lines = [method, path, "&".join(sorted(query.split("&"))), hashlib.sha256(body).hexdigest(), timestamp, nonce]
        text = "\n".join(lines).encode()
        digest = (
            sm3(secret.encode(), text)
            if algorithm == "HMAC-SM3"
            else hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
        )
        signed = {"X-Client": system.code, "X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": digest}
        if algorithm:
            signed["X-Algorithm"] = algorithm
        query = query if sent_query is None else sent_query
        return client.generic(
            method,
            f"{path}?{query}" if query else path,
            body if sent_body is None else sent_body,
            content_type="application/json",
            headers=signed | headers,
        )

    return request


def code_of(response: Any) -> str:
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert any("\u4e00" <= char <= "\u9fff" for char in body["title"])
    return str(body["type"].removeprefix("/problems/"))


def test_a_signed_request_is_answered_as_its_client(send: Send, system: ClientSystem) -> None:
    response = send()
    assert response.status_code == 200, response.content
    assert response.json() == {"actor": f"client:{system.code}", "body": {"text": "恒泰"}}
    assert response["Cache-Control"] == "no-store"


def test_without_a_body_and_with_a_query_in_any_order(send: Send) -> None:
    assert send(method="GET", body=b"", query="b=2&a=%E5%A5%BD", sent_query="a=%E5%A5%BD&b=2").status_code == 200


def test_the_second_live_secret_signs_as_well(send: Send) -> None:
    assert send(secret="secret-two").status_code == 200


def test_sm3(send: Send) -> None:
    assert send(algorithm="HMAC-SM3").status_code == 200
    assert code_of(send(algorithm="HMAC-MD5", nonce="nonce-0002")) == "accounts.signature_missing"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": "secret-three"}, "accounts.signature_wrong"),
        ({"sent_body": b'{"text": "other"}'}, "accounts.signature_wrong"),
        ({"query": "a=1", "sent_query": "a=2"}, "accounts.signature_wrong"),
        ({"X-Client": "nobody"}, "accounts.signature_wrong"),
        ({"X-Signature": "签名"}, "accounts.signature_missing"),
        ({"X-Signature": ""}, "accounts.signature_missing"),
        ({"X-Nonce": ""}, "accounts.signature_missing"),
        ({"nonce": "short"}, "accounts.nonce_malformed"),
        ({"nonce": "with space"}, "accounts.nonce_malformed"),
        ({"X-Timestamp": "yesterday"}, "accounts.timestamp_wrong"),
        ({"X-Timestamp": "9" * 400}, "accounts.timestamp_wrong"),
    ],
)
def test_what_does_not_match_is_refused(send: Send, changed: dict[str, Any], code: str) -> None:
    response = send(**changed)
    assert response.status_code == 401
    assert code_of(response) == code
    assert not Nonce.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-299, 200), (299, 200), (-302, 401), (302, 401)])
def test_a_signature_is_good_for_five_minutes(send: Send, seconds: int, status: int) -> None:
    assert send(at=time.time() + seconds).status_code == status


def test_another_method_is_another_text(send: Send, client: Client) -> None:
    headers = send().wsgi_request.headers
    replayed = {name: headers[name] for name in ("X-Client", "X-Timestamp", "X-Nonce", "X-Signature")}
    response = client.put("/api/v1/echo", BODY, content_type="application/json", headers=replayed)
    assert code_of(response) == "accounts.signature_wrong"


def test_the_same_nonce_is_not_taken_twice(send: Send) -> None:
    assert send().status_code == 200
    assert code_of(send()) == "accounts.nonce_used"
    assert send(nonce="nonce-0002").status_code == 200


def test_another_client_may_use_the_same_nonce(send: Send) -> None:
    other = make.client_system("secret-one")
    seen.take_nonce(client_id=other.pk, nonce="nonce-0001", now=clock.wall())
    assert send().status_code == 200


def test_a_view_that_keeps_its_own_nonce_gets_it(send: Send) -> None:
    for _ in range(2):
        assert send("/api/v1/own").json() == {"nonce": "nonce-0001"}
    assert not Nonce.objects.exists()


def test_nonces_are_dropped_when_no_signature_can_be_good_any_more(send: Send) -> None:
    send()
    assert Nonce.objects.count() == 1
    assert seen.prune(now=clock.wall()) == 0
    Nonce.objects.update(seen_at=make.LONG_AGO)
    assert seen.prune(now=clock.wall()) == 1


def test_the_scope_decides(send: Send, system: ClientSystem) -> None:
    system.scopes = ["checks:read"]
    system.save()
    response = send()
    assert response.status_code == 403


def test_an_interface_that_names_no_permission_is_closed(send: Send) -> None:
    assert send("/api/v1/closed", method="GET", body=b"").status_code == 403


def test_a_refusal_is_a_problem(send: Send) -> None:
    assert code_of(send("/api/v1/refuses", method="GET", body=b"")) == "rule_broken"


def test_no_such_interface(send: Send) -> None:
    assert code_of(send("/api/v1/nothing", method="GET", body=b"")) == "accounts.no_such_interface"


def test_a_deactivated_client_is_refused(send: Send, system: ClientSystem) -> None:
    services.deactivate_client(client_id=system.pk, actor=make.actor(Role.SECURITY_ADMIN), now=make.LONG_AGO)
    assert code_of(send()) == "accounts.signature_wrong"


def test_a_secret_ends_with_the_second_rotation(send: Send, client: Client) -> None:
    actor = make.actor(Role.SECURITY_ADMIN)
    made = services.register_client(
        code="rotates",
        name="x",
        department_id=make.department().pk,
        scopes=[],
        actor=make.PLATFORM,
        now=make.LONG_AGO,
    )

    def signs(secret: str) -> bool:
        found = selectors.client_by_code("rotates")
        assert found is not None
        return secret.encode() in found.secrets

    second = services.rotate_secret(client_id=made.client_id, actor=actor, now=clock.wall())
    assert signs(made.secret) and signs(second)
    third = services.rotate_secret(client_id=made.client_id, actor=actor, now=clock.wall())
    assert (signs(made.secret), signs(second), signs(third)) == (False, True, True)


def test_a_body_too_large_is_refused_before_it_is_read(send: Send) -> None:
    response = send(body=b"x" * (2 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert code_of(response) == "accounts.body_too_large"


def test_a_view_may_take_a_larger_body_than_the_others(send: Send) -> None:
    body = json.dumps({"text": "x" * (2 * 1024 * 1024 + 1)}).encode()
    response = send("/api/v1/large", body=body)
    assert (response.status_code, response.json()) == (200, {"length": 2 * 1024 * 1024 + 1})
    assert send("/api/v1/large", body=body, sent_body=body + b" ", nonce="nonce-0002").status_code == 401
    response = send("/api/v1/large", body=b"x" * (3 * 1024 * 1024 + 1), nonce="nonce-0003")
    assert response.status_code == 413 and "3 MB" in response.json()["title"]


def test_unsigned_and_logged_out_is_401(client: Client) -> None:
    response = client.get("/api/v1/echo")
    assert response.status_code == 401
    assert code_of(response) == "accounts.signature_missing"


def test_a_user_may_call_where_the_view_says_so(client: Client) -> None:
    client.force_login(make.user(Role.CLERK, username="zc01"))
    assert client.get("/api/v1/echo").json() == {"actor": "user:zc01"}
    client.force_login(make.user(Role.UPLOADER))
    assert client.get("/api/v1/echo").status_code == 403


def test_a_session_needs_the_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.user(Role.CLERK))
    response = strict.post("/api/v1/echo", BODY, content_type="application/json")
    assert response.status_code == 403
    assert code_of(response) == "accounts.csrf_missing"


def test_a_signed_request_leaves_no_session(send: Send) -> None:
    assert not send().cookies


def test_a_database_that_is_down_is_said(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    response = send("/api/v1/down", method="GET", body=b"")
    assert response.status_code == 503
    assert code_of(response) == "database_away"

    def down(code: str) -> None:
        raise OperationalError

    monkeypatch.setattr(selectors, "known_client", down)
    response = send(nonce="nonce-0009")
    assert response.status_code == 503 and "不得据此认定为无记录" in response.content.decode()

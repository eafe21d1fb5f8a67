"""The WSGI application answers a signed request past Django's handler, and in no word otherwise than through it."""

import time
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import RequestFactory

from accounts.middleware import door
from accounts.middleware.door import Door
from accounts.models import ClientSystem
from accounts.rules import signature
from accounts.services import quotas
from tests.factories import accounts as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.interfaces")]
Seen = tuple[str, dict[str, str], bytes]
BODY = b'{"text": "\xe6\x81\x92\xe6\xb3\xb0"}'
_nonces = count(10_000_000)


@pytest.fixture
def system() -> ClientSystem:
    return make.client_system("secret-one", scopes=("checks:create",))


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Between requests the test's transaction is left open, as Django's own client leaves it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(door, "close_old_connections", lambda: None)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def signed(system: ClientSystem, path: str, *, body: bytes = b"", secret: bytes = b"secret-one") -> dict[str, Any]:
    method = "POST" if body else "GET"
    bare, _, query = path.partition("?")
    timestamp, nonce = str(int(time.time())), str(next(_nonces))
    text = signature.text_to_sign(
        method=method,
        path=bare,
        query=query,
        body=body,
        timestamp=timestamp,
        nonce=nonce,
    )
    headers = {"X-Client": system.code, "X-Timestamp": timestamp, "X-Nonce": nonce}
    headers["X-Signature"] = signature.sign(secret, text)
    environ = RequestFactory().generic(method, path, body, "application/json", headers=headers).environ
    return environ | {"wsgi.input": BytesIO(body)}


def ask(application: Any, environ: dict[str, Any]) -> Seen:
    seen: list[Any] = []
    answer: Iterable[bytes] = application(environ, lambda status, headers: seen.extend((status, dict(headers))))
    return seen[0], seen[1], b"".join(answer)


def never(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    raise AssertionError("a signed request does not come here")


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(
    ("path", "body", "secret", "status"),
    [
        ("/api/v1/echo", BODY, b"secret-one", "200 OK"),
        ("/api/v1/echo", b"", b"secret-one", "200 OK"),
        ("/api/v1/streams", b"", b"secret-one", "200 OK"),
        ("/api/v1/echo", b"no json", b"secret-one", "400 Bad Request"),
        ("/api/v1/echo?q=11010519491231002X", b"", b"secret-one", "400 Bad Request"),
        ("/api/v1/echo", BODY, b"secret-two", "401 Unauthorized"),
        ("/api/v1/closed", b"", b"secret-one", "403 Forbidden"),
        ("/api/v1/nowhere", b"", b"secret-one", "404 Not Found"),
        ("/api/v1/refuses", b"", b"secret-one", "409 Conflict"),
        ("/api/v1/echo", b" " * (2 * 1024 * 1024 + 1), b"secret-one", "413 Request Entity Too Large"),
        ("/api/v1/crashes", b"", b"secret-one", "500 Internal Server Error"),
        ("/api/v1/down", b"", b"secret-one", "503 Service Unavailable"),
    ],
)
def test_both_ways_answer_alike(system: ClientSystem, path: str, body: bytes, secret: bytes, status: str) -> None:
    django = WSGIHandler()
    ours, theirs = (
        ask(application, signed(system, path, body=body, secret=secret)) for application in (Door(never), django)
    )
    assert ours[0] == status
    assert ours == theirs
    assert ours[1]["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("one_connection")
def test_everybody_else_goes_through_django(system: ClientSystem) -> None:
    pages = Door(WSGIHandler())
    assert ask(pages, RequestFactory().get("/healthz").environ)[0] == "200 OK"
    nobody = RequestFactory().get("/api/v1/echo").environ
    assert ask(pages, nobody)[0] == "401 Unauthorized"
    page_with_the_header = RequestFactory().get("/", headers={"X-Client": system.code}).environ
    assert ask(pages, page_with_the_header)[0] == "302 Found"


@pytest.mark.usefixtures("one_connection")
def test_calls_are_counted_and_repeats_refused(system: ClientSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    admit = quotas.admit

    def counting(**said: Any) -> None:
        counted.append(said["address"])
        admit(**said)

    monkeypatch.setattr(quotas, "admit", counting)
    application, environ = Door(never), signed(system, "/api/v1/echo", body=BODY)
    again = environ | {"wsgi.input": BytesIO(BODY)}
    assert ask(application, environ)[0] == "200 OK"
    refused = ask(application, again)
    assert refused[0] == "401 Unauthorized"
    assert b"accounts.nonce_used" in refused[2]
    assert counted == ["127.0.0.1"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_opened_anew(system: ClientSystem) -> None:
    application = Door(never)
    assert ask(application, signed(system, "/api/v1/echo", body=BODY))[0] == "200 OK"
    connection.connection.close()
    assert ask(application, signed(system, "/api/v1/echo", body=BODY))[0] in ("200 OK", "503 Service Unavailable")
    assert ask(application, signed(system, "/api/v1/echo", body=BODY))[0] == "200 OK"

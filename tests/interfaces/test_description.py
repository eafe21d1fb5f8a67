"""The whole OpenAPI description, asked by schemathesis: no defect, and no answer that the description does not tell.

Every request is signed on its way in, so that what is asked is what a client system can ask; the places of a path are
half of the time things that are there. By the schema and against it; for a system of every scope, of one, and of
none. `make soak`: the same, long.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.rules.scopes import SCOPES
from tests.factories import accounts
from tests.interfaces.worlds import NOWHERE, World, world
from tests.signing import send

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
PLACES = {
    "number": "number",
    "item": "item",
    "batch_id": "batch",
    "code": "listed",
    "received_id": "version",
    "subscription_id": "subscription",
    "roster_id": "roster",
}
_nonces = count(1)


def said_in_chinese(_context: Any, response: Any, _case: Any) -> None:
    """A refusal says how to mend it, to people here."""
    if response.status_code >= 400 and not CHINESE.search(str(response.json().get("title", ""))):
        raise Failure(operation="", title="not in Chinese", message=response.text[:200])


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    said_in_chinese,
]


class Signed:
    """The platform, with a client system's signature put on whatever comes in: over the bytes as they came."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.handler = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        timestamp, nonce = str(int(time.time())), f"fuzz-{next(_nonces):010d}"
        query = "&".join(sorted(environ.get("QUERY_STRING", "").split("&")))
        lines = [environ["REQUEST_METHOD"], path, query, hashlib.sha256(body).hexdigest(), timestamp, nonce]
        digest = hmac.new(b"secret-one", "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        environ |= {"HTTP_X_CLIENT": self.code, "HTTP_X_TIMESTAMP": timestamp, "HTTP_X_NONCE": nonce}
        environ |= {"HTTP_X_SIGNATURE": digest, "HTTP_X_ALGORITHM": "HMAC-SHA256"}
        return self.handler(environ, start)


@contextmanager
def one_connection() -> Iterator[None]:
    """The end of a request would close the connection, and with it the test's transaction. Django's own client does
    the same, and connects the signals again after each request: so it is not used in here.
    """
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def described(client: Client) -> dict[str, Any]:
    reader = accounts.client_system(scopes=("schema:read",))
    answer = send(client, reader.code, "/api/v1/schema", method="GET")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def faults(
    description: dict[str, Any], known: World, who: str, *, examples: int, mode: GenerationMode = GOOD
) -> list[str]:
    """What schemathesis finds, one line for each operation: asked with data by the schema, or against it."""
    schema = schemathesis.openapi.from_dict(description)
    schema.app = Signed(who)
    found = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=examples < 20,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
        def ask(case: Any, there: bool) -> None:
            if there and case.path_parameters:
                about = {name: getattr(known, PLACES[name]) for name in case.path_parameters if name in PLACES}
                case.path_parameters |= about
            case.headers.clear()
            answer = case.call()
            case.validate_response(answer, checks=CHECKS)

        try:
            with one_connection():
                ask()
        except Unsatisfiable:  # there is nothing about it that could be wrong
            continue
        except (FailureGroup, Failure, Exception) as failure:
            found.append(f"{operation.label}: {_said(failure)}")
    return found


def _said(failure: BaseException) -> str:
    inner = getattr(failure, "exceptions", ())
    code = getattr(failure, "status_code", "")
    return " | ".join(_said(one) for one in inner) if inner else f"{type(failure).__name__} {code}: {failure}"[:600]


def several(known: World) -> dict[str, str]:
    return {
        "every scope": known.client,
        "one scope": accounts.client_system(scopes=("checks:create",)).code,
        "no scope": accounts.client_system(scopes=()).code,
    }


def test_no_defect_and_no_answer_that_is_not_described(client: Client) -> None:
    known, description = world(tuple(SCOPES)), described(client)
    wrong = {
        name: faults(description, known, code, examples=3 if name == "every scope" else 1)
        for name, code in several(known).items()
    }
    wrong["malformed"] = faults(description, known, known.client, examples=3, mode=BAD)
    assert not any(wrong.values()), "\n".join(f"{name}: {one}" for name, all_ in wrong.items() for one in all_)


@pytest.mark.soak
@pytest.mark.parametrize("mode", [GOOD, BAD], ids=["by the schema", "against it"])
def test_no_defect_however_long_it_is_asked(client: Client, mode: GenerationMode) -> None:
    known, description = world(tuple(SCOPES)), described(client)
    wrong = {name: faults(description, known, code, examples=300, mode=mode) for name, code in several(known).items()}
    assert not any(wrong.values()), "\n".join(f"{name}: {one}" for name, all_ in wrong.items() for one in all_)


def test_the_description_is_whole(client: Client) -> None:
    """Each operation says how it is signed, every error as problem details, and in Chinese what it is."""
    description = described(client)
    schemes = description["components"]["securitySchemes"]
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["summary"] and operation["operationId"], path
            assert all(name in schemes for one in operation["security"] for name in one), path
            assert {"400", "401", "403", "404", "429", "503"} <= set(operation["responses"]), path
            for status, answer in operation["responses"].items():
                kinds = set(answer["content"])
                assert kinds == ({"application/problem+json"} if status >= "400" else {"application/json"}), path
    assert NOWHERE.matter not in str(description)

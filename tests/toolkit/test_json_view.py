"""Interfaces without negotiation keep the manners of the others."""

import json

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from kernel.actor import Actor, Kind
from kernel.errors import RuleBroken
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope


class Wrong(RuleBroken):
    code = "test.wrong"
    message = "不行。"


class Echo(JsonView):
    permission_classes = [needs_scope("echo")]

    def post(self, request: HttpRequest, data: object) -> dict[str, object]:
        if data == "refuse":
            raise Wrong
        return {"said": data}


class Closed(JsonView):
    def post(self, request: HttpRequest, data: object) -> dict[str, object]:
        return {}


def ask(
    view: type[JsonView], body: bytes, *, scopes: frozenset[str] = frozenset({"echo"}), **how: str
) -> tuple[int, dict]:
    request = RequestFactory().generic(how.get("method", "POST"), "/", body, how.get("type", "application/json"))
    request.actor = Actor(kind=Kind.CLIENT, name="x", scopes=scopes)
    response = view.as_view()(request)
    return response.status_code, json.loads(response.content)


def test_json_in_and_out() -> None:
    assert ask(Echo, '{"名": 1}'.encode()) == (200, {"said": {"名": 1}})


def test_an_empty_body_is_nothing() -> None:
    assert ask(Echo, b"") == (200, {"said": None})


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert ask(Echo, body)[0] == 400


def test_another_content_type_is_refused() -> None:
    assert ask(Echo, b"{}", type="text/plain")[0] == 400


def test_a_refusal_is_told_as_a_problem() -> None:
    status, problem = ask(Echo, b'"refuse"')
    assert (status, problem["type"], problem["title"]) == (409, "/problems/test.wrong", "不行。")


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS", "BREW"])
def test_another_method_is_refused(method: str) -> None:
    assert ask(Echo, b"{}", method=method)[0] == 405


def test_without_the_scope_nothing_opens() -> None:
    assert ask(Echo, b"{}", scopes=frozenset())[0] == 403


def test_a_view_that_names_no_permission_is_closed() -> None:
    assert ask(Closed, b"{}")[0] == 403

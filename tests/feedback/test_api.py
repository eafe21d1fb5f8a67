"""The interface of feedback, signed as a department's system signs: shapes, scopes, repeats, bad bodies."""

import json
from typing import Any

import pytest
from django.test import Client

from feedback.models import Case, Due
from tests.factories import accounts
from tests.feedback.test_intake import Town, done
from tests.signing import send
from toolkit import clock

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/feedback/cases"


@pytest.fixture
def town() -> Town:
    return Town(clock.now())


@pytest.fixture
def hall(town: Town) -> str:
    return accounts.client_system(scopes=("feedback:write", "feedback:read"), department=town.department).code


def post(client: Client, code: str, body: Any, **more: str) -> Any:
    return send(client, code, PLACE, body=json.dumps(body).encode(), **more)


def test_cases_come_in_and_go_out(client: Client, town: Town, hall: str) -> None:
    number, _, _ = town.check()
    owed = send(client, hall, "/api/v1/feedback/dues", method="GET").json()
    assert [one["measure"] for one in owed["dues"]] == ["Y-1", "Y-2"] and owed["next"] == ""
    second = owed["dues"][1]["case"]
    rows = [
        done(receipt=number, measure="Y-1", amount=12.5),
        done(case=second, own_number="N-1"),
        {},
    ]
    first = post(client, hall, {"cases": rows}, nonce="n-00000001")
    assert first.status_code == 200, first.content
    said = first.json()
    assert (said["taken"], said["refused"]) == (2, 1) and said["results"][2]["code"] == "feedback.row_malformed"
    assert post(client, hall, {"cases": rows}, nonce="n-00000001").json() == said
    assert post(client, hall, {"cases": rows[:1]}, nonce="n-00000001").status_code == 409
    assert post(client, hall, {"cases": rows}).json()["same"] == 2
    page = send(client, hall, f"{PLACE}?limit=1", method="GET").json()
    rest = send(client, hall, f"{PLACE}?after={page['next']}", method="GET").json()
    assert [one["version"] for one in (*page["cases"], *rest["cases"])] == [1, 1]
    assert send(client, hall, f"{PLACE}?after={rest['next']}", method="GET").json()["cases"] == []
    assert page["cases"][0]["amount"] == "12.50"
    [mine] = send(client, hall, f"{PLACE}?case=N-1", method="GET").json()["cases"]
    assert mine["own_number"] == "N-1" and mine["case"] == second
    assert send(client, hall, "/api/v1/feedback/dues", method="GET").json()["dues"] == []


def test_each_scope_by_itself(client: Client, town: Town) -> None:
    number, _, _ = town.check()
    reads = accounts.client_system(scopes=("feedback:read",), department=town.department).code
    writes = accounts.client_system(scopes=("feedback:write",), department=town.department).code
    stranger = accounts.client_system(scopes=("feedback:write", "feedback:read")).code
    body = {"cases": [done(receipt=number, measure="Y-1")]}
    assert post(client, reads, body).status_code == 403
    assert send(client, writes, PLACE, method="GET").status_code == 403
    assert send(client, stranger, "/api/v1/feedback/dues", method="GET").json()["dues"] == []
    assert post(client, stranger, body).json()["results"][0]["code"] == "feedback.due_not_found"
    assert client.post(PLACE, body, content_type="application/json").status_code == 401
    assert not Case.objects.exists() and Due.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"cases": []}, {"cases": {}}, {"cases": [1]}, {"cases": [{"nonsense": "x"}]},
        {"cases": [{"content": ["x"]}]}, {"cases": [{"amount": True}]}, {"cases": [{}] * 1001},
    ],
)  # fmt: skip
def test_a_body_of_another_shape(client: Client, hall: str, body: Any) -> None:
    answer = post(client, hall, body)
    assert answer.status_code == 400 and answer.json()["title"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "after=x", "after=2026-11-20~-1"],
)
def test_a_query_of_another_shape(client: Client, hall: str, query: str) -> None:
    for place in (PLACE, "/api/v1/feedback/dues"):
        assert send(client, hall, f"{place}?{query}", method="GET").status_code == 400

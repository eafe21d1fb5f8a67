"""The interface of feedback, signed as a department's system signs: shapes, scopes, repeats, bad bodies."""

import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from feedback.models import Case, Due
from tests.factories import accounts
from tests.feedback.test_intake import Town, done
from tests.signing import send
from tests.together import at_once
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


def pull(client: Client, code: str, after: str = "") -> tuple[list[tuple[str, int]], str]:
    page = send(client, code, f"{PLACE}?after={after}", method="GET").json()
    return [(one["case"], one["version"]) for one in page["cases"]], page["next"]


def test_a_puller_misses_no_case_and_sees_every_correction(client: Client, town: Town, hall: str) -> None:
    (early, _, _), (late, _, _) = town.check(), town.check()
    names = {(due.number, due.measure_code): due.case_number for due in Due.objects.filter(number__in=[early, late])}
    post(client, hall, {"cases": [done(receipt=late, measure="Y-1")]})
    first, at = pull(client, hall)
    assert first == [(names[late, "Y-1"], 1)]
    post(client, hall, {"cases": [done(receipt=early, measure="Y-1")]})  # opened before, reported after, the same day
    second, at = pull(client, hall, at)
    assert second == [(names[early, "Y-1"], 1)]
    post(client, hall, {"cases": [done(receipt=late, measure="Y-1", content="更正后的做法")]})
    third, at = pull(client, hall, at)
    assert third == [(names[late, "Y-1"], 2)] and pull(client, hall, at) == ([], at)
    assert pull(client, hall)[0] == [*second, *third], "each by its newest version alone"
    assert pull(client, hall, "2026-11-20~123") == ([*second, *third], at), "what was kept before the upgrade: anew"
    stranger = accounts.client_system(scopes=("feedback:read",)).code
    assert pull(client, stranger, at) == ([], ""), "the cursor of another leads nowhere"


def test_the_count_is_a_departments_own(client: Client, town: Town, hall: str) -> None:
    number, _, _ = town.check()
    other = Town(clock.now())  # its measures stand under the same codes from now on
    busy = accounts.client_system(scopes=("feedback:write",), department=other.department).code
    for _ in range(3):
        post(client, busy, {"cases": [done(receipt=other.check()[0], measure="Y-1")]})
    post(client, hall, {"cases": [done(receipt=number, measure="Y-1")]})
    assert pull(client, hall)[1] == f"{town.department.pk}.1"


@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_while_somebody_reads_is_read(client: Client) -> None:
    """Two hands report, a third reads on: nothing that commits late is passed over."""
    town = Town(clock.now())
    code = accounts.client_system(scopes=("feedback:write", "feedback:read"), department=town.department).code
    numbers = iter([town.check()[0] for _ in range(24)])
    lock, ended, read = threading.Lock(), threading.Event(), []

    def report() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            rows = [done(receipt=number, measure=measure) for measure in ("Y-1", "Y-2")]
            assert post(Client(), code, {"cases": rows}).json()["taken"] == 2

    def read_on() -> None:
        at = ""
        while True:
            last = ended.is_set()
            found, at = pull(Client(), code, at)
            read.extend(found)
            if last and not found:
                return connections.close_all()

    reader = threading.Thread(target=read_on)
    reader.start()
    assert at_once(report) == [None, None]
    ended.set()
    reader.join()
    assert len(read) == len(set(read)) == Case.objects.count() == 48


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
    ["limit=0", "limit=1001", "limit=x", "after=x", "after=2026-11-20~-1", "after=1.%C2%B2", "after=2999-13-01~1"],
)
def test_a_query_of_another_shape(client: Client, hall: str, query: str) -> None:
    for place in (PLACE, "/api/v1/feedback/dues"):
        assert send(client, hall, f"{place}?{query}", method="GET").status_code == 400

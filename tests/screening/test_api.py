import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from audit.models import Event
from kernel.actor import Role
from screening import api
from screening.models import Receipt
from tests.factories import accounts, redblack
from tests.factories import screening as make
from tests.screening.conftest import City
from tests.signing import send

pytestmark = pytest.mark.django_db
PATH = "/api/v1/checks"


@pytest.fixture
def hall() -> str:
    return accounts.client_system(department=make.general_window()).code


def body_of(city: City, **fields: Any) -> dict[str, Any]:
    return {"matter": city.matter, "stage": "before", "subjects": [{"text": city.uscc}]} | fields


def post(client: Client, code: str, body: Any, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(client, code, PATH, body=raw, **headers)


def problem(response: Any, status: int, code: str) -> str:
    told = json.loads(response.content)
    assert response.status_code == status, told
    assert response["Content-Type"].startswith("application/problem+json")
    assert (told["type"], told["status"]) == (f"/problems/{code}", status)
    return str(told["title"])


def test_a_check(client: Client, city: City, hall: str) -> None:
    redblack.entry(city.black.code, city.firm)
    response = post(client, hall, body_of(city, file_number="B-1"))
    told = response.json()
    assert response.status_code == 200
    assert (told["answer"], told["complete"], told["no_measure"], told["repeated"]) == ("hit", True, False, False)
    assert told["content"]["subjects"][0]["measures"][0]["code"] == "Y-1"
    receipt = Receipt.objects.get(number=told["number"])
    assert (receipt.actor, receipt.file_number) == (f"client:{hall}", "B-1")
    assert Event.objects.filter(about=f"screening.receipt:{told['number']}").count() == 1


def test_the_nonce_makes_it_repeatable(client: Client, city: City, hall: str) -> None:
    first, second = (post(client, hall, body_of(city), nonce="nonce-same-1").json() for _ in range(2))
    assert (first["number"], second["repeated"]) == (second["number"], True)
    assert Receipt.objects.count() == 1
    other = post(client, hall, body_of(city, file_number="B-2"), nonce="nonce-same-1")
    problem(other, 409, "screening.key_used_for_another")


def test_a_replay_under_another_idempotency_key_is_the_same_check(client: Client, city: City, hall: str) -> None:
    """Only what the signature covers counts: a header that anybody may add makes no second receipt."""
    first = post(client, hall, body_of(city), nonce="nonce-replayed").json()
    again = post(client, hall, body_of(city), nonce="nonce-replayed", **{"Idempotency-Key": "another-key"}).json()
    assert again["number"] == first["number"] and again["repeated"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"matter": None}, "matter"),
        ({"matter": 7}, "matter"),
        ({"matter": " "}, "matter"),
        ({"matter": "x" * 41}, "matter"),
        ({"stage": ["before"]}, "stage"),
        ({"file_number": 7}, "file_number"),
        ({"file_number": "x" * 61}, "file_number"),
        ({"subjects": None}, "subjects"),
        ({"subjects": []}, "subjects"),
        ({"subjects": {}}, "subjects"),
        ({"subjects": [{"text": "x"}] * 51}, "subjects"),
        ({"subjects": ["91339901MA9K3H5T3Y"]}, "subjects[0]"),
        ({"subjects": [{"text": "x"}, {}]}, "subjects[1].text"),
        ({"subjects": [{"text": ""}]}, "subjects[0].text"),
        ({"subjects": [{"text": "x" * 4001}]}, "subjects[0].text"),
        ({"subjects": [{"text": "x", "role": 7}]}, "subjects[0].role"),
        ({"subjects": [{"text": "x", "role": None}]}, "subjects[0].role"),
    ],
)
def test_a_wrong_body_is_refused_at_its_place(
    client: Client, city: City, hall: str, changed: dict[str, Any], place: str
) -> None:
    title = problem(post(client, hall, body_of(city) | changed), 400, "screening.body_wrong")
    assert title.startswith(place)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "甲\ud800公司"])
def test_what_no_text_can_hold_is_refused(client: Client, city: City, hall: str, text: str) -> None:
    problem(post(client, hall, body_of(city) | {"subjects": [{"text": text}]}), 400, "toolkit.not_text")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_is_refused(client: Client, hall: str, raw: bytes) -> None:
    response = post(client, hall, raw)
    assert response.status_code == 400
    assert not Receipt.objects.exists()


def test_what_the_application_list_does_not_know(client: Client, city: City, hall: str) -> None:
    problem(post(client, hall, body_of(city, matter="NOWHERE")), 404, "screening.unknown_matter")
    problem(post(client, hall, body_of(city, stage="after")), 404, "screening.unknown_matter")
    stranger = [{"text": city.uscc, "role": "stranger"}]
    problem(post(client, hall, body_of(city, subjects=stranger)), 400, "screening.unknown_role")


def test_without_the_scope(client: Client, city: City) -> None:
    other = accounts.client_system(scopes=("lists:read",)).code
    assert post(client, other, body_of(city)).status_code == 403
    assert send(client, other, f"{PATH}/JL-20261120-000001", method="GET").status_code == 403
    assert not Receipt.objects.exists()


def test_nobody_unsigned(client: Client, city: City) -> None:
    assert client.post(PATH, body_of(city), content_type="application/json").status_code == 401
    client.force_login(accounts.user(Role.SYSTEM_ADMIN))
    assert client.post(PATH, body_of(city), content_type="application/json").status_code == 403


def test_a_receipt_is_found_again_by_its_own_system_only(client: Client, city: City, hall: str) -> None:
    made = post(client, hall, body_of(city)).json()
    path = f"{PATH}/{made['number']}"
    again = send(client, hall, path, method="GET").json()
    assert again["content"] == made["content"] and again["checked_at"] == made["checked_at"]
    names = Event.objects.filter(about=f"screening.receipt:{made['number']}").order_by("id")
    assert names.values_list("name", flat=True)[1] == "screening.receipt.read"
    other = accounts.client_system().code
    for code, wanted in ((other, path), (hall, f"{PATH}/JL-20261120-999999"), (hall, f"{PATH}/JL-99991231-000001")):
        problem(send(client, code, wanted, method="GET"), 404, "screening.receipt_not_found")


def test_a_database_that_is_away(client: Client, city: City, hall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**asked: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(api, "check", away)
    title = problem(post(client, hall, body_of(city)), 503, "database_away")
    assert "未能核查" in title and "不得据此认定为无记录" in title


def test_make_sure_the_answer_is_the_pages(client: Client, city: City, hall: str) -> None:
    told = post(client, hall, body_of(city, subjects=[{"text": make.uscc()}])).json()
    assert told["answer"] == "clear" and told["note"].startswith("本回执记载核查时点的名单情况")

"""Records from other departments' systems: shapes, counts, returned rows, the same call again."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import ClientSystem
from audit.models import Event
from collection import api
from collection.models import Batch, Record
from tests.collection.definitions import GOOD, PERSON
from tests.collection.items import published_penalty
from tests.factories import accounts
from tests.signing import send

pytestmark = pytest.mark.django_db
BAD = GOOD | {"CF_WSH": "江环罚〔2026〕67号", "CF_JDRQ": "去年", "CF_NR_FK": "三万"}


@pytest.fixture
def item() -> str:
    return published_penalty("penalty-api")


@pytest.fixture
def system() -> ClientSystem:
    return accounts.client_system(scopes=("records:create",))


def body(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rows": list(rows)} | more


def post(client: Client, system: ClientSystem, said: Any, *, item: str, **headers: str) -> Any:
    raw = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return send(client, system.code, f"/api/v1/collection/{item}/records", body=raw, **headers)


def refused(response: Any, status: int, code: str) -> str:
    told = json.loads(response.content)
    assert response.status_code == status, told
    assert (told["type"], told["status"]) == (f"/problems/{code}", status)
    return str(told["title"])


def test_good_rows_are_taken_and_bad_ones_come_back(client: Client, item: str, system: ClientSystem) -> None:
    response = post(client, system, body(GOOD, BAD), item=item)
    told = response.json()
    assert response.status_code == 200, told
    assert {k: told[k] for k in ("total", "taken", "changed", "same", "returned", "state", "item", "version")} == {
        "total": 2, "taken": 1, "changed": 0, "same": 0, "returned": 1, "state": "done", "item": item, "version": 1,
    }  # fmt: skip
    [row] = told["rows"]
    assert row["row"] == 2
    assert {problem["field"] for problem in row["problems"]} >= {"CF_JDRQ", "CF_NR_FK"}
    assert all(set(p) == {"field", "name", "code", "message", "severity"} for p in row["problems"])
    assert {p["name"] for p in row["problems"]} >= {"处罚决定日期", "罚款金额（万元）"}
    record = Record.objects.get()
    batch = Batch.objects.get(pk=told["batch"])
    assert (record.provider_id, batch.channel, batch.sender) == (
        system.department_id, "interface", f"client:{system.code}",
    )  # fmt: skip
    assert Event.objects.filter(actor=f"client:{system.code}").exists()


def test_the_same_call_again_gets_the_same_answer(client: Client, item: str, system: ClientSystem) -> None:
    first, second = (post(client, system, body(GOOD, BAD), item=item, nonce="nonce-again-1").json() for _ in range(2))
    assert first == second
    assert Batch.objects.count() == Record.objects.count() == 1
    other = post(client, system, body(GOOD), item=item, nonce="nonce-again-1")
    refused(other, 409, "collection.call_key_used")


@pytest.mark.parametrize("said", [{}, {"version": 1}])
def test_the_same_call_again_after_a_new_version(
    client: Client, item: str, system: ClientSystem, said: dict[str, int]
) -> None:
    """The answer was lost on the way, and the catalogue moved on before the sender tried again."""
    rows = body(GOOD | {"CF_XDR_SWDJ": "339901"}, BAD, **said)
    first = post(client, system, rows, item=item, nonce="nonce-again-2").json()
    published_penalty(item, without="CF_XDR_SWDJ")
    again = post(client, system, rows, item=item, nonce="nonce-again-2")
    assert (again.status_code, again.json()) == (200, first)
    assert Batch.objects.count() == Record.objects.count() == 1
    refused(post(client, system, body(GOOD, version=1), item=item), 400, "collection.version_wrong")
    refused(post(client, system, body(GOOD), item=item, nonce="nonce-again-2"), 409, "collection.call_key_used")


def test_only_the_signed_nonce_is_a_key(client: Client, item: str, system: ClientSystem) -> None:
    said = body(GOOD)
    same = post(client, system, said, item=item, nonce="nonce-key-1", **{"Idempotency-Key": "nonce-key-1"})
    assert same.status_code == 200
    other = post(client, system, said, item=item, nonce="nonce-key-2", **{"Idempotency-Key": "nonce-key-1"})
    refused(other, 400, "collection.records_wrong")


def test_the_same_record_again_is_same_and_another_content_a_change(
    client: Client, item: str, system: ClientSystem
) -> None:
    post(client, system, body(GOOD), item=item)
    again = post(client, system, body(GOOD), item=item).json()
    changed = post(client, system, body(GOOD | {"CF_SY": "另一事实"}), item=item).json()
    assert (again["same"], again["taken"], changed["changed"]) == (1, 0, 1)


def test_all_or_nothing(client: Client, item: str, system: ClientSystem) -> None:
    told = post(client, system, body(GOOD, BAD, all_or_nothing=True), item=item).json()
    assert (told["state"], told["taken"], told["returned"]) == ("refused", 0, 1)
    assert told["refusal"]
    assert not Record.objects.exists()


def test_a_suspect_row_is_taken_when_it_is_confirmed(client: Client, item: str, system: ClientSystem) -> None:
    large = GOOD | {"CF_NR": "罚款人民币贰亿元整", "CF_NR_FK": "20000"}
    told = post(client, system, body(large), item=item).json()
    assert (told["taken"], told["returned"]) == (0, 1)
    assert {p["severity"] for p in told["rows"][0]["problems"]} == {"suspect"}
    assert post(client, system, body(large, confirmed=[1]), item=item).json()["taken"] == 1


def test_amounts_may_be_numbers_and_codes_may_not(client: Client, item: str, system: ClientSystem) -> None:
    told = post(client, system, body(GOOD | {"CF_NR_FK": 3, "BZ": None}), item=item)
    assert told.json()["taken"] == 1, told.json()
    title = refused(
        post(client, system, body(GOOD | {"CF_XDR_SHXYM": 91}), item=item), 400, "collection.records_wrong"
    )
    assert "CF_XDR_SHXYM" in title and "第 1 行" in title and "加引号" in title


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ([], "对象"),
        ({}, "rows"),
        ({"rows": []}, "1 至 5000"),
        ({"rows": [{}] * 5001}, "1 至 5000"),
        ({"rows": {"CF_WSH": "x"}}, "1 至 5000"),
        ({"rows": ["x"]}, "第 1 行应为对象"),
        ({"rows": [{}, {"CF_WSH": "x", "NOTHING": "y", "NADA": "z"}]}, "NADA（第 2 行）、NOTHING（第 2 行）"),
        ({"rows": [{"CF_WSH": ["x"]}]}, "CF_WSH"),
        ({"rows": [{"CF_NR_FK": True}]}, "CF_NR_FK"),
        ({"rows": [{"CF_NR_FK": 12345678901234.567}]}, "数位超过"),
        ({"rows": [{}], "confirmed": [2]}, "confirmed"),
        ({"rows": [{}], "confirmed": [True]}, "confirmed"),
        ({"rows": [{}], "confirmed": "1"}, "confirmed"),
        ({"rows": [{}], "all_or_nothing": "yes"}, "all_or_nothing"),
        ({"rows": [{}], "item": "penalty"}, "item"),
    ],
)
def test_wrong_shapes_name_their_place(
    client: Client, item: str, system: ClientSystem, said: Any, place: str
) -> None:
    raw = json.dumps(said).encode()
    assert place in refused(post(client, system, raw, item=item), 400, "collection.records_wrong")
    assert not Batch.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"rows": [{"CF_NR_FK": NaN}]}'])
def test_what_is_no_json(client: Client, item: str, system: ClientSystem, raw: bytes) -> None:
    assert post(client, system, raw, item=item).status_code == 400


@pytest.mark.parametrize("value", ["a\x00b", "甲\ud800"])
def test_what_no_text_can_hold(client: Client, item: str, system: ClientSystem, value: str) -> None:
    raw = json.dumps(body({"CF_WSH": value})).encode()
    assert "不能保存" in refused(post(client, system, raw, item=item), 400, "toolkit.not_text")
    assert not Batch.objects.exists()


def test_last_years_version_is_told_the_current_one(client: Client, item: str, system: ClientSystem) -> None:
    title = refused(post(client, system, body(GOOD, version=7), item=item), 400, "collection.version_wrong")
    assert "现行目录版本是 1" in title
    assert post(client, system, body(GOOD, version=1), item=item).status_code == 200


def test_an_item_that_is_not_there(client: Client, system: ClientSystem) -> None:
    refused(post(client, system, body(GOOD), item="nothing"), 404, "collection.no_such_item")


def test_an_item_of_other_providers(client: Client, system: ClientSystem) -> None:
    item = published_penalty("penalty-others", provider_units=[accounts.department().code])
    refused(post(client, system, body(GOOD), item=item), 403, "collection.not_a_provider")


def test_without_the_scope(client: Client, item: str) -> None:
    other = accounts.client_system(scopes=("checks:create",))
    assert post(client, other, body(GOOD), item=item).status_code == 403
    assert send(client, other.code, "/api/v1/collection/batches/1", method="GET").status_code == 403


def test_a_batch_is_found_again_by_its_sender_alone(client: Client, item: str, system: ClientSystem) -> None:
    told = post(client, system, body(GOOD, BAD), item=item).json()
    path = f"/api/v1/collection/batches/{told['batch']}"
    assert send(client, system.code, path, method="GET").json() == told
    other = accounts.client_system(scopes=("records:create",), department=system.department)
    assert send(client, other.code, path, method="GET").status_code == 404
    assert send(client, system.code, "/api/v1/collection/batches/999999999", method="GET").status_code == 404


def test_nothing_of_a_person_is_told(client: Client, item: str, system: ClientSystem) -> None:
    wrong = PERSON | {"CF_WSH": "江环罚〔2026〕70号", "CF_JDRQ": ""}
    response = post(client, system, body(PERSON, wrong), item=item)
    told = response.json()
    assert (told["taken"], told["returned"]) == (1, 1), told
    assert PERSON["CF_XDR_ZJHM"] not in response.content.decode()
    assert PERSON["CF_XDR_ZJHM"] not in json.dumps(Record.objects.get().content)


def test_sixteen_megabytes(client: Client, item: str, system: ClientSystem) -> None:
    filling = {"CF_SY": "事" * 1000}  # three bytes each
    few = json.dumps(body(*[GOOD | filling | {"CF_WSH": f"a{n}"} for n in range(800)]), ensure_ascii=False).encode()
    assert 2 * 1024 * 1024 < len(few) < api.BODY_LIMIT
    assert post(client, system, few, item=item).json()["total"] == 800
    many = b" " * (api.BODY_LIMIT + 1)
    assert post(client, system, many, item=item).status_code == 413


def test_the_schema_describes_it(client: Client) -> None:
    reader = accounts.client_system(scopes=("schema:read",))
    paths = send(client, reader.code, "/api/v1/schema", method="GET").json()["paths"]
    report = paths["/api/v1/collection/{item}/records"]["post"]
    assert report["operationId"] == "report_records"
    assert set(report["responses"]) == {"200", "400", "401", "403", "404", "409", "413", "429", "503"}
    assert paths["/api/v1/collection/batches/{batch_id}"]["get"]["operationId"] == "batch_by_id"

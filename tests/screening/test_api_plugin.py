"""The plug-in's interfaces: a token is for one check, one page, one operator, for some minutes; CORS; the choice."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import ClientSystem
from audit.models import Event
from screening.api import plugin as api
from screening.models import Choice, Matter, Receipt
from screening.rules.plugin import CHECK_SECONDS, CHOICE_SECONDS, Hold, Purpose, Terms, hold_of
from screening.services import plugin
from tests.factories import accounts, redblack
from tests.factories import screening as make
from tests.screening.conftest import City
from tests.signing import send
from toolkit import clock

pytestmark = pytest.mark.django_db
TOKENS, CHECKS, CHOICES = (f"/api/v1/plugin/{what}" for what in ("tokens", "checks", "choices"))
PAGE = "https://hall.example"


@pytest.fixture
def hall(city: City) -> ClientSystem:
    matter = Matter.objects.get(code=city.matter)
    return accounts.client_system(department=matter.implementing_department, name="受理系统", origins=[PAGE])


def issue(client: Client, hall: ClientSystem, city: City, **fields: Any) -> Any:
    said = {"matter": city.matter, "stage": "before", "operator": "李敏", "file_number": "B-1", "origin": PAGE}
    return send(client, hall.code, TOKENS, body=json.dumps(said | fields).encode())


def token(client: Client, hall: ClientSystem, city: City, **fields: Any) -> str:
    answer = issue(client, hall, city, **fields)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["token"])


def from_page(client: Client, path: str, token: str, body: Any, origin: str = PAGE) -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Origin": origin} if origin else {})
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def ask(client: Client, token: str, city: City, text: str = "", **more: Any) -> Any:
    return from_page(client, CHECKS, token, {"subjects": [{"text": text or city.uscc, "role": "applicant"}]}, **more)


def refused(response: Any, status: int, code: str) -> str:
    told = json.loads(response.content)
    assert (response.status_code, told["type"]) == (status, f"/problems/{code}"), told
    return str(told["title"])


def test_a_hit_is_answered_once_and_chosen_about_once(client: Client, city: City, hall: ClientSystem) -> None:
    redblack.entry(city.black.code, city.firm)
    one = token(client, hall, city)
    response = ask(client, one, city)
    told = response.json()
    assert response.status_code == 200 and response["Cache-Control"] == "no-store"
    assert (told["answer"], told["hold"]) == ("hit", "choose")
    [panel] = told["panels"]
    assert panel["word"] == "命中" and panel["measures"][0]["articles"]
    receipt = Receipt.objects.get(number=told["number"])
    assert (receipt.actor, receipt.file_number, receipt.department_id) == (
        f"client:{hall.code}", "B-1", hall.department_id,
    )  # fmt: skip
    assert receipt.content["operator"] == "李敏（受理系统）"
    assert "已经用过" in refused(ask(client, one, city), 409, "screening.token_used")
    refused(ask(client, one, city, text=make.uscc()), 409, "screening.token_used")
    refused(from_page(client, CHOICES, one, {"what": "hold"}), 401, "screening.token_wrong")
    refused(ask(client, told["choice_token"], city), 401, "screening.token_wrong")
    choose = told["choice_token"]
    refused(from_page(client, CHOICES, choose, {"what": "go_on"}), 400, "screening.reason_missing")
    chosen = from_page(client, CHOICES, choose, {"what": "go_on", "reason": "决定已撤销"}).json()
    assert chosen == {"number": told["number"], "what": "go_on", "said": "继续受理并说明理由"}
    refused(from_page(client, CHOICES, choose, {"what": "hold"}), 409, "screening.already_chosen")
    kept = Choice.objects.get(number=told["number"])
    assert (kept.what, kept.operator, kept.chosen_by) == ("go_on", "李敏", f"client:{hall.code}")
    assert Event.objects.filter(name="screening.choice.made", about=f"screening.receipt:{told['number']}").exists()
    assert Receipt.objects.count() == 1


def test_clear_goes_on_and_a_gap_is_confirmed(client: Client, city: City, hall: ClientSystem) -> None:
    clear = ask(client, token(client, hall, city), city).json()
    assert (clear["answer"], clear["hold"], clear["choice_token"]) == ("clear", "go", "")
    gap = ask(client, token(client, hall, city), city, text="91339901MA9K3H5T3X").json()
    assert (gap["answer"], gap["hold"]) == ("could_not_check", "confirm") and gap["choice_token"]


@pytest.mark.parametrize(
    ("answer", "complete", "no_measure", "hold"),
    [
        ("hit", True, False, Hold.CHOOSE),
        ("hit", False, False, Hold.CHOOSE),
        ("hit", True, True, Hold.GO),
        ("hit", False, True, Hold.CONFIRM),
        ("could_not_check", False, False, Hold.CONFIRM),
        ("could_not_check", True, False, Hold.CONFIRM),
        ("clear", True, False, Hold.GO),
    ],
)
def test_what_the_form_waits_for(answer: str, complete: bool, no_measure: bool, hold: Hold) -> None:
    assert hold_of(answer=answer, complete=complete, no_measure=no_measure) is hold


def test_other_pages_are_refused_and_told_nothing(client: Client, city: City, hall: ClientSystem) -> None:
    one = token(client, hall, city)
    other = accounts.client_system(origins=["https://other.example"])
    for origin in ("https://evil.example", "https://other.example", "null", "", "https://hall.example.evil.example"):
        response = ask(client, one, city, origin=origin)
        refused(response, 403, "screening.token_of_another_page")
        assert response.headers.get("Access-Control-Allow-Origin") == (origin if origin == other.origins[0] else None)
        assert "Origin" in response["Vary"]
    assert not Receipt.objects.exists()
    ClientSystem.objects.filter(pk=hall.pk).update(origins=[])
    refused(ask(client, one, city), 403, "screening.token_of_another_page")
    ClientSystem.objects.filter(pk=hall.pk).update(origins=[PAGE], active=False)
    refused(ask(client, one, city), 401, "screening.token_wrong")
    ClientSystem.objects.filter(pk=hall.pk).update(active=True)
    assert ask(client, one, city).status_code == 200, "a refused attempt has not used the token up"


@pytest.mark.parametrize("path", [CHECKS, CHOICES])
def test_the_preflight(client: Client, hall: ClientSystem, path: str) -> None:
    wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = client.options(path, headers={"Origin": PAGE} | wish)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == PAGE
    assert {"Authorization", "Content-Type"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers
    stranger = client.options(path, headers={"Origin": "https://evil.example"} | wish)
    assert not [name for name in stranger.headers if name.startswith("Access-Control")]
    assert "Origin" in stranger["Vary"] and "Origin" in answer["Vary"]
    assert client.get(path, headers={"Origin": PAGE}).status_code == 405


def test_a_token_ends(client: Client, city: City, hall: ClientSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    redblack.entry(city.black.code, city.firm)
    one, two = (token(client, hall, city) for _ in range(2))
    told = ask(client, one, city).json()
    real = clock.wall

    def later(seconds: int) -> None:
        monkeypatch.setattr(clock, "wall", lambda: real() + timedelta(seconds=seconds))

    later(CHECK_SECONDS + 1)
    assert "已过期" in refused(ask(client, two, city), 401, "screening.token_expired")
    later(CHOICE_SECONDS + 1)
    choice = from_page(client, CHOICES, told["choice_token"], {"what": "hold"})
    assert choice["Access-Control-Allow-Origin"] == PAGE, "the page must be able to read why"
    refused(choice, 401, "screening.token_expired")


@pytest.mark.parametrize("text", ["", "x", "x" * 9000, "a.b.c", "e30:abc", "中文"])
def test_what_is_no_token(client: Client, city: City, hall: ClientSystem, text: str) -> None:
    code = "screening.token_wrong" if text else "screening.token_missing"
    with pytest.raises(plugin.TokenWrong if text else plugin.TokenMissing):
        plugin.open_token(token=text, origin=PAGE, purpose=Purpose.CHECK, now=clock.wall())
    if text.isascii():
        refused(ask(client, text, city), 401, code)


def test_a_token_that_somebody_has_changed(client: Client, city: City, hall: ClientSystem) -> None:
    one = token(client, hall, city)
    opened = plugin.open_token(token=one, origin=PAGE, purpose=Purpose.CHECK, now=clock.wall())
    other = plugin._signed(replace(opened.terms, expires=opened.terms.expires + 9999))
    forged = other.rpartition(":")[0] + ":" + one.rpartition(":")[2]
    refused(ask(client, forged, city), 401, "screening.token_wrong")
    assert Terms.read({"purpose": "check"}) is None and Terms.read(["x"]) is None


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"origin": "https://evil.example"}, 403, "screening.origin_not_registered"),
        ({"origin": "*"}, 403, "screening.origin_not_registered"),
        ({"operator": "甲" * 61}, 400, "screening.operator_unclear"),
        ({"operator": make.citizen_id()}, 400, "screening.operator_unclear"),
        ({"file_number": f"B-{make.citizen_id()}"}, 400, "screening.file_number_tells_a_person"),
        ({"operator": 7}, 400, "screening.body_wrong"),
        ({"matter": "NOWHERE"}, 404, "screening.unknown_matter"),
        ({"stage": "after"}, 404, "screening.unknown_matter"),
    ],
)
def test_what_no_token_is_given_for(
    client: Client, city: City, hall: ClientSystem, changed: dict[str, Any], status: int, code: str
) -> None:
    refused(issue(client, hall, city, **changed), status, code)


def test_who_gets_no_token(client: Client, city: City, hall: ClientSystem) -> None:
    body = json.dumps({"matter": city.matter, "stage": "before", "operator": "x", "origin": PAGE})
    assert client.post(TOKENS, body, content_type="application/json").status_code == 401
    reader = accounts.client_system(scopes=("lists:read",), origins=[PAGE])
    assert issue(client, reader, city).status_code == 403
    stranger = accounts.client_system(origins=[PAGE])
    refused(issue(client, stranger, city), 403, "screening.not_your_matter")


def test_a_person_needs_a_file_number(client: Client, city: City, hall: ClientSystem) -> None:
    number = make.citizen_id()
    make.person(number)
    body = {"subjects": [{"text": number, "role": "legal_representative"}]}
    without = from_page(client, CHECKS, token(client, hall, city, file_number=""), body).json()
    assert (without["answer"], without["hold"]) == ("could_not_check", "confirm")
    assert "核查自然人须填写办件号" in without["panels"][0]["sentence"]
    told = from_page(client, CHECKS, token(client, hall, city), body).json()
    assert told["answer"] == "clear"
    assert number not in json.dumps(told) and number not in json.dumps(without)


def test_a_choice_by_a_signed_request(client: Client, city: City, hall: ClientSystem) -> None:
    redblack.entry(city.black.code, city.firm)
    number = ask(client, token(client, hall, city), city).json()["number"]
    body = json.dumps({"what": "hold", "operator": "李敏"}).encode()
    stranger = accounts.client_system()
    path = f"/api/v1/checks/{number}/choice"
    refused(send(client, stranger.code, path, body=body), 404, "screening.receipt_not_found")
    assert send(client, hall.code, path, body=body).json()["said"] == "暂缓受理，转实施部门确认"
    refused(send(client, hall.code, path, body=body), 409, "screening.already_chosen")


def test_the_token_is_in_no_address_and_no_log(
    client: Client, city: City, hall: ClientSystem, caplog: pytest.LogCaptureFixture
) -> None:
    one = token(client, hall, city)
    ask(client, one, city)
    ask(client, one, city)
    assert one not in caplog.text and one[:40] not in caplog.text


def test_a_database_that_is_away(
    client: Client, city: City, hall: ClientSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**asked: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    one = token(client, hall, city)
    with monkeypatch.context() as patch:
        patch.setattr(api, "check_by_token", away)
        assert "不得据此认定为无记录" in refused(ask(client, one, city), 503, "database_away")
    assert ask(client, one, city).status_code == 200, "nothing was asked, so the token still holds"

"""Valkey is stopped: the window and the signed check go on, for sessions and nonces are in PostgreSQL; jobs wait."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from kernel.actor import Role
from tests.factories import accounts, redblack
from tests.factories import screening as make
from tests.machines import CSRF, Running, machine, session_of
from tests.screening.conftest import City
from tests.signing import send

KEY = "key-of-one-question"
WAITING = "SELECT count(*) FROM audit_delivery WHERE delivered_at IS NULL"


class Caller:
    """Requests over the machine's own web server, in the shape that tests.signing.send asks for."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def generic(
        self, method: str, path: str, body: bytes, *, content_type: str, headers: dict[str, str]
    ) -> tuple[int, str]:
        with self.running._web() as web:
            web.request(method, path, body, {"Content-Type": content_type, **headers})
            answer = web.getresponse()
            return answer.status, answer.read().decode()

    def window(self, session: str, path: str = "/check/", **fields: str) -> tuple[int, str]:
        body = urlencode({"csrfmiddlewaretoken": CSRF, **fields}).encode()
        headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "HX-Request": "true"}
        return self.generic("POST", path, body, content_type="application/x-www-form-urlencoded", headers=headers)


def test_the_window_and_the_signed_check_go_on(
    transactional_db: None, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = make.general_window()
    session = session_of(accounts.user(Role.CLERK, department=hall))
    system = accounts.client_system(department=hall).code
    redblack.entry(city.black.code, city.firm)
    question = {"matter": city.matter, "stage": "before", "file_number": "B-1", "text": city.uscc}
    asked = json.dumps({"matter": city.matter, "stage": "before", "subjects": [{"text": city.uscc}]}).encode()
    with machine(monkeypatch) as running:
        running.services._call("stopProcess", "valkey", True)
        assert not running.made.valkey.is_ready()
        running.services._start("web")
        running.until(lambda: running.is_ready(), "the web server is ready without Valkey")
        caller: Any = Caller(running)
        status, page = caller.window(session, **question, key=KEY)
        assert status == 200 and "限制申请" in page
        assert caller.window(session, **question, key=KEY)[0] == 200
        number = running.one("SELECT number FROM screening_receipt ORDER BY id DESC LIMIT 1")
        assert caller.window(session, f"/check/receipts/{number}/choice/", decision="hold")[0] == 200
        status, page = caller.window(session, stage="before", again=number, key="key-again")
        assert status == 200 and "没有变化" in page
        told = [json.loads(send(caller, system, "/api/v1/checks", body=asked, nonce="nonce-same-1")[1]) for _ in "12"]
        assert [one["answer"] for one in told] == ["hit", "hit"]
        assert (told[0]["number"], told[1]["repeated"]) == (told[1]["number"], True)
        assert running.one("SELECT count(*) FROM screening_receipt") == 3
        assert running.one("SELECT count(*) FROM screening_choice") == 1
        assert running.one(WAITING) >= 3  # nobody was woken, and nothing is lost: the sweep finds them
        with running._web() as web:
            web.request("GET", "/readyz")
            ready = json.loads(web.getresponse().read())
        assert ready["ready"] is True and ready["parts"]["valkey"]["ok"] is False

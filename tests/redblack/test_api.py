"""Versions from other departments' systems: shapes, who may, the same again, what became of it."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import ClientSystem
from redblack import api
from redblack.models import Entry, ListVersion
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories.received import received_list, worked_off
from tests.factories.redblack import List
from tests.factories.redblack import list_type as decided_here
from tests.factories.screening import uscc
from tests.signing import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]
ROW = {
    "name": "江澜云帆科技发展有限公司",
    "document_no": "（2026）江01执1187号",
    "authority": "江澜市中级人民法院",
    "effective_from": "2026-03-18",
    "performance": "全部未履行",
}


@pytest.fixture
def system(frozen: object) -> ClientSystem:
    return accounts.client_system(scopes=("lists:deliver_any",))


@pytest.fixture
def court(frozen: object) -> List:
    return received_list()


def body(*rows: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"version": "20261120", "stated_at": "2026-11-20T06:10:00+08:00", "rows": list(rows)} | said


def post(client: Client, system: ClientSystem, said: Any, *, code: str, **headers: str) -> Any:
    raw = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return send(client, system.code, f"/api/v1/lists/{code}/versions", body=raw, **headers)


def status(client: Client, system: ClientSystem, version_id: int) -> Any:
    return send(client, system.code, f"/api/v1/lists/versions/{version_id}", method="GET")


def refused(response: Any, status: int, code: str) -> str:
    told = json.loads(response.content)
    assert response.status_code == status, told
    assert (told["type"], told["status"]) == (f"/problems/{code}", status)
    return str(told["title"])


def test_a_version_is_taken_in_and_told_what_became_of_it(client: Client, system: ClientSystem, court: List) -> None:
    said = body(ROW | {"code": uscc()}, ROW | {"code": ""}, ROW | {"code": uscc(), "effective_from": None})
    told = post(client, system, said, code=court.code).json()
    assert {k: told[k] for k in ("list", "version", "state", "state_name", "rows", "not_taken")} == {
        "list": court.code,
        "version": "20261120",
        "state": "staging",
        "state_name": "比对中",
        "rows": 0,
        "not_taken": [],
    }
    version = ListVersion.objects.get(pk=told["id"])
    assert (version.channel, version.sent_by) == ("rest", f"client:{system.code}")
    worked_off(version, at=NOW)
    told = status(client, system, version.pk).json()
    counts = ("state", "rows", "added", "kept", "changed", "removed", "lost", "refused")
    assert [told[name] for name in counts] == ["applied", 3, 1, 0, 0, 0, 1, 1]
    assert told["stated_at"] == "2026-11-20T06:10:00+08:00"
    assert [(one["row"], one["outcome"]) for one in told["not_taken"]] == [(2, "lost"), (3, "refused")]
    assert "没有列入日期" in told["not_taken"][1]["message"]
    assert Entry.objects.get().performance == "全部未履行"


def test_the_same_version_again_changes_nothing(client: Client, system: ClientSystem, court: List) -> None:
    said = body(ROW | {"code": uscc()})
    first, again, resent = (
        post(client, system, said, code=court.code, nonce=nonce).json()
        for nonce in ("nonce-first-1", "nonce-second-1", "nonce-first-1")
    )
    assert first == again == resent
    assert ListVersion.objects.count() == 1
    refused(post(client, system, body(ROW | {"code": uscc()}), code=court.code), 409, "redblack.version_known")
    other = post(client, system, body(version="20261121"), code=court.code)
    refused(other, 409, "redblack.version_waits")


def test_a_held_version_says_why(client: Client, system: ClientSystem, court: List) -> None:
    rows = [ROW | {"code": uscc(), "document_no": f"案{n}"} for n in range(20)]
    worked_off(ListVersion.objects.get(pk=post(client, system, body(*rows), code=court.code).json()["id"]), at=NOW)
    fewer = post(client, system, body(*rows[:9], version="2", stated_at="2026-11-20T07:00:00+08:00"), code=court.code)
    worked_off(ListVersion.objects.get(pk=fewer.json()["id"]), at=NOW)
    told = status(client, system, fewer.json()["id"]).json()
    assert (told["state"], told["state_name"]) == ("held", "待人工确认")
    assert [reason["code"] for reason in told["reasons"]] == ["shrunk"]


def test_only_systems_that_may_and_only_their_own(client: Client, system: ClientSystem, court: List) -> None:
    made = post(client, system, body(ROW | {"code": uscc()}), code=court.code).json()
    other = accounts.client_system(scopes=("lists:deliver_any",))
    refused(status(client, other, made["id"]), 404, "redblack.version_not_found")
    reporting = accounts.client_system(scopes=("records:create",))
    assert post(client, reporting, body(), code=court.code).status_code == 403
    assert status(client, reporting, made["id"]).status_code == 403
    own = accounts.client_system(scopes=("lists:deliver",))
    refused(post(client, own, body(), code=court.code), 403, "redblack.cannot_deliver")
    theirs = received_list(initiator_department_id=own.department_id)
    assert post(client, own, body(ROW | {"code": uscc()}), code=theirs.code).status_code == 200
    assert client.post(f"/api/v1/lists/{court.code}/versions").status_code == 401


def test_lists_that_take_no_versions(client: Client, system: ClientSystem, court: List) -> None:
    refused(post(client, system, body(), code="NONE"), 404, "redblack.unknown_list")
    refused(post(client, system, body(), code=decided_here().code), 409, "redblack.list_decided_here")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([], "JSON 对象"),
        (body(kind="increment"), "“kind”"),
        (body(version=20261120), "version 应为文本"),
        (body(stated_at="2026-11-20"), "stated_at"),
        (body(stated_at="2026-11-20T06:10:00"), "stated_at"),
        (body(stated_at=None), "stated_at"),
        (body(rows=None), "rows 应为"),
        (body("x"), "rows 第 1 行应为对象"),  # type: ignore[arg-type]
        (body(ROW | {"uscc": "x"}), "rows 第 1 行没有“uscc”"),
        (body(ROW, ROW | {"amount": 12}), "rows 第 2 行的 amount 应为文本"),
    ],
)
def test_a_body_of_another_shape_is_told_where(
    client: Client, system: ClientSystem, court: List, said: Any, words: str
) -> None:
    assert words in refused(post(client, system, said, code=court.code), 400, "redblack.version_malformed")
    assert not ListVersion.objects.exists()


def test_nobody_sends_more_than_is_read(client: Client, system: ClientSystem, court: List) -> None:
    many = b'{"version":"x","stated_at":"2026-11-20T06:10:00+08:00","rows":[' + b"{}," * api.MOST_ROWS + b"{}]}"
    assert "以文件提交" in refused(post(client, system, many, code=court.code), 400, "redblack.version_malformed")
    assert post(client, system, b"x" * (api.BODY_LIMIT + 1), code=court.code).status_code == 413

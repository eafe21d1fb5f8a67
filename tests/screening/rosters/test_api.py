"""Members by signed calls: counted whole, never twice, to the client's own department alone."""

import json
from typing import Any

import pytest
from django.test import Client

from screening.models import RosterMember, RosterRun
from screening.services.rosters.running import run_roster
from tests.conftest import NOW
from tests.factories import accounts, redblack, rosters, screening
from tests.signing import send

pytestmark = pytest.mark.django_db


def test_members_are_taken_counted_and_screened() -> None:
    home = accounts.department()
    accounts.client_system(department=home, code="mes", scopes=("rosters:write",))
    black, code = redblack.list_type(), screening.uscc()
    redblack.entry(black.code, screening.firm(code))
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk)
    path = f"/api/v1/rosters/{roster.pk}"
    body = {
        "members": [{"code": code, "name": "甲公司"}, {"code": "91339901MA00000000"}, {"name": "乙公司"}],
        "run": True,
    }

    def post(said: Any, **more: Any) -> Any:
        return send(Client(), "mes", f"{path}/members", body=json.dumps(said).encode(), **more)

    first = post(body)
    assert first.status_code == 200 and first.json() == {
        "rows": 3, "matched": 1, "unknown": 0, "identify": 1, "invalid": 1, "wrong_kind": 0, "duplicate": 0,
    }  # fmt: skip
    again = post({"members": [{"code": code}]})
    assert again.json()["duplicate"] == 1
    assert RosterMember.objects.filter(roster_id=roster.pk, state="matched", removed_at=None).count() == 1
    run_roster(job_id=RosterRun.objects.get().job_id or 0, clock=lambda: NOW)
    told = send(Client(), "mes", path, method="GET").json()
    assert (told["running"], told["last_run"]["hit"], told["last_run"]["newly_hit"]) == (False, 1, 1)
    assert code not in json.dumps(told)
    for wrong, where in (
        ([], "JSON 对象"),
        ({"members": []}, "1 至 1000"),
        ({"members": [{"code": code}] * 1001}, "1 至 1000"),
        ({"members": ["x"]}, "members[0]"),
        ({"members": [{"code": 5}]}, "members[0].code"),
        ({"members": [{"code": code}], "run": "yes"}, "run"),
    ):
        answer = post(wrong)
        assert answer.status_code == 400 and where in answer.json()["title"]


def test_only_with_the_scope_and_only_to_its_own_department() -> None:
    home = accounts.department()
    accounts.client_system(department=home, code="noscope")
    accounts.client_system(code="elsewhere", scopes=("rosters:write",))
    roster = rosters.roster(sources=[redblack.list_type().source_id], department_id=home.pk)
    path, body = f"/api/v1/rosters/{roster.pk}/members", json.dumps({"members": [{"code": "x"}]}).encode()
    assert send(Client(), "noscope", path, body=body).status_code == 403
    assert send(Client(), "elsewhere", path, body=body).status_code == 404
    assert Client().post(path, body, content_type="application/json").status_code in (401, 403)
    assert not RosterMember.objects.exists()

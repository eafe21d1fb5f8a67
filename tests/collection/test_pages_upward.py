"""Pages of the credit office for handing up."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Item
from collection.models import Handover, HandoverRun
from collection.services import receive_rows
from collection.services.handing import run_handover
from kernel.actor import Role
from tests.collection.definitions import GOOD
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts, handing
from toolkit.clock import day_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PATH = "/collection/handovers/"
DAY = day_of(NOW).isoformat()


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


@pytest.fixture
def item() -> str:
    code = published_penalty("penalty-up")
    receive_rows(
        item_code=code, rows=[GOOD], channel="page", department_id=accounts.department().pk, call_key="call-1",
        all_or_nothing=False, actor=accounts.PLATFORM, now=NOW,
    )  # fmt: skip
    return code


def test_make_fetch_and_mark(office: Client, item: str) -> None:
    page = office.get(PATH).content.decode()
    assert item in page and "未生成" in page and "当日未结束" in page
    asked = {"item": item, "day": DAY}
    page = office.post(reverse("collection:make_handover"), asked, follow=True).content.decode()
    assert "已开始生成上报文件" in page and "排队中" in page and 'hx-trigger="every 1500ms"' in page
    run = HandoverRun.objects.get()
    going = reverse("collection:handover_runs")
    assert "HX-Refresh" not in office.get(going, {"open": run.pk}).headers
    run_handover(job_id=run.job_id or 0, clock=lambda: NOW)
    assert office.get(going, {"open": run.pk})["HX-Refresh"] == "true"
    page = office.get(PATH).content.decode()
    assert "第 1 份，1 条" in page and "重新生成" in page and "排队中" not in page
    made = Handover.objects.get()
    for kind, begins in (("xlsx", b"PK"), ("xml", b"<?xml"), ("xsd", b"<?xml")):
        fetched = office.get(reverse("collection:handover", args=[made.pk, kind]))
        assert fetched.status_code == 200
        assert fetched.content.startswith(begins)
        assert "attachment" in fetched["Content-Disposition"]
    mark = reverse("collection:mark_handover", args=[made.pk])
    assert office.post(mark, {"note": ""}).status_code == 400
    page = office.post(mark, {"note": "省平台回执 A-1"}, follow=True).content.decode()
    assert "已标记为已上报" in page and "省平台回执 A-1" in page
    again = office.post(mark, {"note": "省平台回执 A-2"})
    assert again.status_code == 409 and "已标记为已上报，未重复标记" in again.content.decode()


def test_stopped_before_a_worker_came(office: Client, item: str) -> None:
    office.post(reverse("collection:make_handover"), {"item": item, "day": DAY})
    stop = reverse("collection:stop_handover", args=[HandoverRun.objects.get().pk])
    page = office.post(stop, follow=True).content.decode()
    assert "已要求停止生成" in page and "已停止，文件不全" in page
    assert office.post(stop).status_code == 409
    office.post(reverse("collection:make_handover"), {"item": item, "day": DAY})  # anew
    assert HandoverRun.objects.filter(finished_at=None).count() == 1


def test_a_day_without_records(office: Client, item: str) -> None:
    page = office.get(PATH, {"day": "2026-11-01"}).content.decode()
    assert "当日没有新增、变更或撤销的记录" in page
    wrong = office.post(reverse("collection:make_handover"), {"item": item, "day": "2026-11-01"})
    assert wrong.status_code == 409 and "无需上报" in wrong.content.decode()


@pytest.mark.parametrize("query", [{"day": "x"}, {"after": "nonsense"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}])
def test_an_address_that_was_typed(office: Client, item: str, query: dict[str, str]) -> None:
    assert office.get(PATH, query).status_code == 200


@pytest.mark.parametrize("form", [{}, {"item": "x"}, {"day": DAY}, {"item": "x", "day": "gestern"}])
def test_a_form_that_was_made_up(office: Client, form: dict[str, Any]) -> None:
    assert office.post(reverse("collection:make_handover"), form).status_code == 400


def test_the_list_turns_by_key(office: Client, item: str) -> None:
    of = Item.objects.get(code=item).pk
    for number in range(55):
        handing.handover(of, at=NOW - timedelta(days=number))
    first = office.get(PATH)
    assert first.content.decode().count("标记为已上报</button>") == 50
    second = office.get(PATH, {"after": first.context["next"]})
    assert second.content.decode().count("标记为已上报</button>") == 5
    days = [row.day for response in (first, second) for row, _ in response.context["rows"]]
    assert days == sorted(days, reverse=True) and len(set(days)) == 55


@pytest.mark.parametrize("role", [Role.UPLOADER, Role.REVIEWER, Role.AUDIT_ADMIN])
def test_nobody_else(client: Client, item: str, role: Role) -> None:
    made = handing.handover(Item.objects.get(code=item).pk, at=NOW)
    client.force_login(accounts.user(role))
    assert client.get(PATH).status_code == 403
    assert client.get(reverse("collection:handover", args=[made.pk, "xml"])).status_code == 403
    assert client.post(reverse("collection:mark_handover", args=[made.pk]), {"note": "xx"}).status_code == 403
    assert client.post(reverse("collection:make_handover"), {"item": item, "day": DAY}).status_code == 403

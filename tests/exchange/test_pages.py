"""The pages: proposing, opening by another, the ledger, what must be taken back, who still holds what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from exchange.models import Recall, Subscription
from exchange.services.chasing import chase
from exchange.services.confirming import confirm
from exchange.services.numbering import number_changes
from kernel.actor import Actor, Kind, Role
from office.models import Message
from redblack import services as lists
from redblack.rules.lists import ReleaseKind
from tests.conftest import NOW
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def desk(*roles: Role, department: Department | None = None) -> Client:
    client = Client()
    client.force_login(accounts.user(*roles, department=department or accounts.department()))
    return client


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def released(listed: redblack.List, row: Subscription) -> int:
    entry = redblack.entry(listed.code, screening.firm())
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    lists.release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移1号", reason="已履行",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    return entry


def test_a_subscription_is_proposed_previewed_and_opened_by_another() -> None:
    listed, client = redblack.list_type(), exchange.system()
    redblack.entry(listed.code, screening.firm())
    uploader, office = desk(Role.UPLOADER, department=client.department), desk(Role.CREDIT_OFFICE)
    said = {
        "name": "投标人核查", "client": client.pk, "lists": [listed.code], "kinds": ["legal_person"], "area": "",
        "purpose": "招标投标资格审查",
    }  # fmt: skip
    new = reverse("exchange:new_subscription")
    assert "今天开通将推送" in uploader.post(new, said | {"preview": "1"}).content.decode()
    assert not Subscription.objects.exists()
    assert uploader.post(new, said).status_code == 302
    row = Subscription.objects.get()
    place, step = reverse("exchange:subscription", args=[row.pk]), reverse("exchange:step", args=[row.pk])
    assert "开通前不推送任何内容" in text(uploader, place)
    assert uploader.post(step, {"step": "approve"}).status_code == 403
    assert office.post(step, {"step": "approve"}).status_code == 302
    assert office.post(step, {"step": "approve"}).status_code == 409
    row.refresh_from_db()
    assert row.state == "active"
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    assert "列入或变更" in text(uploader, place) and "待签收" in text(uploader, place)


def test_who_proposed_it_cannot_open_it() -> None:
    listed, client = redblack.list_type(), exchange.system()
    user = accounts.user(Role.UPLOADER, Role.CREDIT_OFFICE, department=client.department)
    both = Client()
    both.force_login(user)
    said = {
        "name": "甲",
        "client": client.pk,
        "lists": [listed.code],
        "kinds": ["legal_person"],
        "purpose": "招标投标资格审查",
    }
    both.post(reverse("exchange:new_subscription"), said)
    answer = both.post(reverse("exchange:step", args=[Subscription.objects.get().pk]), {"step": "approve"})
    assert answer.status_code == 403 and "另一名" in answer.content.decode()


def test_what_is_wrong_with_a_wish_is_said_with_its_article() -> None:
    client = exchange.system()
    uploader = desk(Role.UPLOADER, department=client.department)
    said = {"name": "甲", "client": client.pk, "lists": [], "kinds": [], "area": "", "purpose": "x"}
    answer = uploader.post(reverse("exchange:new_subscription"), said)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "请至少选择一个名单" in shown and "请至少选择一类主体" in shown and "个人信息保护法" in shown


def test_a_recall_stands_until_it_is_confirmed_and_its_holders_are_named() -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    entry = released(listed, row)
    office = desk(Role.CREDIT_OFFICE)
    assert "撤回待确认" in text(office, reverse("exchange:holders", args=[entry]))
    assert "已移出，停止使用并解除措施" in text(office, reverse("exchange:recalls"))
    assert "没有待确认的联动解除" in text(office, reverse("exchange:recalls") + "?overdue=1")
    Recall.objects.update(due_on=NOW.date() - timedelta(days=1))
    assert "逾期未确认" in text(office, reverse("exchange:recalls") + "?overdue=1")
    actor = Actor(kind=Kind.CLIENT, name=row.client.code, id=row.client_id, scopes=frozenset(exchange.PULL))
    confirm(subscription_id=row.pk, seq=2, count=0, actor=actor, now=NOW)
    assert "都已确认撤回" in text(office, reverse("exchange:holders", args=[entry]))
    assert "没有待确认的联动解除" in text(office, reverse("exchange:recalls"))


def test_another_department_sees_nothing_of_it() -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    released(listed, row)
    stranger = desk(Role.UPLOADER, Role.REVIEWER)
    assert row.name not in text(stranger, reverse("exchange:subscriptions"))
    assert "没有待确认的联动解除" in text(stranger, reverse("exchange:recalls"))
    text(stranger, reverse("exchange:subscription", args=[row.pk]), 404)
    assert stranger.post(reverse("exchange:step", args=[row.pk]), {"step": "end"}).status_code == 404


def test_the_department_is_written_to_once_a_day_and_finds_it_on_its_home_page() -> None:
    listed = redblack.list_type()
    client = exchange.system(accounts.department(email="jyzx@jianglan.example"))
    row = exchange.opened(listed.code, client=client)
    released(listed, row)
    late, now = NOW.date() + timedelta(days=7), NOW + timedelta(days=7)
    assert chase(today=NOW.date(), actor=PLATFORM, now=NOW) == 0
    assert [chase(today=late, actor=PLATFORM, now=now) for _ in range(2)] == [1, 0]
    assert chase(today=late + timedelta(days=1), actor=PLATFORM, now=now) == 1
    assert set(Message.objects.values_list("to", "subject")) == {
        ("jyzx@jianglan.example", "联动解除通知逾期未确认 1 项")
    }
    home = text(desk(Role.UPLOADER, department=client.department), "/")
    assert "确认联动解除" in home and row.name in home
    assert row.name not in text(desk(Role.UPLOADER), "/")
    exchange.proposed(listed.code)
    assert "开通推送订阅" in text(desk(Role.CREDIT_OFFICE), "/")

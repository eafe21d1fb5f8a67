"""The pages of channels: set up, tried, approved by another, batches, those that failed, and who may not."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import Kind
from exchange.services.delivering import deliver
from exchange.services.numbering import number_changes
from kernel.actor import Role
from tests.conftest import NOW
from tests.exchange.conftest import SECRET, Counterpart
from tests.exchange.test_pages import desk, text
from tests.factories import exchange, redblack, screening
from tests.factories.accounts import PLATFORM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def place(name: str, row: Subscription) -> str:
    return reverse(f"exchange:{name}", args=[row.pk])


def post(client: Client, where: str, status: int, /, **said: Any) -> str:
    answer = client.post(where, said, follow=status == 200)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_a_channel_is_set_up_tried_approved_and_sends(hook: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    redblack.entry(listed.code, screening.firm())
    uploader, office = desk(Role.UPLOADER, department=row.department), desk(Role.CREDIT_OFFICE)
    assert "对方按序号取数" in text(uploader, place("subscription", row))
    assert "还没有设置推送方式" in text(uploader, place("channel", row))
    assert "没有设置推送方式" in text(uploader, place("deliveries", row), 404)
    form = place("channel", row) + "?kind=webhook"
    assert "必填" in post(uploader, form, 422, pace="at_once")
    assert "EXCHANGE_HOSTS" in post(uploader, form, 400, url="http://10.0.0.1/", secret=SECRET, pace="at_once")
    assert "填写每天推送的时间" in post(uploader, form, 400, **hook.said, secret=SECRET, pace="daily")
    shown = post(uploader, form, 200, **hook.said, secret=SECRET, pace="daily", daily_at="18:00")
    assert "已保存" in shown and "待核准" in shown and "每天 18:00" in shown and SECRET not in shown
    assert "没有测试成功" in post(office, place("step_channel", row), 409, step="approve")
    hook.mood("html")
    assert "未通过" in post(uploader, place("try_channel", row), 200)
    hook.mood("")
    answer = uploader.post(place("try_channel", row), headers={"HX-Request": "true"})
    assert "连接正常" in answer.content.decode() and "<html" not in answer.content.decode()
    post(uploader, place("step_channel", row), 403, step="approve")
    assert "已核准" in post(office, place("step_channel", row), 200, step="approve")
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    waiting = text(uploader, place("deliveries", row))
    assert "还没有推送过" in waiting and '前 <span class="num">1</span> 行' in waiting and "立即推送" in waiting
    sample = uploader.get(place("next_document", row))
    assert json.loads(sample.content)["rows"][0]["seq"] == 1
    assert "已安排推送" in post(uploader, place("ask", row), 200, ask="now")
    deliver(subscription_id=row.pk, clock=lambda: NOW, actor=PLATFORM)
    shown = text(uploader, place("deliveries", row))
    assert "已接收" in shown and "一致" in shown
    assert "已应用至第 1 号" in post(uploader, place("ask", row), 200, ask="reconcile")
    assert "没有等待重发" in post(uploader, place("ask", row), 409, ask="resend")
    post(uploader, place("ask", row), 200, ask="full")
    assert Channel.objects.get().wants_full
    assert "已停用" in post(uploader, place("step_channel", row), 200, step="off")


def test_what_failed_is_listed_with_its_reason_and_sent_again(hook: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.WEBHOOK, hook.said, SECRET)
    redblack.entry(listed.code, screening.firm())
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    hook.mood("500")
    deliver(subscription_id=row.pk, clock=lambda: NOW, actor=PLATFORM)
    office, failed = desk(Role.CREDIT_OFFICE), reverse("exchange:dead_letters")
    shown = text(office, place("deliveries", row))
    assert "重试中" in shown and "HTTP 500" in shown and "下次" in shown
    assert "没有停止重试的推送" in text(office, failed)
    Delivery.objects.update(dead_at=NOW, retry_at=None)
    assert "HTTP 500" in text(office, failed) and "不再自动重试" in text(office, place("deliveries", row))
    assert row.name not in text(desk(Role.UPLOADER), failed)
    assert "重发</button>" not in text(desk(Role.REVIEWER, department=row.department), failed)
    hook.mood("")
    assert "已安排重发" in post(office, place("ask", row), 200, ask="resend")
    deliver(subscription_id=row.pk, clock=lambda: NOW, actor=PLATFORM)
    assert hook.book.stands() == (1, 1)


def test_the_other_kinds_have_their_boxes_and_samples(settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_FOLDER = tmp_path
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    office = desk(Role.CREDIT_OFFICE)
    form = place("channel", row)
    assert "表名" in text(office, form) and "服务器公钥" in text(office, form + "?kind=sftp")
    assert "不含" in post(office, form + "?kind=folder", 400, path="../x", pace="at_once")
    assert "XML 文件（共享文件夹）" in post(office, form + "?kind=folder", 200, path="jyzx", pace="hourly")
    assert (tmp_path / "jyzx").is_dir()
    redblack.entry(listed.code, screening.firm())
    assert "没有等待推送" in text(office, place("next_document", row), 404)
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    assert b"<Rows" in office.get(place("next_document", row)).content
    table = {
        "engine": "mysql", "host": "127.0.0.1", "port": "3306", "database": "d", "username": "u", "relation": "t",
        "deletions": "delete", "pace": "at_once", "secret": "p",
    }  # fmt: skip
    assert "CREATE TABLE t_state" in post(office, form + "?kind=table", 200, **table)
    assert b"xsd:schema" in office.get(reverse("exchange:files_schema")).content


def test_a_strangers_channel_is_not_there() -> None:
    row = exchange.opened(redblack.list_type().code)
    stranger = desk(Role.UPLOADER, Role.REVIEWER)
    for name in ("channel", "deliveries", "next_document"):
        text(stranger, place(name, row), 404)
    for name in ("try_channel", "step_channel", "ask"):
        said = {"step": "approve", "ask": "full"}
        assert stranger.post(place(name, row), said).status_code in {403, 404}

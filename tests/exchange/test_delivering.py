"""Batches in order, tried again and given up, by a timetable, by one worker at a time; who is told when they fail."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import Kind
from exchange.rules.timetable import Pace
from exchange.selectors.channels import waiting_for_delivery
from exchange.services import delivering, reconciling, subscribing
from exchange.services.channels import setting
from exchange.services.channels.setting import Busy, CannotSetUp, ChannelRefused, ChannelWrong, Setup
from exchange.services.delivering import deliver
from exchange.services.numbering import number_changes
from exchange.services.reconciling import NothingToResend
from kernel.actor import Role
from office.models import Message
from tests.conftest import NOW
from tests.exchange.conftest import SECRET, Counterpart
from tests.exchange.test_channels_table import release
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM
from tests.together import at_once

HOUR = timedelta(hours=1)


def subscribed(hook: Counterpart, **setup: Any) -> tuple[Subscription, redblack.List]:
    listed = redblack.list_type()
    client = exchange.system(accounts.department(email="jyzx@jianglan.example"))
    row = exchange.opened(listed.code, client=client)
    exchange.channel(row, Kind.WEBHOOK, hook.said, SECRET, **setup)
    return row, listed


def listed_at(row: Subscription, listed: redblack.List, now: datetime, count: int = 1) -> None:
    for _ in range(count):
        redblack.entry(listed.code, screening.firm())
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=now)


def send(row: Subscription, now: datetime) -> int:
    return deliver(subscription_id=row.pk, clock=lambda: now, actor=PLATFORM)


def test_off_for_three_days_it_gets_everything_afterwards_in_order(
    db: None, hook: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "BATCH", 2)
    accounts.user(Role.CREDIT_OFFICE, department=accounts.department(email="xyb@jianglan.example"))
    row, listed = subscribed(hook)
    listed_at(row, listed, NOW, 3)
    hook.kill()
    now, tried = NOW, 0
    while now < NOW + timedelta(days=3):  # as the minute's sweep would, hour by hour
        if row.pk in waiting_for_delivery(now=now):
            assert send(row, now) == 0
            tried += 1
        if not tried % 9:
            listed_at(row, listed, now)
        now += HOUR
    assert tried > 60 and Delivery.objects.count() == 1, "one batch is on its way, and no other before it"
    assert Message.objects.count() == 2 and "连续 3 次失败" in Message.objects.first().subject
    hook.start()
    row.refresh_from_db()
    last = row.last_seq
    assert send(row, now) == last and hook.book.stands() == (last, last)
    spans = list(Delivery.objects.order_by("id").values_list("first_seq", "last_seq"))
    assert spans[0] == (1, 2) and all(b[0] == a[1] + 1 for a, b in pairwise(spans))


def test_after_a_week_it_waits_for_a_person_and_goes_on_when_he_says_so(db: None, hook: Counterpart) -> None:
    row, listed = subscribed(hook)
    listed_at(row, listed, NOW)
    hook.mood("500")
    office = accounts.actor(Role.CREDIT_OFFICE)
    with pytest.raises(NothingToResend):
        reconciling.resend(subscription_id=row.pk, actor=office, now=NOW)
    now = NOW
    while not Delivery.objects.filter(dead_at__isnull=False).exists():
        send(row, now)
        now += HOUR
    assert now - NOW == timedelta(days=7, hours=1)
    assert waiting_for_delivery(now=now + timedelta(days=30)) == [] and send(row, now) == 0
    assert "已停止自动重试" in Message.objects.latest("id").subject
    fact = Event.objects.filter(name="exchange.delivery.failed").latest("id")
    assert fact.payload["given_up"] is True and fact.payload["trouble"] == "refused"
    hook.mood("")
    listed_at(row, listed, now)
    reconciling.resend(subscription_id=row.pk, actor=office, now=now)
    assert send(row, now) == 2 and hook.book.stands() == (2, 2)
    with pytest.raises(NothingToResend):
        reconciling.resend(subscription_id=row.pk, actor=office, now=now)


def test_by_the_timetable_and_at_once_what_must_be_taken_back(db: None, hook: Counterpart) -> None:
    row, listed = subscribed(hook, pace=Pace.DAILY, daily_at=time(18, 0))
    listed_at(row, listed, NOW)
    assert send(row, NOW) == 1, "the first round does not wait for the evening"
    listed_at(row, listed, NOW + HOUR)
    assert send(row, NOW + HOUR) == 0 and hook.book.stands() == (1, 1)
    assert send(row, NOW + 8 * HOUR) == 1 and send(row, NOW + 9 * HOUR) == 0
    listed_at(row, listed, NOW + 9 * HOUR)
    assert send(row, NOW + 9 * HOUR) == 0
    release(next(iter(hook.book.held())))
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW + 9 * HOUR)
    assert send(row, NOW + 9 * HOUR) == 2 and hook.book.stands() == (4, 2), "a release waits for no timetable"
    listed_at(row, listed, NOW + 10 * HOUR)
    reconciling.send_now(subscription_id=row.pk, actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW + 10 * HOUR)
    assert send(row, NOW + 10 * HOUR) == 1


def test_two_workers_send_a_batch_once(transactional_db: None, hook: Counterpart) -> None:
    row, listed = subscribed(hook)
    listed_at(row, listed, NOW, 3)
    sent = at_once(lambda: send(row, NOW), hands=4)
    assert sorted(sent) == [0, 0, 0, 3] and hook.book.stands() == (3, 3)
    assert Delivery.objects.count() == 1 and Delivery.objects.get().attempts == 1


def test_nothing_goes_out_before_a_test_and_a_second_person(db: None, hook: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.proposed(listed.code)
    redblack.entry(listed.code, screening.firm())
    uploader, office = accounts.actor(Role.UPLOADER, department=row.department), accounts.actor(Role.CREDIT_OFFICE)
    setup = Setup(kind=Kind.WEBHOOK, said=hook.said, secret=SECRET)
    with pytest.raises(ChannelWrong, match="密钥"):
        setting.save_channel(
            subscription_id=row.pk, setup=Setup(kind=Kind.WEBHOOK, said=hook.said), actor=uploader, now=NOW
        )
    with pytest.raises(ChannelWrong, match="16 位"):
        short = Setup(kind=Kind.WEBHOOK, said=hook.said, secret="short")
        setting.save_channel(subscription_id=row.pk, setup=short, actor=uploader, now=NOW)
    setting.save_channel(subscription_id=row.pk, setup=setup, actor=uploader, now=NOW)
    assert SECRET not in str(Channel.objects.values()) and SECRET not in str(list(Event.objects.values("payload")))
    with pytest.raises(ChannelRefused, match="测试"):
        subscribing.step(subscription_id=row.pk, name="approve", actor=office, now=NOW)
    setting.try_channel(subscription_id=row.pk, actor=uploader, now=NOW)
    with pytest.raises(ChannelRefused, match="随订阅的开通"):
        setting.approve_channel(subscription_id=row.pk, actor=office, now=NOW)
    subscribing.step(subscription_id=row.pk, name="approve", actor=office, now=NOW)
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
    assert send(row, NOW) == 1
    setting.save_channel(subscription_id=row.pk, setup=setup, actor=office, now=NOW)
    listed_at(row, listed, NOW)
    assert send(row, NOW) == 0, "a change waits for another person"
    setting.try_channel(subscription_id=row.pk, actor=office, now=NOW)
    with pytest.raises(ChannelRefused, match="另一名"):
        setting.approve_channel(subscription_id=row.pk, actor=office, now=NOW)
    setting.approve_channel(subscription_id=row.pk, actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW)
    assert send(row, NOW) == 1
    with pytest.raises(CannotSetUp):
        reviewer = accounts.actor(Role.REVIEWER, department=row.department)
        setting.save_channel(subscription_id=row.pk, setup=setup, actor=reviewer, now=NOW)


def test_a_kept_secret_is_sent_to_no_other_host(db: None, hook: Counterpart) -> None:
    row, _ = subscribed(hook)
    office = accounts.actor(Role.CREDIT_OFFICE)
    elsewhere = Setup(kind=Kind.WEBHOOK, said={"url": f"http://127.0.0.1:{hook.port}/elsewhere"})
    with pytest.raises(ChannelWrong, match="密钥"):
        setting.save_channel(subscription_id=row.pk, setup=elsewhere, actor=office, now=NOW)


def test_what_is_in_a_workers_hand_is_not_taken_from_it(transactional_db: None, hook: Counterpart) -> None:
    row, listed = subscribed(hook)
    listed_at(row, listed, NOW)
    hook.mood("500")
    send(row, NOW)
    office = accounts.actor(Role.CREDIT_OFFICE)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM exchange_delivery FOR UPDATE")
        with pytest.raises(Busy):
            setting.turn_off(subscription_id=row.pk, actor=office, now=NOW)
        with pytest.raises(NothingToResend):
            reconciling.resend(subscription_id=row.pk, actor=office, now=NOW)
        cursor.execute("ROLLBACK")
    other.close()
    setting.turn_off(subscription_id=row.pk, actor=office, now=NOW)
    assert not Delivery.objects.exists() and waiting_for_delivery(now=NOW + HOUR) == []

"""The way to a receiver is set up by keyboard, tried, approved by another, and sends; and how each page looks."""

from pathlib import Path
from typing import Any

import pytest

from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import Kind
from exchange.services.delivering import deliver
from kernel.actor import system
from tests.browser.conftest import MakeDesk
from tests.browser.looking import faults_of
from tests.browser.test_exchange import numbered, receiver
from tests.conftest import NOW
from tests.factories import exchange

pytestmark = pytest.mark.browser


def sent(row: Subscription) -> None:
    deliver(subscription_id=row.pk, clock=lambda: NOW, actor=system("exchange"))


def test_from_the_settings_to_the_first_batch(desks: MakeDesk, settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_FOLDER = tmp_path
    row = exchange.opened("L3", client=receiver())
    clerk, office = desks(), desks()
    clerk.enter_as("hbj01")
    clerk.go(f"/exchange/{row.pk}/")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("link", name="对方按序号取数").press("Enter")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("link", name="XML 文件（共享文件夹）").press("Enter")
    clerk.page.fill("#id_path", "hbj")
    clerk.page.keyboard.press("Tab")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="保存，交信用办核准").press("Enter")
    assert "设置后还没有测试" in clerk.page.locator("main").inner_text()
    clerk.press("2")
    clerk.page.wait_for_selector("text=连接正常")
    office.enter_as("xyb02")
    office.go("/")
    with office.page.expect_navigation():
        office.page.get_by_role("link", name="核准推送方式").first.press("Enter")
    with office.page.expect_navigation():
        office.press("3")
    assert "已核准" in office.page.locator("main").inner_text()
    numbered()
    sent(row)
    office.go(f"/exchange/{row.pk}/deliveries/")
    assert "已接收" in office.page.locator("[data-rows]").inner_text()
    assert len(list((tmp_path / "hbj").iterdir())) == 2


def test_every_page_of_a_channel_is_clean_and_fits(desks: MakeDesk, city: str, settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_FOLDER = tmp_path
    client = receiver()
    waits, runs = exchange.proposed("L2", client=client), exchange.opened("L3", client=client)
    exchange.channel(runs, Kind.FOLDER, {"path": "hbj"})
    table = {"engine": "mysql", "host": "127.0.0.1", "port": "1", "database": "d", "username": "u"}
    table |= {"relation": "xy.black_list", "deletions": "mark"}
    fails = exchange.opened("L1", client=client)
    exchange.channel(fails, Kind.FOLDER, {"path": "gone"})
    Channel.objects.filter(subscription=fails).update(kind="table", settings=table)
    numbered()
    sent(runs)
    sent(fails)
    Delivery.objects.filter(subscription=fails).update(dead_at=NOW, retry_at=None)
    kinds = [f"{waits.pk}/channel/?kind={kind}" for kind in ("table", "folder", "sftp", "webhook")]
    pages = [f"{one.pk}/{page}/" for one in (runs, fails) for page in ("channel", "deliveries")]
    places = ["/", *(f"/exchange/{page}" for page in [*kinds, *pages, "failed/"])]
    assert faults_of(desks(), {"xyb01": places}) == {}

"""A department subscribes by keyboard, another person opens it, the ledger grows; and how each page looks."""

import pytest

from accounts.models import ClientSystem, Department
from exchange.models import Subscription
from exchange.services.numbering import behind, number_changes
from kernel.actor import system
from redblack.models import Entry
from tests.browser.conftest import MakeDesk
from tests.browser.looking import faults_of
from tests.conftest import NOW
from tests.factories import exchange

pytestmark = pytest.mark.browser


def receiver() -> ClientSystem:
    """The environment bureau's, for hbj01 reports for it."""
    return exchange.system(Department.objects.get(code="11339900009910297B"))


def numbered() -> None:
    for one in behind(as_of=NOW.date()):
        number_changes(subscription_id=one, actor=system("exchange"), now=NOW)


def test_from_the_wish_to_the_ledger(desks: MakeDesk) -> None:
    receiver()
    clerk, office = desks(), desks()
    clerk.enter_as("hbj01")
    clerk.go("/exchange/")
    with clerk.page.expect_navigation(url="**/exchange/new/"):
        clerk.press("1")
    clerk.page.fill("#id_name", "环评受理核查")
    clerk.page.get_by_label("安全生产严重失信主体名单").press("Space")
    clerk.page.fill("#id_purpose", "环境影响评价审批时核查失信信息")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="预览").press("Enter")
    assert "今天开通将推送" in clerk.page.locator("main").inner_text()
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="提出，交信用办开通").press("Enter")
    assert "开通前不推送任何内容" in clerk.page.locator("main").inner_text()
    office.enter_as("xyb02")
    office.go("/exchange/")
    with office.page.expect_navigation():
        office.page.get_by_role("link", name="环评受理核查").press("Enter")
    with office.page.expect_navigation():
        office.press("1")  # 开通
    assert "推送中" in office.page.locator("main").inner_text()
    numbered()
    office.page.reload()
    assert "列入或变更" in office.page.locator("[data-rows]").inner_text()
    assert Subscription.objects.get(name="环评受理核查").standing == office.page.locator("[data-rows] tr").count()


def test_every_page_is_clean_and_fits(desks: MakeDesk, city: str) -> None:
    client = receiver()
    waits, runs = exchange.proposed("L2", client=client), exchange.opened("L3", "L1", client=client)
    numbered()
    entry = Entry.objects.filter(list_type__code="L3").order_by("pk")[0]
    Subscription.objects.filter(pk=runs.pk).update(confirmed_at=NOW, confirmed_count=7)
    ended = exchange.opened("L3", client=client)
    numbered()
    Subscription.objects.filter(pk=ended.pk).update(state="ended")
    numbered()
    exchange.lifting(client.department)
    places = [
        "",
        "?state=ended",
        "new/",
        f"{waits.pk}/",
        f"{runs.pk}/",
        f"{ended.pk}/",
        "recalls/",
        "recalls/?overdue=1",
        "liftings/",
    ]
    pages = ["/", *(f"/exchange/{place}" for place in places), f"/exchange/entries/{entry.pk}/holders/"]
    mine = ["/exchange/", "/exchange/new/", "/exchange/liftings/"]
    office = [*pages, f"/lists/entries/{entry.pk}/"]
    assert faults_of(desks(), {"xyb01": office, "hbj01": mine}) == {}

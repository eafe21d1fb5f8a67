"""The public face in every display mode, narrow, by keyboard, without JavaScript, on paper and in a hall."""

import pytest

from citizens.models import Visitor
from citizens.services.cookies import COOKIE
from subjects.selectors import holder_of
from tests.browser.conftest import FIRMS, Desk, MakeDesk
from tests.browser.looking import faults, faults_of, judged, overflow
from tests.factories import citizens
from toolkit import clock
from toolkit.references import reference

pytestmark = pytest.mark.browser
PUBLIC = [
    "/portal/",
    "/portal/search/?q=云帆科技",
    "/portal/search/?q=沈某某",
    "/portal/double/",
    "/portal/double/permits/",
    "/portal/lists/",
    "/portal/status/",
    "/portal/guides/",
    "/portal/guides/listed/",
    "/portal/guides/repair/",
    "/portal/guides/objection/",
    "/portal/guides/publicity/",
    "/portal/in/",
    "/portal/firm/nobody/",
    "/catalog/public/",
    "/measures/public/",
    "/lists/public/honours/",
    "/v/",
]


def firm_page(key: str) -> str:
    subject_id = holder_of(uscc=FIRMS[key]["uscc"])
    assert subject_id is not None
    return f"/portal/firm/{reference('firm', subject_id)}/"


def test_every_public_page_is_for_everybody(desk: Desk) -> None:
    pages = [*PUBLIC, firm_page("hengtai"), firm_page("qinyuan"), "/portal/lists/L2/"]
    assert faults_of(desk, {"": pages}) == {}


def test_a_visitors_pages_are_for_everybody(desks: MakeDesk) -> None:
    desk = desks(user_agent=citizens.AGENT)
    desk.go("/portal/in/")
    desk.tab_to("#id_address")
    desk.type("lvyuan@example.com")
    desk.press("Enter")
    desk.page.wait_for_selector("#id_code")
    assert judged(desk.page) == []
    desk.tab_to("#id_code")
    desk.type(citizens.code_sent_to("lvyuan@example.com"))
    desk.press("Enter")
    desk.page.wait_for_url("**/portal/my/")
    assert judged(desk.page) == []
    who, firm = Visitor.objects.get(), holder_of(uscc=FIRMS["luyuan"]["uscc"])
    assert firm is not None
    citizens.represents(who.pk, firm, at=clock.now())
    desk.go("/portal/my/")
    desk.page.get_by_role("link", name=FIRMS["luyuan"]["name"]).click()
    assert judged(desk.page) == [] and "公示中" in desk.page.inner_text("main")
    lookups = f"/portal/my/of/{reference('my', firm)}/lookups/"
    for path in ("/portal/my/relations/", "/portal/my/relations/new/", lookups, "/portal/my/objections/new/check/"):
        desk.go(path)
        assert judged(desk.page) == []
    desk.go("/portal/my/objections/")
    assert judged(desk.page) == []
    desk.page.get_by_role("link", name="提出异议").first.click()
    assert judged(desk.page) == []
    desk.tab_to("#id_claim")
    desk.type("罚款金额与决定书不一致，请更正。")
    desk.page.get_by_role("button", name="提出异议").click()
    desk.page.get_by_role("heading", name="补充材料").wait_for()
    assert judged(desk.page) == [] and "待受理" in desk.page.inner_text("main")
    desk.page.get_by_role("button", name="退出", exact=True).click()
    desk.page.wait_for_url("**/portal/")
    assert COOKIE not in {cookie["name"] for cookie in desk.page.context.cookies()}


def test_a_firm_is_found_by_keyboard_without_javascript(desks: MakeDesk) -> None:
    desk = desks(java_script_enabled=False)
    desk.go("/portal/")
    for _ in range(20):
        desk.press("Tab")
        if desk.page.locator("#id_q:focus").count():
            break
    desk.type("恒泰食品")
    with desk.page.expect_navigation(url="**/portal/search/**"):
        desk.press("Enter")
    desk.page.get_by_role("link", name=FIRMS["hengtai"]["name"]).click()
    text = desk.page.inner_text("main")
    assert FIRMS["hengtai"]["uscc"] in text and "沈" not in text and "法定代表人\n" not in text
    assert desk.page.locator("script").count() == 0  # nothing of it needs any


def test_a_kiosk_is_large_and_forgets_who_stood_there(desks: MakeDesk) -> None:
    desk = desks()
    desk.page.clock.install()
    desk.go("/kiosk/")
    assert faults(desk.page) == [] and overflow(desk.page) == 0
    size = desk.page.evaluate("parseFloat(getComputedStyle(document.querySelector('#id_q')).fontSize)")
    assert size >= 22
    desk.go("/portal/status/")
    desk.page.clock.run_for(101_000)
    assert desk.page.locator("#idle").is_visible()
    desk.press("Shift")
    assert not desk.page.locator("#idle").is_visible()
    desk.page.clock.run_for(121_000)
    desk.page.wait_for_url("**/kiosk/")


def test_on_paper_an_organisations_page_says_what_it_says(desk: Desk) -> None:
    desk.go(firm_page("hengtai"))
    desk.page.emulate_media(media="print")
    assert not desk.page.locator("header.top").is_visible() and not desk.page.locator("footer").is_visible()
    assert desk.page.locator("h1").is_visible() and FIRMS["hengtai"]["uscc"] in desk.page.inner_text("main")

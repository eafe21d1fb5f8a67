"""The credit office at its desk: an extraction is set up and tested, a day is handed up, by keys alone."""

import pytest
from playwright.sync_api import expect

from collection.models import Extraction, Handover, HandoverRun
from collection.services import receive_rows
from collection.services.handing import run_handover
from tests.browser.conftest import Desk, MakeDesk
from tests.browser.looking import faults, faults_of
from tests.collection.definitions import GOOD
from tests.collection.items import published_penalty
from tests.factories import accounts
from toolkit import clock

pytestmark = pytest.mark.browser
OFFICE = "xyb01"


def reported() -> str:
    """One record came in today, under an item of its own."""
    item = published_penalty("penalty-desk")
    department = accounts.department(short_name="市某局")
    receive_rows(
        item_code=item, rows=[GOOD], channel="page", department_id=department.pk, call_key="desk",
        all_or_nothing=False, actor=accounts.PLATFORM, now=clock.now(),
    )  # fmt: skip
    return item


def filled_in(desk: Desk, item: str) -> None:
    """The form of a new extraction, typed."""
    desk.go("/collection/extractions/new/")
    for place, text in {
        "name": "处罚视图",
        "host": "127.0.0.1",
        "port": "1",
        "database": "dept",
        "username": "reader",
        "password": "Mi-Ma-2026",
        "relation": "penalty_v",
        "order_column": "id",
    }.items():
        desk.tab_to(f"#id_{place}")
        desk.type(text)
        if place == "name":
            desk.page.select_option("#id_department", label="江澜市生态环境局")
            desk.page.select_option("#id_item", item)
    desk.tab_to("form[aria-label=设置] button")
    with desk.page.expect_navigation():
        desk.press("Enter")


def test_an_extraction_by_keys(desks: MakeDesk) -> None:
    desk = desks()
    item = reported()
    desk.enter_as(OFFICE)
    filled_in(desk, item)
    made = Extraction.objects.get()
    assert desk.page.url.endswith(f"/collection/extractions/{made.pk}/")
    assert desk.page.input_value("#id_password") == ""
    desk.tab_to("form[action$='/try/'] button")
    desk.press("Enter")
    expect(desk.page.locator("#trial")).to_contain_text("主机无法连接")
    assert faults(desk.page) == []


def test_a_day_is_handed_up_by_keys(desks: MakeDesk) -> None:
    desk = desks()
    item = reported()
    desk.enter_as(OFFICE)
    desk.go("/collection/handovers/")
    desk.tab_to(f"form:has([value={item}]) button")
    with desk.page.expect_navigation():
        desk.press("Enter")
    expect(desk.page.locator("#runs")).to_contain_text("排队中")
    run = HandoverRun.objects.get()
    desk.tab_to(f"#stop-{run.pk}")  # and keeps the focus while the bar moves
    with desk.page.expect_response("**/collection/handovers/runs/**"):
        pass
    expect(desk.page.locator("[id^=stop-]")).to_be_focused()
    assert faults(desk.page) == []
    with desk.page.expect_event("load"):  # by itself, when it is over
        run_handover(job_id=run.job_id or 0, clock=clock.now)
    made = Handover.objects.get()
    desk.tab_to(f"#note-{made.pk}")
    desk.type("省平台回执 A-1")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert Handover.objects.get().note == "省平台回执 A-1"
    expect(desk.page.locator("main")).to_contain_text("已标记为已上报")
    with desk.page.expect_download() as fetched:
        desk.tab_to(f"a[href$='/{made.pk}/xml/']")
        desk.press("Enter")
    assert fetched.value.suggested_filename == made.xml.name


def test_how_the_pages_look(desks: MakeDesk) -> None:
    desk = desks()
    item = reported()
    desk.enter_as(OFFICE)
    filled_in(desk, item)
    Extraction.objects.update(
        failures=3, last_outcome="登录被拒绝，请核对用户名和密码，并确认该用户允许从本平台登录。"
    )
    row = Extraction.objects.get()
    desk.go("/collection/handovers/")
    desk.page.click(f"form:has([value={item}]) button")
    places = ["extractions/", "extractions/new/", f"extractions/{row.pk}/", "handovers/"]
    assert faults_of(desk, {OFFICE: [f"/collection/{place}" for place in places]}) == {}

"""Scene 1 in another department's system: the plug-in checks by itself, holds the form, refuses nothing.

The acceptance system is the demo's own, as a process of its own at an origin of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
from playwright.sync_api import Page, Route

from accounts.models import ClientSystem
from accounts.services import set_origins
from screening.models import Choice, FinishedCase, Receipt
from screening.services import plugin
from tests.browser.conftest import FIRMS, MEASURES, SHEN, Desk, MakeDesk
from tests.browser.looking import faults, judged
from tests.factories.accounts import PLATFORM
from tools import places
from tools.temporary import wait

pytestmark = pytest.mark.browser
HENGTAI, XINWEIXUAN, SOFTWARE = (FIRMS[key]["uscc"] for key in ("hengtai", "xinweixuan", "yunfan-software"))
FOCUSED = """(() => { let a = document.activeElement;
  while (a.shadowRoot && a.shadowRoot.activeElement) a = a.shadowRoot.activeElement; return a; })()"""
TOKEN = """async () => {
  const asked = JSON.stringify({matter: "M1", stage: "before", file_number: "X"});
  const headers = {"X-Requested-With": "credit-check"};
  return (await (await fetch("/credit-token", {method: "POST", headers, body: asked})).json()).token;
}"""
ASK = """async ([url, token]) => {
  const headers = {Authorization: "Bearer " + token, "Content-Type": "application/json"};
  const body = JSON.stringify({subjects: [{text: "x"}]});
  try { return (await fetch(url, {method: "POST", headers, body})).status; } catch { return "failed"; }
}"""


@dataclass
class Counter:
    """The clerk at the acceptance system; only keys."""

    page: Page
    address: str

    def open(self, matter: str = "M1") -> None:
        self.page.goto(self.address)
        self.page.select_option("#matter", matter)
        self.page.focus("#code")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def check(self, text: str) -> None:
        """Fill the applicant in and leave the applicant's fields: the rest happens by itself."""
        self.page.focus("#code")
        self.type(text)
        self.press("Tab", "Tab")
        self.answered()

    def answered(self) -> None:
        self.page.wait_for_selector("credit-check article")

    @property
    def focused(self) -> str:
        return str(self.page.evaluate(f"{FOCUSED}.innerText || {FOCUSED}.id"))

    @property
    def said(self) -> str:
        return self.page.locator("credit-check").evaluate("e => e.shadowRoot.lastElementChild.innerText")  # type: ignore[no-any-return]

    @property
    def verdicts(self) -> list[str]:
        return [text.replace("\n", " ") for text in self.page.locator("credit-check h2").all_inner_texts()]

    def tab_to(self, text: str) -> None:
        for _ in range(30):
            if self.focused.startswith(text):
                return
            self.press("Tab")
        raise AssertionError(f"“{text}” is not reached by Tab; focus is on {self.focused}")

    def send(self) -> None:
        self.tab_to("受理") if "暂缓" not in self.page.locator("#submit").inner_text() else self.tab_to(
            "暂缓受理并转办"
        )
        self.press("Enter")

    @property
    def taken(self) -> str:
        self.page.wait_for_url("**/apply")
        return self.page.locator("main").inner_text()


@pytest.fixture
def hall(city: str) -> Iterator[str]:
    """The address of the acceptance system, which may carry the plug-in of this city."""
    port = places.free_port()
    process = subprocess.Popen([sys.executable, "-m", "tools.hall", str(port), city], cwd=places.ROOT)
    address = f"http://127.0.0.1:{port}"

    def is_up() -> bool:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as web:
                web.request("GET", "/hall.css")
                return web.getresponse().status == 200
        except OSError:
            return False

    try:
        assert wait(is_up, 30)
        client = ClientSystem.objects.get(code="hall")
        set_origins(client_id=client.pk, origins=[address], actor=PLATFORM, now=datetime.now(UTC))
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def counter(desks: MakeDesk, hall: str) -> Counter:
    return Counter(desks().page, hall)


def test_scene_1_by_keyboard_alone(counter: Counter) -> None:
    counter.open()
    counter.check(HENGTAI)
    assert counter.verdicts == ["■命中"]
    for words in (
        MEASURES["Y1"],
        "至 20",
        "《食品安全法》第一百三十五条",
        "市场监督管理局",
        "严重违法失信名单",
        "依法应当",
        "独立法定限制",
    ):
        assert words in counter.said
    assert counter.focused == "content", "the clerk is not torn away from where he writes"
    assert not judged(counter.page)
    counter.send()
    assert counter.focused.replace("\n", "") == "■命中", "the form is held, and the focus says why"
    assert counter.page.url == f"{counter.address}/"
    number = counter.page.input_value("[name=credit_receipt]")
    counter.tab_to("继续受理并说明理由")
    counter.press("Enter")
    assert counter.focused == "why"
    counter.press("Enter")
    assert "请填写继续受理的理由" in counter.said
    counter.press("Shift+Tab", "Shift+Tab")
    counter.tab_to("暂缓受理，转")
    assert "市场监督管理局确认" in counter.focused
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check .chosen")
    assert counter.focused.startswith("✓ 已登记：暂缓受理，转实施部门确认")
    assert not faults(counter.page)
    counter.send()
    assert "暂缓受理，已转实施部门确认" in counter.taken and number in counter.taken and "命中" in counter.taken
    receipt = Receipt.objects.get(number=number)
    assert receipt.actor == "client:hall" and receipt.content["operator"] == "综合窗口3号 李敏（综合窗口受理系统）"
    assert receipt.file_number.startswith("SL") and receipt.matter.code == "M1"
    assert Choice.objects.get(number=number).what == "hold"
    counter.tab_to("准予")
    counter.press("ArrowDown", "Tab", "Enter")
    counter.page.wait_for_url("**/finish")
    assert "已登记到信用平台" in counter.page.locator("main").inner_text()
    case = FinishedCase.objects.get(file_number=receipt.file_number)
    assert (case.result, case.receipt, case.state) == ("refused", number, "checked")


def test_the_legal_representative_is_checked_beside_the_firm(counter: Counter) -> None:
    counter.open()
    counter.type(XINWEIXUAN)
    counter.press("Tab")
    counter.type(SHEN)
    counter.press("Tab")
    counter.answered()
    assert counter.verdicts == ["○未命中", "■命中"]
    assert "关联提示" in counter.said and MEASURES["Y1"] in counter.said and SHEN not in counter.said
    assert SHEN not in counter.page.url and Receipt.objects.filter(actor="client:hall").count() == 1


def test_a_gap_is_loud_and_goes_on_with_a_reason(counter: Counter) -> None:
    counter.open("M5")
    counter.check(SOFTWARE)
    assert counter.verdicts == ["▲未能核查"] and "9 天未更新" in counter.said
    assert not judged(counter.page)
    counter.tab_to("继续受理并说明理由")
    counter.press("Enter")
    counter.type("已向税务局电话核实")
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check .chosen")
    counter.send()
    assert "未能核查" in counter.taken and "已向税务局电话核实" in counter.taken
    assert Choice.objects.get().reason == "已向税务局电话核实"


def test_whoever_is_clear_is_not_held(counter: Counter) -> None:
    """Enter in the form sends it: it is checked on the way, and goes on by itself."""
    for matter, firm, word in (("M6", XINWEIXUAN, "未命中"), ("M2", HENGTAI, "命中")):
        counter.open(matter)
        counter.type(firm)
        counter.press("Enter")
        assert word in counter.taken and "无须选择" in counter.taken and "JL-" in counter.taken
    assert not Choice.objects.exists()


def test_what_is_changed_afterwards_is_checked_anew(counter: Counter) -> None:
    counter.open()
    counter.check(HENGTAI)
    first = counter.page.input_value("[name=credit_receipt]")
    counter.page.focus("#code")
    counter.page.fill("#code", "")
    assert "尚未核查" in counter.said and counter.page.input_value("[name=credit_receipt]") == ""
    counter.check(XINWEIXUAN)
    assert counter.verdicts == ["○未命中"]
    assert counter.page.input_value("[name=credit_receipt]") not in ("", first)


def test_a_name_is_asked_for_its_code(counter: Counter) -> None:
    counter.open("M5")
    counter.check("云帆科技")
    assert counter.verdicts == ["◇需核实身份"] and "仅凭名称不得采取措施" in counter.said
    counter.tab_to(FIRMS["yunfan"]["name"])
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check article.hit")
    assert counter.page.input_value("#code") == FIRMS["yunfan"]["uscc"] and MEASURES["Y6"] in counter.said


def test_a_platform_that_is_away_says_so_and_blocks_nobody(counter: Counter) -> None:
    counter.open()
    counter.page.route("**/api/v1/plugin/checks", lambda route: route.abort())
    counter.check(HENGTAI)
    assert counter.verdicts == ["▲未能核查"]
    assert "未能连接信用平台：未能核查，不得据此认定为无记录" in counter.said
    assert not judged(counter.page)
    counter.send()
    assert counter.focused.replace("\n", "") == "▲未能核查"
    counter.tab_to("继续受理并说明理由")
    counter.press("Enter")
    counter.type("平台中断，材料齐全先行受理")
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check .chosen")
    assert "没有登记到信用平台" in counter.said
    counter.send()
    assert "无（请补查）" in counter.taken and "平台中断" in counter.taken
    assert not Receipt.objects.filter(actor="client:hall").exists()


def test_it_is_asked_again_when_the_platform_is_back(counter: Counter) -> None:
    counter.open()
    counter.page.route("**/credit-token", lambda route: route.fulfill(status=502, json={}))
    counter.check(HENGTAI)
    assert "受理系统没有取得核查令牌" in counter.said
    counter.page.unroute("**/credit-token")
    counter.tab_to("重新核查")
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check article.hit")
    counter.page.route("**/api/v1/plugin/choices", lambda route: route.abort())
    counter.tab_to("暂缓受理")
    counter.press("Enter")
    counter.page.wait_for_selector("credit-check .chosen")
    assert "没有登记到信用平台" in counter.said and counter.page.input_value("[name=credit_recorded]") == "no"


def test_tokens_that_are_replayed_expired_or_of_another_page(
    counter: Counter, desks: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.open()
    kept: list[str] = []

    def replay(route: Route) -> None:
        if not kept:
            kept.append(route.fetch().text())
        route.fulfill(body=kept[0], content_type="application/json")

    counter.page.route("**/credit-token", replay)
    counter.check(HENGTAI)
    assert counter.verdicts == ["■命中"]
    counter.page.fill("#code", "")
    counter.check(XINWEIXUAN)
    assert counter.verdicts == ["▲未能核查"] and "该核查令牌已经用过" in counter.said
    counter.page.unroute("**/credit-token")
    with monkeypatch.context() as patch:
        patch.setattr(plugin, "CHECK_SECONDS", -1)
        counter.page.fill("#code", "")
        counter.check(HENGTAI)
        assert "核查令牌已过期" in counter.said
    receipts = Receipt.objects.count()
    stranger = Counter(desks().page, counter.address.replace("127.0.0.1", "localhost"))
    stranger.open()
    stranger.check(HENGTAI)
    assert "该页面来源没有为本接入系统登记" in stranger.said
    fresh = counter.page.evaluate(TOKEN)
    refused = stranger.page.evaluate(ASK, [f"{platform_of(stranger)}/api/v1/plugin/checks", fresh])
    assert refused == "failed", "the browser itself does not let another origin ask"
    assert Receipt.objects.count() == receipts


def platform_of(counter: Counter) -> str:
    source = counter.page.locator("script[src*='v1.js']").get_attribute("src") or ""
    return source.partition("/static/")[0]


def test_nothing_that_comes_in_becomes_markup(counter: Counter) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\">"

    def poison(route: Route) -> None:
        told = route.fetch().json()
        told["department"] = told["panels"][0]["headline"] = told["panels"][0]["sentence"] = evil
        told["panels"][0]["warnings"] = [evil]
        route.fulfill(body=json.dumps(told), content_type="application/json", headers={
            "Access-Control-Allow-Origin": counter.address,
        })  # fmt: skip

    counter.open()
    counter.page.route("**/api/v1/plugin/checks", poison)
    counter.check(HENGTAI)
    assert evil in counter.said
    assert counter.page.locator("credit-check img").count() == 0 and "owned" not in counter.page.title()


def test_the_security_administrator_and_the_home_page(desk: Desk, hall: str) -> None:
    """The origin is on the client system's page; a demo's home page would link to the acceptance system."""
    client = ClientSystem.objects.get(code="hall")
    desk.enter_as("secadmin")
    desk.go(f"/accounts/clients/{client.pk}/")
    assert hall in desk.page.locator("main").inner_text()
    assert not judged(desk.page)

"""A receipt on paper and years later: verified by anybody, replayed by those who may see it; by keyboard, narrow."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import FIRMS, Desk, MakeDesk
from tests.browser.looking import faults, overflow

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
STANDARD = {"width": 1366, "height": 768}
SHOTS = os.environ.get("SHOTS")


def shot(desk: Desk, name: str) -> None:
    if SHOTS:
        desk.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def looked_at(desk: Desk, name: str) -> None:
    """Nothing that axe finds, at a desk and in a narrow window."""
    for label, size in (("1366", STANDARD), ("320", NARROW)):
        desk.page.set_viewport_size(size)  # type: ignore[arg-type]
        shot(desk, f"{name}-{label}")
        assert faults(desk.page) == [], (name, label)
        assert overflow(desk.page) == 0, (name, label)
    desk.page.set_viewport_size(STANDARD)  # type: ignore[arg-type]


def test_a_printed_receipt_is_verified_by_anybody(desk: Desk, desks: MakeDesk, settings: Any) -> None:
    """Scene 13: number, time, result class, validity, nothing else."""
    settings.SITE_ADDRESS = desk.address
    desk.choose_matter("M1")
    desk.check(FIRMS["hengtai"]["uscc"])
    number = desk.number
    desk.go(f"/check/receipts/{number}/?print=1")
    desk.page.evaluate("window.print = () => {}")
    picture = desk.page.locator(".verify-mark img")
    assert picture.evaluate("i => i.complete && i.naturalWidth > 20")
    desk.page.emulate_media(media="print")
    shot(desk, "print")
    desk.page.emulate_media(media="screen")
    code = desk.page.locator(".verify-mark strong").inner_text()
    looked_at(desk, "sheet")
    anybody = desks(java_script_enabled=False)
    anybody.go("/v/")
    anybody.page.locator("#id_number").focus()
    anybody.type(number.lower())
    anybody.press("Tab")
    anybody.type(code.lower())
    anybody.press("Enter")
    anybody.page.wait_for_selector(".facts")
    told = anybody.page.locator("main").inner_text()
    assert number in told and "命中" in told and "● 有效" in told
    assert FIRMS["hengtai"]["name"] not in told and FIRMS["hengtai"]["uscc"] not in anybody.page.content()
    stranger = desks()
    stranger.go(f"/v/{number}?c={code}")
    looked_at(stranger, "verified")
    stranger.go(f"/v/{number[:-1]}{(int(number[-1]) + 1) % 10}?c={code}")
    assert "未能核验" in stranger.focused
    looked_at(stranger, "refused")


def test_a_receipt_is_replayed_by_keyboard(desk: Desk, desks: MakeDesk) -> None:
    """Scene 9: as of T-2 the builder was on the list; today only the ban of its own is left."""
    desk.choose_matter("M4")
    desk.check(FIRMS["dingfeng"]["uscc"])
    number = desk.number
    desk.go(f"/check/receipts/{number}/")
    with desk.page.expect_navigation():
        desk.press("6")
    looked_at(desk, "question")
    desk.tab_to("#id_purpose")
    desk.press("ArrowDown")
    with desk.page.expect_navigation():
        desk.press("Alt+1")
    assert "与原回执一致" in desk.focused
    looked_at(desk, "same")
    desk.page.fill("#id_as_of", "2026-11-18")
    desk.page.select_option("#id_known", "now")
    with desk.page.expect_navigation():
        desk.press("Alt+1")
    told = desk.page.locator("main").inner_text()
    assert "限制参加依法必须招标项目" in told and "不得参加依法必须招标项目的投标" in told
    looked_at(desk, "as-of")
    other = desks()
    other.enter_as("gxj01")
    other.go(f"/check/receipts/{number}/replay/")
    assert "没有找到该核查回执" in other.page.locator("main").inner_text()

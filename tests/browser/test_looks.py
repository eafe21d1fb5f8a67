"""Every page in every display mode: nothing that axe finds, nothing that the CSP blocks, nothing that runs out of a
narrow screen; on paper, without colours and without JavaScript it still says what it says.
"""

import pytest

from tests.browser.conftest import FIRMS, MEASURES, Desk, MakeDesk, run_deliveries
from tests.browser.looking import faults_of, judged

pytestmark = pytest.mark.browser
WINDOW = [  # one question for each verdict: matter, what is typed
    ("M1", FIRMS["hengtai"]["uscc"]),
    ("M2", FIRMS["hengtai"]["uscc"]),
    ("M1", FIRMS["qinyuan"]["uscc"]),
    ("M5", FIRMS["yunfan"]["uscc"]),
    ("M5", FIRMS["yunfan-software"]["uscc"]),
    ("M6", FIRMS["hongsheng"]["uscc"]),
    ("M1", "云帆科技"),
    ("M1", "91339901MA9K3H5T3X"),
]
PAGES = {
    "zc01": ["/", "/check/", "/check/receipts/", "/lists/", "/nowhere/"],
    "hbj01": [
        "/",
        "/collection/tasks/?state=all",
        "/collection/records/",
        "/collection/quality/?split=all",
        "/collection/quality/returned/",
        "/collection/promises/",
    ],
    "xyb01": ["/", "/collection/tasks/", "/collection/records/", "/office/calendar/", "/subjects/conflicts/"],
    "sysadmin": ["/", "/accounts/users/", "/accounts/users/new/", "/audit/deliveries/"],
    "secadmin": ["/accounts/clients/"],
    "audadmin": ["/audit/"],
}


def checked(desk: Desk, matter: str, text: str) -> None:
    desk.choose_matter(matter)
    desk.check(text)


def recorded(desk: Desk) -> str:
    """The path of a record that the environment bureau reported."""
    desk.enter_as("hbj01")
    desk.go("/collection/records/")
    return desk.page.locator("[data-rows] a").first.get_attribute("href") or ""


def owed(desk: Desk) -> str:
    """The path of a report that scjg01 owes."""
    desk.enter_as("zc01")
    desk.go("/check/")
    checked(desk, "M1", FIRMS["hengtai"]["uscc"])
    run_deliveries()
    desk.enter_as("scjg01")
    desk.go("/feedback/")
    href: str = desk.page.locator("[data-rows] a").first.get_attribute("href") or ""
    return href


def test_every_page_is_clean_and_fits(desks: MakeDesk) -> None:
    desk = desks()
    report, record = owed(desk), recorded(desk)
    assert (
        faults_of(desk, PAGES | {"": ["/accounts/login/"], "scjg01": ["/feedback/", report], "hbj02": [record]}) == {}
    )


def test_every_answer_is_clean_and_fits(desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    for matter, text in WINDOW:
        checked(desk, matter, text)
        found[f"{matter} {text}"] = judged(desk.page)
    number = desk.number
    desk.press("?")
    found["help"] = judged(desk.page)
    for path in (f"/check/receipts/{number}/", f"/check/receipts/{number}/?print=1"):
        desk.go(path)
        found[path] = judged(desk.page)
    assert {place: what for place, what in found.items() if what} == {}


def test_what_has_the_focus_is_not_hidden_behind_the_buttons(desk: Desk) -> None:
    """WCAG 2.2, 2.4.11: the bar of buttons sticks to the foot of the window."""
    desk.page.set_viewport_size({"width": 1024, "height": 600})
    checked(desk, "M1", FIRMS["hengtai"]["uscc"])
    box, bar = desk.page.locator("#result .verdict h2").bounding_box(), desk.page.locator("#actions").bounding_box()
    assert box and bar and box["y"] + box["height"] <= bar["y"]


def test_every_target_is_large_enough(desk: Desk) -> None:
    """WCAG 2.2, 2.5.8: 24 × 24, but for links inside a sentence."""
    checked(desk, "M1", FIRMS["hengtai"]["uscc"])
    small = desk.page.eval_on_selector_all(
        "button, input:not([type=hidden]), select, nav a, .btn",
        "all => all.filter(e => e.offsetParent && (e.offsetWidth < 24 || e.offsetHeight < 24)).map(e => e.outerHTML)",
    )
    assert small == []


def test_without_colours_the_verdict_is_still_a_word_and_a_shape(desk: Desk) -> None:
    desk.page.emulate_media(forced_colors="active")
    checked(desk, "M5", FIRMS["yunfan-software"]["uscc"])
    assert desk.verdicts == ["▲未能核查"]
    assert desk.page.locator(".verdict").evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


def test_could_not_check_is_as_loud_as_a_hit(desk: Desk) -> None:
    def loudness() -> list[str]:
        rule = "e => ['fontSize', 'fontWeight', 'color'].map(name => getComputedStyle(e)[name])"
        style: list[str] = desk.page.locator("#result .verdict h2").evaluate(rule)
        return style

    checked(desk, "M1", FIRMS["hengtai"]["uscc"])
    hit = loudness()
    checked(desk, "M5", FIRMS["yunfan-software"]["uscc"])
    assert loudness() == hit


def test_without_javascript_everything_works(desks: MakeDesk) -> None:
    desk = desks(java_script_enabled=False)
    desk.enter_as("zc01")
    desk.go("/check/")
    desk.page.fill("#id_matter", "M1")
    desk.page.fill("#id_text", FIRMS["hengtai"]["uscc"])
    desk.tab_to(".go")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert desk.verdicts == ["■命中"] and MEASURES["Y1"] in desk.answer
    assert desk.page.input_value("#id_text") == ""
    number = desk.number
    desk.page.fill("#id_reason", "许可证吊销决定已被撤销")
    with desk.page.expect_navigation(url=f"**/check/receipts/{number}/"):
        desk.press("Enter")
    assert "许可证吊销决定已被撤销" in desk.page.locator(".sheet").inner_text()
    desk.go("/check/")
    desk.page.fill("#id_text", "云帆科技")
    desk.tab_to(".go")
    with desk.page.expect_navigation():
        desk.press("Enter")
    with desk.page.expect_navigation():
        desk.page.locator("[data-rows] button").first.press("Enter")
    assert desk.page.locator("#result .verdict .code").count() == 1


def test_the_display_mode_is_kept_from_page_to_page(desk: Desk) -> None:
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="特大").press("Enter")
    desk.go("/lists/")
    assert desk.page.get_attribute("html", "data-size") == "huge"
    assert desk.page.evaluate("getComputedStyle(document.body).fontSize") == "22.5px"

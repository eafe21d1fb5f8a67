"""Scenes nine and eleven: an exit ends what hung on it and nothing else; an honour is asked about, taken off by two
people, and the tax office is written to. And how the pages of entries and exits look.
"""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from kernel.actor import Actor
from redblack.models import Entry, Paper, Proceeding, RecogniserTask, Removal
from redblack.rules.lists import ReleaseKind
from subjects.selectors import subject_of
from tests.browser.conftest import FIRMS, MEASURES, Desk, MakeDesk
from tests.browser.looking import faults_of
from tests.factories import exits
from toolkit.clock import now

pytestmark = pytest.mark.browser
MILK, BUILDER, WRONG = FIRMS["qinyuan"], FIRMS["dingfeng"], FIRMS["hongsheng"]


def staff(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def at_window(desk: Desk, matter: str, text: str) -> str:
    desk.enter_as("zc01")
    desk.go("/check/")
    desk.choose_matter(matter)
    desk.check(text)
    return desk.answer


def entry_of(firm: dict[str, str], list_code: str) -> Entry:
    entries = Entry.objects.filter(list_type__code=list_code)
    wanted = [one for one in entries.order_by("id") if subject_code(one) == firm["uscc"]]
    assert len(wanted) == 1
    return wanted[0]


def subject_code(entry: Entry) -> str:
    found = subject_of(entry.subject_id)
    return found.uscc if found else ""


def test_scene_nine_the_builder_has_left_and_the_ban_of_its_own_stays(desks: MakeDesk) -> None:
    desk = desks()
    told = at_window(desk, "M4", BUILDER["uscc"])
    assert desk.verdicts == ["■命中"] and MEASURES["Y5"] in told and MEASURES["Y4"] not in told
    assert "不因名单移出而终止" in told
    assert at_window(desk, "M3", BUILDER["uscc"]) and desk.verdicts == ["○未命中"]

    desk.enter_as("rsj02")
    desk.go("/lists/entries/?state=all")
    desk.press("/")
    desk.type(BUILDER["uscc"])
    with desk.page.expect_navigation():
        desk.press("Enter")
    desk.tab_to("[data-rows] a")
    with desk.page.expect_navigation(url="**/lists/entries/*/"):
        desk.press("Enter")
    page = desk.page.locator("main").inner_text()
    for said in (
        "已移出（提前移出）",
        "江人社失信移〔2026〕5号",
        "人社局经办 孙倩",
        "人社局审核 郑浩",
        "名单退出公告",
    ):
        assert said in page
    assert desk.page.locator("a", has_text="撤销列入").count() == 0


def test_scene_eleven_two_people_take_the_honour_off_and_the_tax_office_is_written_to(desks: MakeDesk) -> None:
    window, drafter, reviewer, office = desks(), desks(), desks(), desks()
    told = at_window(window, "M1", MILK["uscc"])
    assert window.verdicts == ["○未命中"] and "激励暂停：有在期失信信息" in told
    honour, at_the_tax_office = entry_of(MILK, "L8"), entry_of(MILK, "L7")

    drafter.enter_as("scjg02")  # the task waits, nothing left by itself
    drafter.go("/")
    drafter.tab_to("[data-rows] a[href*='/lists/reviews/']")
    with drafter.page.expect_navigation(url="**/lists/reviews/*/"):
        drafter.press("Enter")
    assert "江市监处罚〔2026〕218号" in drafter.page.locator("main").inner_text()
    with drafter.page.expect_navigation(url="**/remove/?kind=early"):
        drafter.press("1")  # 提出移出
    drafter.tab_to("#id_document_no")
    drafter.type("江市监诚移〔2026〕1号")
    drafter.tab_to("#id_reason")
    drafter.type("新发生严重失信行为")
    drafter.tab_to("main form button[type=submit]")
    with drafter.page.expect_navigation(url="**/lists/removals/*/"):
        drafter.press("Enter")
    assert "您是提出人" in drafter.page.locator("aside").inner_text()
    assert drafter.page.locator("form[action$='/decide/']").count() == 0
    assert Entry.objects.get(pk=honour.pk).released_on is None

    reviewer.enter_as("scjg03")
    reviewer.go("/")
    reviewer.tab_to("[data-rows] a[href*='/lists/removals/']")
    with reviewer.page.expect_navigation(url="**/lists/removals/*/"):
        reviewer.press("Enter")
    with reviewer.page.expect_navigation(url=f"**/lists/entries/{honour.pk}/"):
        reviewer.press("1")  # 同意
    page = reviewer.page.locator("main").inner_text()
    assert "已移出（提前移出）" in page and "移出决定书" in page and "名单退出公告" in page
    assert RecogniserTask.objects.get(entry=honour).outcome == "removed"

    office.enter_as("xyb01")
    office.go("/")
    office.tab_to("[data-rows] a[href*='/lists/reviews/']")
    with office.page.expect_navigation(url="**/lists/reviews/*/"):
        office.press("Enter")
    office.tab_to("#id_letter_document_no")
    office.type("江信函〔2026〕3号")
    office.press("Tab")
    office.type("请依法复核")
    office.tab_to("form[action$='/tell/'] button")
    with office.page.expect_navigation(url=f"**/lists/entries/{at_the_tax_office.pk}/"):
        office.press("Enter")
    page = office.page.locator("main").inner_text()
    assert "告知函" in page and "已列入" in page  # it stays visible

    told = at_window(window, "M1", MILK["uscc"])
    assert window.verdicts == ["○未命中"] and "激励暂停：有在期失信信息" in told


def test_without_javascript_a_wrong_listing_is_corrected_and_cleared(desks: MakeDesk) -> None:
    drafter, reviewer = desks(java_script_enabled=False), desks(java_script_enabled=False)
    wrong = entry_of(WRONG, "L3")
    drafter.enter_as("wcyj01")
    drafter.go(f"/lists/entries/{wrong.pk}/remove/?kind=corrected")
    drafter.page.fill("#id_document_no", "望应急失信更〔2026〕1号")
    drafter.page.fill("#id_reason", "决定书载明的是江澜宏晟化工有限公司")
    with drafter.page.expect_navigation(url="**/lists/removals/*/"):
        drafter.page.get_by_role("button", name="提出").press("Enter")
    assert "存在异议（主体错误" in drafter.page.locator("main").inner_text()
    removal = Removal.objects.get(entry=wrong)
    reviewer.enter_as("wcyj02")
    reviewer.go(f"/lists/removals/{removal.pk}/")
    with reviewer.page.expect_navigation(url=f"**/lists/entries/{wrong.pk}/"):
        reviewer.page.get_by_role("button", name="同意更正").press("Enter")
    with reviewer.page.expect_navigation(url="**/clear/"):
        reviewer.page.get_by_role("link", name="发布消除影响声明").press("Enter")
    reviewer.page.fill("#id_text", "该单位系错误列入，已更正。")
    with reviewer.page.expect_navigation(url=f"**/lists/entries/{wrong.pk}/"):
        reviewer.page.get_by_role("button", name="发布").press("Enter")
    assert "消除影响声明" in reviewer.page.locator("aside").inner_text()
    answer = at_window(desks(), "M6", WRONG["uscc"])
    assert "未命中" in answer and "存在异议" not in answer


@pytest.fixture
def paths(city: str) -> Iterator[dict[str, list[str]]]:
    """Every page of entries, exits, reviews and honours, by who looks at it."""
    drafter = staff("scjg02")
    honour, county = entry_of(MILK, "L8"), entry_of(WRONG, "L3")
    review = RecogniserTask.objects.get(entry=honour)
    letter = RecogniserTask.objects.get(entry=entry_of(MILK, "L7"))
    said = {"kind": ReleaseKind.CORRECTED, "released_on": county.effective_from}
    removal = exits.propose(county.pk, staff("wcyj01"), now=now(), **said)
    candidate = exits.candidate_in_story(drafter, BUILDER["uscc"], now=now())
    shown = exits.candidate_in_story(drafter, FIRMS["xinweixuan"]["uscc"], now=now(), publicise=True)
    waiting = Proceeding.objects.get(pk=shown)
    assert waiting.state == "publicised" and Paper.objects.exists()
    gone = entry_of(BUILDER, "L1").pk
    yield {
        "scjg02": [
            "/", "/lists/entries/", "/lists/entries/?q=nothing", "/lists/entries/?state=released",
            f"/lists/entries/{honour.pk}/", f"/lists/entries/{honour.pk}/remove/", "/lists/reviews/",
            f"/lists/reviews/{review.pk}/", "/lists/removals/", "/lists/honours/", "/lists/honours/new/",
            f"/lists/honours/{candidate}/", f"/lists/honours/{shown}/",
        ],
        "scjg03": [f"/lists/reviews/{review.pk}/", "/lists/reviews/?all=1"],
        "wcyj01": [f"/lists/removals/{removal}/"],
        "wcyj02": ["/", "/lists/removals/", f"/lists/removals/{removal}/"],
        "rsj01": [f"/lists/entries/{gone}/", "/lists/removals/?all=1"],
        "xyb01": [
            "/", f"/lists/reviews/{letter.pk}/", "/lists/entries/?kind=reward", f"/lists/honours/{shown}/", "/lists/",
        ],
        "": ["/lists/public/honours/"],
    }  # fmt: skip


def test_every_page_is_clean_and_fits(desks: MakeDesk, paths: dict[str, list[str]]) -> None:
    assert faults_of(desks(), paths) == {}

"""The catalogue by keyboard, from a change to its publication by a second person; and how each of its pages looks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from catalog import selectors, services
from catalog.models import ItemVersion, Upkeep
from kernel.actor import Actor
from tests.browser.conftest import Desk, MakeDesk
from tests.browser.looking import faults_of
from tests.conftest import NOW
from tests.factories import catalog

pytestmark = pytest.mark.browser
ITEM = "honour"


def office(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def newest(code: str = ITEM) -> ItemVersion:
    return ItemVersion.objects.filter(item__code=code).order_by("-number")[0]


def test_one_changes_an_item_and_another_publishes_it(desks: MakeDesk) -> None:
    drafter, reviewer = desks(), desks()
    before = newest().number
    drafter.enter_as("xyb01")
    drafter.go("/catalog/")
    drafter.press("/")
    drafter.type("荣誉")
    with drafter.page.expect_navigation():
        drafter.press("Enter")
    drafter.tab_to("[data-rows] a")
    with drafter.page.expect_navigation():
        drafter.press("Enter")
    with drafter.page.expect_navigation(url="**/catalog/drafts/*/"):
        drafter.press("1")  # 变更
    with drafter.page.expect_navigation(url="**/fields/"):
        drafter.press("2")
    drafter.press("4")  # to the empty line
    drafter.page.wait_for_url("**/fields/#spare")
    drafter.press("Tab", "Tab")
    drafter.type("颁发单位级别")
    drafter.press("Tab")
    drafter.type("ISSUER_RANK")
    drafter.press("Tab", "Tab")
    drafter.type("50")
    with drafter.page.expect_navigation():
        drafter.press("Enter")
    assert "已保存" in drafter.page.locator(".note-success").inner_text()
    draft = newest()
    assert [f["code"] for f in draft.fields][-1] == "ISSUER_RANK"
    drafter.tab_to("form[action$='/submit/'] button")
    with drafter.page.expect_navigation(url=f"**/catalog/items/{ITEM}/{draft.number}/"):
        drafter.press("Enter")
    drafter.go(f"/catalog/review/{draft.pk}/")
    assert drafter.page.locator("form[action$='/publish/']").count() == 0

    reviewer.enter_as("xyb02")
    reviewer.go("/")
    reviewer.tab_to("[data-rows] a[href*='/review/']")
    with reviewer.page.expect_navigation():
        reviewer.press("Enter")
    said = reviewer.page.locator(".differences").inner_text()
    assert "新增" in said and "颁发单位级别（ISSUER_RANK）" in said
    with reviewer.page.expect_navigation(url=f"**/catalog/items/{ITEM}/"):
        reviewer.press("1")  # 发布
    assert "颁发单位级别" in reviewer.page.locator(".items-table").inner_text()
    reviewer.go(f"/catalog/items/{ITEM}/{before}/")
    assert "这是旧版本" in reviewer.page.locator("main").inner_text()
    assert "颁发单位级别" not in reviewer.page.locator(".items-table").inner_text()


def test_a_draft_is_written_without_javascript(desks: MakeDesk) -> None:
    desk = desks(java_script_enabled=False)
    desk.enter_as("xyb01")
    version = services.draft_version(item_code=ITEM, actor=office("xyb01"), now=NOW)
    for path, button in (("", "保存属性"), ("fields/", "保存信息项"), ("rules/", "保存角色")):
        desk.go(f"/catalog/drafts/{version}/{path}")
        with desk.page.expect_navigation():
            desk.page.get_by_role("button", name=button).press("Enter")
        assert "已保存" in desk.page.locator(".note-success").inner_text(), path
    desk.page.locator("form[aria-label='不得晚于今天'] select").first.focus()
    with desk.page.expect_navigation():
        desk.page.locator("form[aria-label='不得晚于今天'] button").press("Enter")
    assert "不得晚于填报当日。" in desk.page.locator("#rules ol").inner_text()


@pytest.fixture
def paths(city: str) -> Iterator[dict[str, list[str]]]:
    """Every page of the catalogue, by who looks at it; "" is nobody."""
    drafter = office("xyb01")
    draft = services.draft_version(item_code="penalty", actor=drafter, now=NOW)
    waiting = services.draft_version(item_code="permit", actor=drafter, now=NOW)
    content = selectors.content_of(ItemVersion.objects.get(pk=waiting))
    changed = replace(content, retention_months=99, raises=(), fields=content.fields[:-1], name="许可信息")
    seen = services.save_draft(version_id=waiting, content=changed, seen=content.seen, actor=drafter, now=NOW)
    services.submit(version_id=waiting, seen=seen, actor=drafter, now=NOW)
    empty = catalog.draft(actor=drafter, legal_basis="", bases=[], fields=[], roles={})
    catalog.upkeep(title="行政处罚法修订施行")
    catalog.power(department=User.objects.get(username="scjg01").department)
    version = newest("honour")
    yield {
        "xyb01": [
            "/catalog/", "/catalog/?q=nothing", "/catalog/items/penalty/", "/catalog/items/permit/1/",
            "/catalog/items/permit/compare/", "/catalog/new/", "/catalog/items/honour/withdraw/",
            f"/catalog/versions/{version.pk}/filing/", "/catalog/powers/", "/catalog/upkeep/", "/catalog/classes/",
            f"/catalog/drafts/{draft}/", f"/catalog/drafts/{draft}/fields/?spare=2",
            f"/catalog/drafts/{draft}/rules/",
            f"/catalog/drafts/{draft}/fields/CF_CFLB/", f"/catalog/drafts/{draft}/discard/",
            f"/catalog/drafts/{empty}/", f"/catalog/drafts/{empty}/fields/", f"/catalog/drafts/{empty}/rules/",
        ],
        "xyb02": ["/", f"/catalog/review/{waiting}/"],
        "scjg02": ["/catalog/", "/catalog/items/penalty/"],
        "": ["/catalog/public/", "/catalog/public/penalty/", "/catalog/public/nothing/"],
    }  # fmt: skip
    assert Upkeep.objects.exists()


def test_every_page_of_the_catalogue_is_clean_and_fits(desk: Desk, paths: dict[str, list[str]]) -> None:
    assert faults_of(desk, paths) == {}

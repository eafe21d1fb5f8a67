"""Measure items in the browser: a condition is written by keyboard and published by another; how each page looks."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from kernel.actor import Actor
from measures import selectors, services
from measures.models import MeasureItem
from tests.browser.conftest import Desk, MakeDesk
from tests.browser.looking import faults_of
from tests.conftest import NOW
from tests.factories import measures

pytestmark = pytest.mark.browser
CONDITION = {
    "any": [
        {"fact": "grade", "is": "in", "value": ["严重"]},
        {"not": {"fact": "disputed", "is": "is", "value": True}},
    ]
}
SENTENCE = "仅当失信程度为严重，且管理阶段为事前，且剩余期限超过 3 个月时适用"


def office(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def newest(code: str) -> MeasureItem:
    return MeasureItem.objects.filter(code=code).order_by("-edition", "-id")[0]


def fill(desk: Desk, line: int, what: str, operator: str, value: str) -> None:
    """One line of the condition, by its fields."""
    desk.page.select_option(f"#id_c-{line}-what", what)
    desk.page.select_option(f"#id_c-{line}-operator", operator)
    desk.page.locator(f"#id_c-{line}-value").focus()
    desk.type(value)


@pytest.mark.parametrize("script", [True, False])
def test_a_condition_is_written_with_and_without_javascript(desks: MakeDesk, script: bool) -> None:
    desk = desks(java_script_enabled=script)
    desk.enter_as("xyb01")
    item = services.draft_from_item(item_id=newest("Y3").pk, actor=office("xyb01"), now=NOW)
    desk.go(f"/measures/drafts/{item}/condition/")
    fill(desk, 0, "grade", "is", "严重")
    fill(desk, 1, "stage", "is", "事前")
    fill(desk, 2, "months_left", ">", "3")
    if script:
        desk.page.wait_for_function("s => document.querySelector('#sentence').innerText.includes(s)", arg=SENTENCE)
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="保存条件").press("Enter")
    assert "已保存" in desk.page.locator(".note-success").inner_text()
    assert SENTENCE in desk.page.locator("#sentence").inner_text()


def test_a_continuation_without_a_basis_of_its_own_is_refused(desks: MakeDesk) -> None:
    """Scene 9: wmb01 tries to go on for twelve months after the release."""
    desk = desks()
    desk.enter_as("wmb01")
    desk.go(f"/measures/items/{newest('Y9').code}/")
    with desk.page.expect_navigation(url="**/measures/drafts/*/"):
        desk.press("1")  # 变更
    content = desk.page.locator("#id_content")
    content.fill("移出后 12 个月内继续取消参评资格")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="保存", exact=True).press("Enter")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="提交审核").press("Enter")
    said = desk.page.locator(".refusal").inner_text()
    assert "名单移出，措施同时终止" in said and "河南省社会信用条例 第三十七条" in said
    assert newest("Y9").state == "draft"


@pytest.fixture
def paths(city: str) -> Iterator[dict[str, list[str]]]:
    """Every page of the measure items, by who looks at it; "" is nobody."""
    drafter = office("xyb01")
    draft = services.draft_from_item(item_id=newest("Y3").pk, actor=drafter, now=NOW)
    original = measures.original()
    wmb = office("wmb01")
    from_memo = services.draft_from_original(
        original_id=original, department_id=wmb.department_id or 0, actor=wmb, now=NOW
    )
    waiting = services.draft_from_item(item_id=newest("Y4").pk, actor=drafter, now=NOW)
    value = measures.changed(
        waiting,
        basic_id=measures.basic(kind=1),
        term_text="列入期间，最长三年",
        condition={
            "any": [
                {"fact": "grade", "is": "in", "value": ["严重"]},
                {"not": {"fact": "disputed", "is": "is", "value": True}},
            ]
        },
    )
    services.save_draft(item_id=waiting, value=value, seen=measures.seen(waiting), actor=drafter, now=NOW)
    services.submit(item_id=waiting, seen=measures.seen(waiting), actor=drafter, now=NOW)
    yield {
        "xyb01": [
            "/measures/", "/measures/?q=nothing", "/measures/items/Y1/", "/measures/new/", "/measures/import/",
            f"/measures/drafts/{draft}/", f"/measures/drafts/{draft}/condition/",
            f"/measures/drafts/{draft}/discard/",
            "/measures/items/Y2/withdraw/", f"/measures/review/{waiting}/",
        ],
        "xyb02": [f"/measures/review/{waiting}/"],
        "wmb01": ["/measures/", f"/measures/drafts/{from_memo}/"],
        "": ["/measures/public/", "/measures/public/Y1/", "/measures/public/nothing/"],
    }  # fmt: skip
    assert selectors.standing("Y3") is not None


def test_every_page_of_the_measure_items_is_clean_and_fits(desks: MakeDesk, paths: dict[str, list[str]]) -> None:
    assert faults_of(desks(), paths) == {}

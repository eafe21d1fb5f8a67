"""Memoranda and list types in the browser: a piece of text is marked and becomes a row, by keyboard and without
JavaScript; one drafts a list type and another publishes it; and how each page looks.
"""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from kernel.actor import Actor
from measures.selectors import memoranda as selectors
from redblack import services
from redblack.models import ListType, ListTypeEdition
from redblack.selectors import editions
from subjects.selectors import holder_of
from tests.browser.conftest import FIRMS, MakeDesk
from tests.browser.looking import faults_of
from tests.conftest import NOW
from tests.factories import memoranda as make

pytestmark = pytest.mark.browser
# a busy machine, on which keys overtake timers: what a key does may not wait for one
LATE = "const soon = window.setTimeout; window.setTimeout = (work, after = 0) => soon(work, after + 1000);"
MARK = "限制取得政府资金支持。依据《预算法》第二条"


def office(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def measures_of(code: str) -> list[str]:
    return [one.label for one in selectors.content_of(selectors.memorandum_by_code(code)).measures]


def test_a_marked_piece_becomes_a_row_by_keyboard(desks: MakeDesk) -> None:
    desk, code = desks(), make.memorandum(measures=(), conducts=())
    desk.page.add_init_script(LATE)
    desk.enter_as("xyb01")
    desk.go(f"/measures/memoranda/{code}/edit/")
    desk.page.focus("[data-memo-text]")
    before = desk.page.input_value("[data-memo-text]")
    desk.type("x")
    assert desk.page.input_value("[data-memo-text]") == before  # the words are read, not written, here
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.press("Shift+Home")
    desk.press("Alt+1")  # 标为原始措施
    desk.page.wait_for_selector("[data-mark-target=measure]:focus")
    assert desk.page.input_value("[data-mark-target=measure]").startswith(MARK)
    assert desk.page.input_value("[data-mark-basis]") == "《预算法》第二条"
    desk.press("Tab")
    desk.type("财政部")
    desk.tab_to("#measure-form button")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert "已保存原始措施" in desk.page.locator(".note-success").inner_text()
    assert measures_of(code)[0].startswith(MARK)
    desk.go(f"/measures/memoranda/{code}/")
    assert desk.page.locator("mark").inner_text().startswith(MARK)


def test_a_row_is_made_without_javascript(desks: MakeDesk) -> None:
    desk, code = desks(java_script_enabled=False), make.memorandum()
    desk.enter_as("xyb01")
    desk.go(f"/measures/memoranda/{code}/edit/")
    assert not desk.page.locator("[data-mark-tools]").is_visible()
    desk.page.fill("#measure_label", "列为重点监管对象")
    desk.page.fill("#measure_departments", "财政总局")
    desk.page.fill("#measure_legal_basis", "未注明")
    save = desk.page.get_by_role("button", name="保存原始措施")
    save.press("Enter")
    assert "“财政总局”不在部门名录中" in desk.page.locator(".refusal").inner_text()
    assert desk.page.input_value("#measure_label") == "列为重点监管对象"
    desk.page.fill("#measure_departments", "财政部")
    with desk.page.expect_navigation():
        save.press("Enter")
    assert measures_of(code)[-1] == "列为重点监管对象"


def test_one_changes_a_list_type_and_another_publishes_it(desks: MakeDesk) -> None:
    drafter, reviewer = desks(), desks()
    drafter.enter_as("xyb01")
    drafter.go("/lists/types/L1/")
    with drafter.page.expect_navigation(url="**/lists/editions/*/"):
        drafter.press("1")  # 变更
    drafter.page.fill("#id_conduct", "克扣、无故拖欠农民工工资，经责令限期支付逾期未支付")
    with drafter.page.expect_navigation():
        drafter.page.get_by_role("button", name="保存").press("Enter")
    with drafter.page.expect_navigation(url="**/review/"):
        drafter.page.get_by_role("button", name="提交审核").press("Enter")
    assert "起草人不能审核" in drafter.page.locator("main").inner_text()
    reviewer.enter_as("xyb02")
    reviewer.go("/lists/types/")
    reviewer.tab_to(".lines a")
    with reviewer.page.expect_navigation():
        reviewer.press("Enter")
    assert "列入情形" in reviewer.page.locator(".differences").inner_text()
    with reviewer.page.expect_navigation(url="**/lists/types/L1/"):
        reviewer.press("1")  # 发布
    assert ListType.objects.get(code="L1").edition == 1
    said = reviewer.page.locator("main").inner_text()
    assert "已确认" in said and "何启明" in said and "周岚" in said


@pytest.fixture
def paths(city: str) -> Iterator[dict[str, list[str]]]:
    drafter = office("xyb01")
    code, stub = make.with_file(), make.memorandum(measures=(), conducts=(), text="")
    draft = services.draft_edition(code="L2", content=None, actor=drafter, now=NOW)
    waiting = services.draft_edition(code="LT-03", content=None, actor=drafter, now=NOW)
    content = editions.content_of(ListTypeEdition.objects.get(pk=waiting))
    changed = editions.editions.read({**editions.editions.written(content), "term_rule": "三年", "level": "国家"})
    seen = services.save_edition(edition_id=waiting, content=changed, seen=content.seen, actor=drafter, now=NOW)
    services.submit_edition(edition_id=waiting, seen=seen, actor=drafter, now=NOW)
    firm = holder_of(uscc=FIRMS["hengtai"]["uscc"])
    yield {
        "xyb01": [
            "/lists/types/", "/lists/types/?q=nothing", "/lists/types/L1/", "/lists/types/LT-01/",
            "/lists/types/L1/compare/", "/lists/types/new/", f"/lists/editions/{draft}/",
            f"/lists/editions/{waiting}/review/", "/measures/memoranda/", "/measures/memoranda/?q=nothing",
            "/measures/memoranda/new/", f"/measures/memoranda/{code}/", f"/measures/memoranda/{code}/edit/?measure=1",
            f"/measures/memoranda/{stub}/", f"/measures/memoranda/{stub}/edit/", "/measures/basics/",
        ],
        "xyb02": [f"/lists/editions/{waiting}/review/"],
        "scjg02": [
            "/lists/types/", "/lists/types/L2/", "/measures/memoranda/", f"/measures/memoranda/{code}/",
            "/measures/basics/", "/lists/grades/", f"/lists/grades/{firm}/",
        ],
    }  # fmt: skip


def test_every_page_is_clean_and_fits(desks: MakeDesk, paths: dict[str, list[str]]) -> None:
    assert faults_of(desks(), paths) == {}

"""What follows without anybody applying: scene 8's last step, and the rehearsal of a rule before it is published.

Acceptance 3: an editor makes a condition, rehearses it, another person publishes it; the window then answers exactly
as rehearsed. And how the pages of matters, responses, letters and rehearsals look.
"""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from kernel.actor import Actor
from measures.models import MeasureItem
from measures.selectors import standing, value_of
from measures.services import draft_from_item, save_draft, submit
from redblack.models import Binding
from redblack.rules.evidence import Papers
from redblack.rules.lists import ReleaseKind
from redblack.services import enter, release
from screening.models import Rehearsal, RehearsalRow, ResponseTask
from screening.services.rehearsing import run_rehearsal
from subjects.selectors import holder_of
from tests.browser.conftest import FIRMS, MEASURES, Desk, MakeDesk, run_deliveries
from tests.browser.looking import faults_of
from tests.factories import measures
from toolkit.clock import now, today

pytestmark = pytest.mark.browser
CHEMICAL, MATERIAL, HENGTAI = FIRMS["hongsheng-chemical"], FIRMS["hongsheng"], FIRMS["hengtai"]


def staff(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def listed() -> int:
    """The decision about 宏晟化工, registered by the county: scene 8 after its third try."""
    reviewer, firm = staff("wcyj02"), holder_of(uscc=CHEMICAL["uscc"])
    assert firm is not None
    papers = Papers(
        document_no="望应急失信列〔2026〕3号",
        authority="望川县应急管理局",
        ground="较大生产安全事故",
        legal_basis="《安全生产法》第七十八条",
        notice_served_on=date(2026, 10, 9),
        decided_on=date(2026, 10, 26),
        effective_from=date(2026, 10, 26),
        effective_until=date(2029, 10, 25),
        exit_route="",
    )
    return enter(
        list_code="L3",
        subject_id=firm,
        papers=papers,
        authority_department_id=reviewer.department_id,
        actor=reviewer,
        now=now(),
    )


def said(desk: Desk) -> str:
    text: str = desk.page.locator("main").inner_text()
    return text


def press(desk: Desk, name: str) -> str:
    """A button, by keyboard; what the page says then."""
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=name).first.press("Enter")
    return said(desk)


def seat(desks: MakeDesk, username: str, path: str) -> Desk:
    desk = desks()
    desk.enter_as(username)
    desk.go(path)
    return desk


def test_scene_8_a_task_though_nobody_applied_for_anything(desks: MakeDesk) -> None:
    entry = listed()
    run_deliveries()
    desk = seat(desks, "yjj01", "/")
    assert "响应联合奖惩措施" in said(desk) and MEASURES["Y8"] in said(desk)
    desk.tab_to("[data-rows] a[href*='item=Y8']")
    with desk.page.expect_navigation(url="**/responses/?**"):
        desk.press("Enter")
    row = desk.page.locator("[data-rows] tr", has_text=CHEMICAL["name"])
    assert "望应急失信列〔2026〕3号" in row.inner_text() and "待响应" in row.inner_text()
    assert MATERIAL["name"] not in said(desk)  # its entry is disputed: the measure rests
    row.get_by_role("checkbox").press("Space")
    assert "须写明采取了什么措施" in press(desk, "登记响应")
    assert desk.page.locator("[data-rows] tr", has_text=CHEMICAL["name"]).get_by_role("checkbox").is_checked()
    desk.page.fill("#id_text", "列入重点检查计划，每季度检查一次")
    assert "1 项任务已办理" in press(desk, "登记响应")
    desk.go(f"/responses/{ResponseTask.objects.get(trigger=f'entry:{entry}').pk}/")
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="措施实施告知书").press("Enter")
    desk.page.fill("#id_document_no", "江应急告〔2026〕1号")
    assert "未送达" in press(desk, "生成告知书") and "江应急告〔2026〕1号" in said(desk)
    assert "直接送达" in press(desk, "登记送达")
    release(
        entry_id=entry,
        kind=ReleaseKind.EARLY,
        released_on=today(),
        document_no="望应急失信移〔2026〕1号",
        reason="隐患已整改",
        actor=staff("wcyj02"),
        now=now(),
    )
    run_deliveries()
    desk.go("/")
    assert "停止已采取的措施" in said(desk)
    desk.go("/responses/?state=stop")
    desk.page.locator("[data-rows]").get_by_role("checkbox").press("Space")
    assert "确认已停止" in press(desk, "确认已停止")
    desk.go("/")
    assert "停止已采取的措施" not in said(desk)


def draft_of_y3() -> int:
    """The next edition of 工信局's measure, begun by the office. Its condition is typed on the page."""
    editor, item = staff("xyb01"), standing("Y3")
    assert item is not None
    draft = draft_from_item(item_id=item.pk, actor=editor, now=now())
    value = value_of(MeasureItem.objects.get(pk=draft))
    content = replace(value.content, basic_id=measures.basic())
    save_draft(item_id=draft, value=replace(value, content=content), seen=value.seen, actor=editor, now=now())
    return draft


def at_window(desks: MakeDesk, firm: dict[str, str]) -> tuple[list[str], list[str]]:
    """The verdict at the matter M3, and the measures that it calls for."""
    desk = seat(desks, "zc01", "/check/")
    desk.choose_matter("M3")
    desk.check(firm["uscc"])
    return desk.verdicts, desk.page.locator("#result .measure b").all_inner_texts()


def test_a_rule_is_rehearsed_published_and_answered_as_rehearsed(desks: MakeDesk) -> None:
    """Only serious grade, only before, only while more than three months remain."""
    grave = holder_of(uscc=HENGTAI["uscc"])
    Binding.objects.filter(subject_id=grave, rev_to=None).update(grade="严重")
    before = {firm["name"]: at_window(desks, firm) for firm in (HENGTAI, MATERIAL)}
    assert [called for _, called in before.values()] == [[MEASURES["Y3"]], [MEASURES["Y3"]]]
    draft = draft_of_y3()
    editor = seat(desks, "xyb01", f"/measures/drafts/{draft}/condition/")
    lines = (("grade", "is", "严重"), ("stage", "is", "事前"), ("months_left", ">", "3"))
    for number, (what, operator, value) in enumerate(lines):
        editor.page.select_option(f"#id_c-{number}-what", what)
        editor.page.select_option(f"#id_c-{number}-operator", operator)
        editor.page.fill(f"#id_c-{number}-value", value)
    assert "剩余期限超过 3 个月" in press(editor, "保存条件")
    editor.go(f"/rehearsals/of/{draft}/")
    assert "尚未预演" in said(editor)
    press(editor, "开始预演")
    run_rehearsal(job_id=Rehearsal.objects.get().job_id or 0, clock=now)
    editor.page.wait_for_selector("#rehearsal .four")  # the page has asked by itself
    row = Rehearsal.objects.get()
    assert (row.checks, row.checks_newly, row.checks_no_longer) == (3, 0, 2)  # with 鼎峰's, in the story
    assert row.subjects_no_longer == row.subjects - 1  # all but 恒泰
    gone = RehearsalRow.objects.filter(rehearsal=row, change="no_longer")
    assert holder_of(uscc=MATERIAL["uscc"]) in set(gone.values_list("subject_id", flat=True))
    editor.page.locator("#rehearsal .four a", has_text="不再适用").first.press("Enter")
    editor.page.wait_for_url("**/rows/**")
    assert MATERIAL["name"] in said(editor) and HENGTAI["name"] not in said(editor)
    seen = value_of(MeasureItem.objects.get(pk=draft)).seen
    submit(item_id=draft, seen=seen, actor=staff("xyb01"), now=now())
    editor.go(f"/rehearsals/of/{draft}/")
    assert "起草人不能审核自己起草的措施" in said(editor)
    reviewer = seat(desks, "xyb02", f"/measures/review/{draft}/")
    with reviewer.page.expect_navigation():
        reviewer.page.get_by_role("link", name="预演").press("Enter")
    reviewer.page.get_by_role("checkbox").press("Space")
    assert "已发布" in press(reviewer, "按此发布")
    assert at_window(desks, HENGTAI) == before[HENGTAI["name"]]
    assert at_window(desks, MATERIAL)[1] == []


PAGES = {
    "yjj01": ["/", "/responses/", "/responses/?state=all", "/feedback/letters/"],
    "xyb01": ["/matters/", "/matters/M7/", "/matters/M3/edit/", "/matters/new/", "/responses/?state=all"],
}


def test_every_page_is_clean_and_fits(desks: MakeDesk) -> None:
    listed()
    run_deliveries()
    draft = draft_of_y3()
    task, own = ResponseTask.objects.order_by("id")[0], ResponseTask.objects.filter(item_code="Y8")[0]
    more = {
        "xyb01": [f"/responses/{task.pk}/", f"/rehearsals/of/{draft}/"],
        "yjj01": [f"/responses/{own.pk}/", f"/feedback/responses/{own.pk}/letter/"],
    }
    assert faults_of(desks(), {who: paths + more[who] for who, paths in PAGES.items()}) == {}


def test_without_javascript_tasks_are_answered_and_matters_changed(desks: MakeDesk) -> None:
    listed()
    run_deliveries()
    desk = desks(java_script_enabled=False)
    desk.enter_as("yjj01")
    desk.go("/responses/?item=Y8")
    desk.page.locator("[data-rows]").get_by_role("checkbox").first.check()
    desk.page.fill("#id_text", "企业已停产")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="不适用").click()
    assert "1 项任务已办理：不适用" in said(desk)
    desk.enter_as("xyb01")
    desk.go("/matters/M6/edit/")
    desk.page.fill("#id_name", "企业投资项目核准和备案")
    with desk.page.expect_navigation(url="**/matters/M6/"):
        desk.page.get_by_role("button", name="保存").click()
    assert "企业投资项目核准和备案" in said(desk)

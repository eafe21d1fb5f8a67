"""The window by keyboard alone: scenes 2 to 4 of the demo story, the receipt, the choice, the next applicant."""

import re
from unittest import mock

import pytest
from django.db import OperationalError

from tests.browser.conftest import FIRMS, MEASURES, SHEN, Desk, MakeDesk, run_deliveries

pytestmark = pytest.mark.browser
HENGTAI, XINWEIXUAN = FIRMS["hengtai"]["uscc"], FIRMS["xinweixuan"]["uscc"]
YUNFAN, SOFTWARE, HONGSHENG = (FIRMS[key]["uscc"] for key in ("yunfan", "yunfan-software", "hongsheng"))
FILE_NUMBER = "JL20261120-0012"


def test_a_clerk_logs_in_and_is_at_the_window_with_one_key(desks: MakeDesk) -> None:
    desk = desks()
    desk.log_in("zc01")
    assert "市政务服务局 · 综合窗口3号 李敏" in desk.page.locator("header").inner_text()
    with desk.page.expect_navigation(url="**/check/"):
        desk.press("1")
    assert desk.page.evaluate("document.activeElement.id") == "id_text"


def test_scene_1_a_hit_tells_measure_article_authority_and_end(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    assert desk.focused == "■命中"
    for words in (
        MEASURES["Y1"],
        "《食品安全法》第一百三十五条",
        "依法应当",
        "独立法定限制",
        "严重违法失信名单",
        "市场监督管理局",
    ):
        assert words in desk.answer
    assert desk.page.input_value("#id_text") == ""


def test_scene_2_a_hit_without_a_measure_means_proceed(desk: Desk) -> None:
    desk.choose_matter("M2")
    desk.check(HENGTAI)
    assert desk.verdicts == ["□命中，本事项无对应措施"]
    assert "请按正常流程办理，不得因此附加条件。" in desk.answer
    assert "暂缓受理" not in desk.answer


def test_scene_3_the_legal_representative_is_checked_by_his_own_document(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(XINWEIXUAN)
    assert "未命中" in desk.focused
    assert "关联提示：法定代表人 沈某某另有 1 条在期法定限制，请凭身份证件核查本人。" in desk.answer
    desk.check(SHEN)
    assert "未能核查" in desk.focused
    assert "核查自然人须填写办件号" in desk.answer
    desk.press("/")
    desk.tab_to("#id_file_number", "Shift+Tab")
    desk.type(FILE_NUMBER)
    desk.tab_to("#id_text")
    desk.check(SHEN)
    assert "命中" in desk.focused and MEASURES["Y1"] in desk.answer
    assert SHEN not in desk.page.content() and desk.page.input_value("#id_text") == ""
    assert SHEN not in desk.page.url


def test_scene_4_a_name_gives_candidates_and_a_stale_list_gives_no_answer(desk: Desk) -> None:
    desk.choose_matter("M5")
    desk.check("云帆科技")
    assert "需核实身份" in desk.focused
    assert "名称相近的主体有 2 个" in desk.answer and "仅凭名称不得采取措施。" in desk.answer
    assert MEASURES["Y6"] not in desk.answer
    desk.tab_to("[data-rows] button")
    desk.press("ArrowDown", "ArrowUp")
    row = desk.page.locator("[data-rows] tr").first
    chosen = next(firm["name"] for firm in FIRMS.values() if firm["name"] in row.inner_text())
    with desk.asking():
        desk.press("Enter")
    assert chosen in desk.answer
    desk.check(YUNFAN)
    assert "命中" in desk.focused
    for words in (MEASURES["Y6"], "中级人民法院", "执1187号", "重大税收违法失信主体名单"):
        assert words in desk.answer
    desk.check(SOFTWARE)
    assert "未能核查" in desk.focused
    assert "9 天未更新" in desk.answer and "不得据此认定为无记录" in desk.answer


def test_a_disputed_entry_suspends_its_measure(desk: Desk) -> None:
    desk.choose_matter("M6")
    desk.check(HONGSHENG)
    assert desk.focused.endswith("命中（存在异议，措施暂不执行）")
    assert desk.page.locator(".measure.held b").inner_text() == MEASURES["Y7"]


def test_choose_print_and_go_on_with_three_keys(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    number = desk.number
    desk.press("1")
    desk.page.wait_for_selector(".chosen:focus")
    assert desk.focused == "✓ 已登记：暂缓受理，转实施部门确认"
    with desk.page.context.expect_page() as opened:
        desk.press("3")
    paper = opened.value
    paper.wait_for_load_state()
    paper.emulate_media(media="print")
    text = paper.locator(".sheet").inner_text()
    assert number in text and "暂缓受理，转实施部门确认" in text
    assert "本回执记载核查时点的名单情况，供依法履职使用；是否采取措施由实施部门依法决定。" in text
    assert not paper.locator(".no-print").is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", paper.pdf(prefer_css_page_size=True))) == 1
    paper.close()
    desk.press("4")
    desk.page.wait_for_selector("#id_text:focus")
    assert desk.answer == ""


def test_going_on_wants_a_reason_and_the_receipt_is_found_again_by_its_number(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    number = desk.number
    desk.press("2")
    desk.page.wait_for_selector("#id_reason:focus")
    desk.type("许可证吊销决定已被撤销")
    desk.press("Enter")
    desk.page.wait_for_selector(".chosen:focus")
    desk.go("/check/receipts/")
    desk.press("/")
    desk.type(number.lower())
    with desk.page.expect_navigation(url=f"**/check/receipts/{number}/"):
        desk.press("Enter")
    sheet = desk.page.locator(".sheet").inner_text()
    assert "许可证吊销决定已被撤销" in sheet and MEASURES["Y1"] in sheet
    assert desk.page.locator("[data-key='1']").count() == 0


def test_two_browsers_one_choice(desk: Desk, desks: MakeDesk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    other = desks()
    other.enter_as("zc01")
    other.go(f"/check/receipts/{desk.number}/")
    desk.press("1")
    desk.page.wait_for_selector(".chosen")
    other.press("1")
    other.page.wait_for_selector(".refusal")
    assert "该回执已经登记过处理选择" in other.page.locator(".refusal").inner_text()
    assert other.page.locator("#actions").is_visible()


def test_another_department_does_not_find_the_receipt(desk: Desk, desks: MakeDesk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    stranger = desks()
    stranger.enter_as("hbj01")
    assert stranger.go(f"/check/receipts/{desk.number}/").status == 404


def test_a_scanner_presses_no_button(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    desk.page.keyboard.type("12345678", delay=0)
    desk.page.wait_for_timeout(400)
    assert desk.page.input_value("#id_text") == "12345678"
    assert desk.page.locator(".chosen").count() == 0
    desk.press("Escape")
    assert desk.page.input_value("#id_text") == ""


def test_a_code_full_of_noise_is_understood(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check("９１３３９９０１ ma9k3h5t3y")
    assert "江澜恒泰食品有限公司" in desk.answer


def test_several_subjects_of_one_application_are_answered_together(desk: Desk) -> None:
    desk.choose_matter("M4")
    desk.check(f"{XINWEIXUAN} {FIRMS['dingfeng']['uscc']}")
    assert desk.verdicts == ["○未命中", "■命中"]
    assert desk.focused == "■命中" and MEASURES["Y5"] in desk.answer


def test_a_wrong_code_says_how_to_mend_it_and_stays_in_the_input(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check("91339901MA9K3H5T3X")
    assert "未能核查" in desk.focused
    assert desk.page.input_value("#id_text") == "91339901MA9K3H5T3X"


def test_the_help_opens_and_closes_by_key(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.check(HENGTAI)
    desk.press("?")
    assert desk.page.locator("#keys").is_visible()
    desk.press("Escape")
    assert not desk.page.locator("#keys").is_visible()


def test_matter_and_stage_are_remembered(desk: Desk) -> None:
    desk.choose_matter("M6")
    desk.check(HENGTAI)
    desk.go("/check/")
    assert desk.page.input_value("#id_matter").startswith("M6 ")


def test_a_database_that_is_down_is_not_a_clear_answer(desk: Desk) -> None:
    desk.choose_matter("M1")
    with mock.patch("screening.views.window.check", side_effect=OperationalError("terminating connection")):
        desk.check(HENGTAI)
    assert "未能核查" in desk.focused
    assert "数据库暂不可用：未能核查，不得据此认定为无记录。" in desk.answer
    desk.check(HENGTAI)
    assert "■" in desk.focused


def test_a_server_that_is_gone_is_not_a_clear_answer(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.page.context.set_offline(True)
    desk.press("/")
    desk.type(HENGTAI)
    desk.press("Enter")
    desk.page.wait_for_selector("#result [data-focus]:focus")
    assert "未能连接到系统：未能核查，不得据此认定为无记录。" in desk.answer
    assert desk.page.input_value("#id_text") == HENGTAI
    desk.page.context.set_offline(False)


def test_an_expired_session_keeps_what_was_typed(desk: Desk) -> None:
    desk.choose_matter("M1")
    desk.page.context.clear_cookies(name="sessionid")
    desk.press("/")
    desk.type(HENGTAI)
    with desk.page.expect_navigation(url="**/accounts/login/**"):
        desk.press("Enter")
    desk.type("zc01")
    desk.press("Tab")
    desk.type("Jianglan#2026")
    with desk.page.expect_navigation(url="**/check/"):
        desk.press("Enter")
    assert desk.page.input_value("#id_text") == HENGTAI


def test_the_implementing_department_reports_what_was_done(desk: Desk, desks: MakeDesk) -> None:
    desk.choose_matter("M1")
    desk.press("/")
    desk.tab_to("#id_file_number", "Shift+Tab")
    desk.type(FILE_NUMBER)
    desk.tab_to("#id_text")
    desk.check(HENGTAI)
    run_deliveries()
    office = desks()
    office.enter_as("scjg01")
    office.go("/feedback/")
    office.press("/")
    office.type(FILE_NUMBER)
    with office.page.expect_navigation(url="**/feedback/?**"):
        office.press("Enter")
    office.tab_to("[data-rows] a")
    with office.page.expect_navigation(url="**/feedback/*/"):
        office.press("Enter")
    assert MEASURES["Y1"] in office.page.locator("main").inner_text()
    office.press("1")
    office.page.wait_for_selector(":focus:checked")
    office.tab_to("#id_content")
    office.type("不予受理食品经营许可申请，已书面告知")
    office.tab_to("button[type=submit]:not(.top-button)")
    with office.page.expect_navigation(url="**/feedback/"):
        office.press("Enter")
    assert "没有待反馈的事项。" in office.page.locator("main").inner_text()

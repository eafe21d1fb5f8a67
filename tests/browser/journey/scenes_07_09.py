"""Scenes 7 to 9: the wrong firm on the list, the right one in three tries, and an exit that ends what hung on it."""

from exchange.models import Lifting
from objections.models import Objection
from screening.models import ResponseTask
from tests.browser.conftest import FIRMS, MEASURES, Desk
from tests.browser.journey.acting import (
    at_window,
    key,
    on_portal,
    press,
    replayed,
    represent,
    said,
    sign_in,
    text_of,
    wash,
)
from tests.browser.journey.conftest import Stage
from tests.browser.test_proceedings import fill_decision
from tests.factories.proceedings import PDF
from tools.temporary import wait

MATERIAL, CHEMICAL, BUILDER = FIRMS["hongsheng"], FIRMS["hongsheng-chemical"], FIRMS["dingfeng"]
DISPUTED = "命中（存在异议，措施暂不执行）"


def scene_07_not_this_firm(stage: Stage) -> None:
    row = Objection.objects.get()
    visitor = sign_in(stage, "gaoyuan@hongsheng.example")
    represent(visitor, "hongsheng", "gao")
    visitor.go("/portal/my/objections/")
    assert row.number in said(visitor)
    visitor.page.get_by_role("link", name=row.number).first.press("Enter")
    visitor.page.wait_for_url(f"**/{row.number}/")
    told = wash(said(visitor))
    for words in ("主体错误", "存在异议", "2026-11-18", "2026-11-23", "2026-11-27", "措施暂不执行"):
        assert words in told, words
    stage.shot("scene-07-portal-objection", visitor.page)
    window = at_window(stage, "M6", "hongsheng")
    assert [verdict[1:] for verdict in window.verdicts] == [DISPUTED]
    assert window.page.locator(".measure.held b").inner_text() == MEASURES["Y7"]
    stage.shot("scene-07-window-disputed", window.page)

    clerk, reviewer = stage.seat("wcyj01", "/objections/"), stage.seat("wcyj02")
    clerk.tab_to("[data-rows] a")
    with clerk.page.expect_navigation(url=f"**/objections/{row.pk}/"):
        clerk.press("Enter")
    paper = clerk.page.get_by_role("link", name="列入决定书")
    body = clerk.page.request.get(stage.address + (paper.get_attribute("href") or ""))
    assert body.ok and CHEMICAL["name"] in text_of(body.body()) and MATERIAL["name"] not in text_of(body.body())
    assert "2026-11-23" in said(clerk) and "2026-11-27" in said(clerk)
    assert "核查中" in key(clerk, "3")
    form = clerk.page.get_by_role("form", name="核查结论")
    assert form.locator("[name$=outcome]").input_value() == "更正"
    for name, text in (
        ("finding", "所附决定书载明的当事人为江澜宏晟化工有限公司，登记时误选。"),
        ("document_no", "望应急失信更〔2026〕1号"),
    ):
        form.locator(f"[name$={name}]").focus()
        clerk.type(text)
    assert MATERIAL["name"] in form.locator("[name$=statement]").input_value()
    stage.shot("scene-07-conclusion", clerk.page, full=True)
    assert "待审定" in press(clerk, form.get_by_role("button", name="提出结论"))
    reviewer.go(f"/objections/{row.pk}/")
    told = key(reviewer, "5")
    assert "更正" in told and "已作结论" in told, told
    office = stage.seat("xyb01", f"/objections/{row.pk}/")
    office.page.locator("[name$=answer_no]").focus()
    office.type("江信异复〔2026〕1号")
    assert "江信异复〔2026〕1号" in press(office, "生成答复书")
    answer = office.page.get_by_role("link", name="答复书").last.get_attribute("href") or ""
    letter = text_of(office.page.request.get(stage.address + answer).body())
    assert "行政复议" in letter and "行政诉讼" in letter and "更正" in letter
    stage.shot("scene-07-answered", office.page, full=True)

    assert at_window(stage, "M6", "hongsheng").verdicts == ["○未命中"]
    told = on_portal(stage, row.subject_id)
    assert "消除影响声明" in told and "登记主体错误，现已更正" in told and "望应急失信列〔2026〕2号" in told
    stage.shot("scene-07-statement", stage.seat("").page)
    _lift(stage, "xyb01", "暂停项目审批", "已恢复核准办理，并书面告知企业。", shot="scene-07-lifting")
    office.go(f"/exchange/entries/{row.entry_id}/holders/")
    assert "都已确认" in said(office)


def _lift(stage: Stage, username: str, measure: str, words: str, shot: str = "") -> None:
    """A department is asked to undo what it did, and says so."""
    assert wait(lambda: _asked(stage, username, measure), 30), (username, said(stage.seat(username)))
    desk = stage.seat(username)
    row = desk.page.locator("[data-rows] tr", has_text=measure).first
    assert "已移出，停止使用并解除措施" in row.inner_text()
    if shot:
        stage.shot(shot, desk.page)
    row.locator("input[name=said]").focus()
    desk.type(words)
    with desk.page.expect_navigation():
        row.get_by_role("button", name="已解除").press("Enter")


def _asked(stage: Stage, username: str, measure: str) -> bool:
    desk = stage.seat(username, "/exchange/liftings/")
    return desk.page.locator("[data-rows] tr", has_text=measure).filter(has_text="已移出").count() > 0


def scene_08_three_tries(stage: Stage) -> None:
    decision = stage.folder / "列入决定书.pdf"
    decision.write_bytes(PDF)
    clerk, reviewer = stage.seat("wcyj01", "/lists/proceedings/register/"), stage.seat("wcyj02")
    fill_decision(clerk, decision, decided=30, served=20)
    refused = press(clerk, "登记并提交")
    assert "早于告知送达日期" in refused and "国办发〔2020〕49号 列入前告知" in refused
    clerk.page.evaluate("window.scrollTo(0, 0)")
    stage.shot("scene-08-refused", clerk.page)
    fill_decision(clerk, decision, decided=3, served=20)
    assert "已登记并提交" in press(clerk, "登记并提交")
    path = clerk.page.url.removeprefix(stage.address)
    refused = press(clerk, "决定列入")
    assert "不能由您作出决定" in refused and "第二十四条" in refused
    stage.shot("scene-08-second-person", clerk.page)
    assert at_window(stage, "M6", "hongsheng-chemical").verdicts == ["○未命中"]
    reviewer.go(path)
    assert "已决定列入" in press(reviewer, "决定列入")
    window = at_window(stage, "M6", "hongsheng-chemical")
    assert window.verdicts == ["■命中"] and MEASURES["Y7"] in window.answer
    stage.shot("scene-08-hit", window.page)
    assert wait(_owed, 30)
    bureau = stage.seat("yjj01", "/")
    assert MEASURES["Y8"] in said(bureau)
    bureau.tab_to("[data-rows] a[href*='item=Y8']")
    with bureau.page.expect_navigation(url="**/responses/?**"):
        bureau.press("Enter")
    assert CHEMICAL["name"] in said(bureau) and MATERIAL["name"] not in said(bureau)
    stage.shot("scene-08-response", bureau.page)


def _owed() -> bool:
    return ResponseTask.objects.filter(item_code="Y8", state="waiting").exists()


def scene_09_who_left_the_list(stage: Stage) -> None:
    desk = stage.seat("rsj02", "/lists/entries/?state=all")
    desk.press("/")
    desk.type(BUILDER["uscc"])
    with desk.page.expect_navigation():
        desk.press("Enter")
    desk.tab_to("[data-rows] a")
    with desk.page.expect_navigation(url="**/lists/entries/*/"):
        desk.press("Enter")
    told = said(desk)
    assert "已移出（提前移出）" in told and "江人社失信移〔2026〕5号" in told and "2026-11-19" in told
    stage.shot("scene-09-entry", desk.page)
    stage.kept["builder"] = desk.page.url.rstrip("/").rpartition("/")[2]
    assert at_window(stage, "M3", "dingfeng").verdicts == ["○未命中"]
    window = at_window(stage, "M4", "dingfeng")
    told = wash(window.answer)
    assert window.verdicts == ["■命中"] and MEASURES["Y5"] in told and MEASURES["Y4"] not in told
    assert "江住建罚〔2026〕19号" in told and "2027-06-07" in told and "不因名单移出而终止" in told
    stage.shot("scene-09-own-term", window.page)

    waiting = {one.department.short_name for one in Lifting.objects.filter(entry_id=stage.kept["builder"])}
    assert waiting == {"市工信局", "市文明办", "市住建局"}
    _lift(stage, "gxj01", "限制申请财政性资金项目", "已通知企业可以申报。", shot="scene-09-lifting")
    _lift(stage, "wmb01", "取消参评资格", "已恢复参评资格。")
    _lift(stage, "zjj01", "限制参加依法必须招标项目", "已从受限投标人中移出；江住建罚〔2026〕19号另行执行。")
    office = stage.seat("xyb01", f"/exchange/entries/{stage.kept['builder']}/holders/")
    assert said(office).count("已解除") == 3

    before = {matter: replayed(stage, matter, "dingfeng", "2026-11-18") for matter in ("M3", "M4", "M8")}
    assert all("命中" in text and "江人社失信列〔2025〕7号" in text for text in before.values()), before
    assert MEASURES["Y4"] in before["M4"] and MEASURES["Y5"] in before["M4"]
    assert MEASURES["Y3"] in before["M3"] and MEASURES["Y9"] in before["M8"]
    stage.shot("scene-09-replay", stage.seat("zc01").page)
    _twelve_months_longer(stage, stage.seat("wmb01", "/measures/items/Y9/"))


def _twelve_months_longer(stage: Stage, desk: Desk) -> None:
    with desk.page.expect_navigation(url="**/measures/drafts/*/"):
        desk.press("1")  # 变更
    desk.page.locator("#id_content").fill("移出后 12 个月内继续取消参评资格")
    press(desk, desk.page.get_by_role("button", name="保存", exact=True))
    press(desk, "提交审核")
    told = desk.page.locator(".refusal").inner_text()
    assert "名单移出，措施同时终止" in told and "河南省社会信用条例 第三十七条" in told
    stage.shot("scene-09-refused", desk.page)


SCENES = [scene_07_not_this_firm, scene_08_three_tries, scene_09_who_left_the_list]

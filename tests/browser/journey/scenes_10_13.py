"""Scenes 10 to 13: a repair decided, an honour lost, who still holds what, and who may see it."""

import io

from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.models import Event
from audit.services import seal
from collection.models import Promise
from exchange.models import Recall, Subscription
from feedback.models import Due
from objections.models import Objection
from repair.models import Application, Message
from repair.tasks import send_messages
from tests.browser.conftest import FIRMS, MEASURES, SHEN, Desk
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
from toolkit import clock
from tools.temporary import wait

GREEN, MILK, BUILDER, HENGTAI = (FIRMS[key] for key in ("luyuan", "qinyuan", "dingfeng", "hengtai"))
RIPE, YOUNG = "江环罚〔2026〕47号", "江环罚〔2026〕66号"
TOO_EARLY = "自 2027-01-10 起可以申请"


def scene_10_a_repair(stage: Stage) -> None:
    row = Application.objects.get()
    assert RIPE in on_portal(stage, row.subject_id) and RIPE in _report(stage)
    desk = stage.seat("hbj02", f"/repair/{row.pk}/")
    told = wash(said(desk))
    for words in ("已受理", "2026-11-13", "2026-11-16 转到", "应于 2026-11-26 前办结", "全程至 2026-11-27"):
        assert words in told, words
    stage.shot("scene-10-application", desk.page)
    grant = desk.page.locator("form[aria-label=准予修复]")
    grant.locator("[name$=decision_no]").focus()
    desk.type("江环信修〔2026〕5号")
    desk.press("Tab")
    desk.type("罚款已缴清，违法行为已纠正。")
    desk.press("Tab")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert "准予修复" in said(desk) and "终止公示" in said(desk)
    told = on_portal(stage, row.subject_id)
    assert RIPE not in told and YOUNG in told
    stage.shot("scene-10-portal", stage.seat("").page)
    assert RIPE not in _report(stage) and YOUNG in _report(stage)
    assert wait(lambda: not Message.objects.filter(sent_at=None).exists() or _send(), 30)
    desk.go(f"/repair/{row.pk}/")
    told = desk.page.get_by_role("region", name="上报“信用中国”").inner_text()
    assert told.count("已签收") == 3 and "待签收" not in told, told
    stage.shot("scene-10-granted", desk.page, full=True)

    counter = stage.seat("zc01", f"/repair/counter/?q={GREEN['uscc']}")
    if YOUNG not in said(counter):
        counter.page.locator("[data-check-input]").focus()
        counter.type(GREEN["uscc"])
        press(counter, "查询")
    told = wash(said(counter))
    assert "未到最短公示期" in told and TOO_EARLY in told and "信用修复管理办法" in told, told
    stage.shot("scene-10-counter", counter.page)
    visitor = sign_in(stage, "luomin@luyuan.example")
    represent(visitor, "luyuan", "luo")
    visitor.go("/portal/my/repair/")
    told = wash(said(visitor))
    assert TOO_EARLY in told and "终止公示" in told
    stage.shot("scene-10-portal-mine", visitor.page)
    counter.go("/check/")


def _send() -> bool:
    """The beat of a minute: what waits for the single window."""
    send_messages()
    return not Message.objects.filter(sent_at=None).exists()


def _report(stage: Stage) -> str:
    """The credit report, issued at the hall and read as text."""
    desk = stage.seat("scjg01", "/reports/new/")
    desk.page.locator("#id_code").focus()
    desk.type(GREEN["uscc"])
    desk.page.select_option("#id_purpose", index=1)
    press(desk, "出具报告")
    link = desk.page.get_by_role("link", name="打开报告").get_attribute("href") or ""
    stage.shot("scene-10-report", desk.page)
    return text_of(desk.page.request.get(stage.address + link).body())


def scene_11_an_honour_is_lost(stage: Stage) -> None:
    window = at_window(stage, "M1", "qinyuan")
    assert window.verdicts == ["○未命中"] and "激励暂停：有在期失信信息" in window.answer
    stage.shot("scene-11-paused", window.page)
    then = replayed(stage, "M1", "qinyuan", "2026-11-12")
    assert "未命中" in then and "容缺受理" in then and "可以提供" in then and "激励暂停" not in then
    drafter, reviewer = stage.seat("scjg02", "/"), stage.seat("scjg03")
    drafter.tab_to("[data-rows] a[href*='/lists/reviews/']")
    with drafter.page.expect_navigation(url="**/lists/reviews/*/"):
        drafter.press("Enter")
    assert "江市监处罚〔2026〕218号" in said(drafter)
    stage.shot("scene-11-review", drafter.page)
    with drafter.page.expect_navigation(url="**/remove/?kind=early"):
        drafter.press("1")
    for field, text in (("document_no", "江市监诚移〔2026〕1号"), ("reason", "新发生严重失信行为")):
        drafter.tab_to(f"#id_{field}")
        drafter.type(text)
    press(drafter, "提出")
    assert "您是提出人" in said(drafter)
    reviewer.go(drafter.page.url.removeprefix(stage.address))
    told = key(reviewer, "1")
    assert "已移出（提前移出）" in told and "移出决定书" in told
    office = stage.seat("xyb01", "/")
    office.tab_to("[data-rows] a[href*='/lists/reviews/']")
    with office.page.expect_navigation(url="**/lists/reviews/*/"):
        office.press("Enter")
    office.tab_to("#id_letter_document_no")
    office.type("江信函〔2026〕3号")
    office.press("Tab")
    office.type("请依法复核")
    office.tab_to("form[action$='/tell/'] button")
    with office.page.expect_navigation(url="**/lists/entries/*/"):
        office.press("Enter")
    assert "告知函" in said(office) and "已列入" in said(office), "the tax office's entry stays visible"
    stage.shot("scene-11-told", office.page)
    window = at_window(stage, "M1", "qinyuan")
    assert window.verdicts == ["○未命中"] and "激励暂停：有在期失信信息" in window.answer
    promise = Promise.objects.get()
    drafter.go("/collection/promises/")
    told = wash(said(drafter))
    assert promise.promised_on.isoformat() == "2026-11-26" and "2026-11-26" in told and MILK["name"] in told
    stage.shot("scene-11-promise", drafter.page)


def scene_12_who_still_holds_it(stage: Stage) -> None:
    entry, three = stage.kept["builder"], stage.receivers
    office = stage.seat("xyb01", f"/exchange/entries/{entry}/holders/")
    stage.minute()
    office.page.reload()
    assert "推送过 3 个接收方" in said(office) and "仍有 3 个持有或尚未确认撤回" in wash(said(office))
    assert [one.holds(BUILDER["uscc"]) for one in three.values()] == [1, 1, 1]
    stage.shot("scene-12-three-hold", office.page)
    for code in ("jyzx", "czj"):
        three[code].turn(True)
        _again(stage, code)
    assert wait(lambda: _held(stage, entry) == 1, 30), said(office)
    office.page.reload()
    assert "仍有 1 个持有或尚未确认撤回" in wash(said(office))
    stage.shot("scene-12-one-holds", office.page)
    three["gxj"].turn(True)
    _again(stage, "gxj")
    assert wait(lambda: _held(stage, entry) == 0, 30)
    office.page.reload()
    assert "都已确认撤回" in said(office)
    stage.shot("scene-12-nobody-holds", office.page)
    assert [one.holds(BUILDER["uscc"]) for one in three.values()] == [0, 0, 0]
    for code, one in three.items():
        row = Subscription.objects.get(client__code=code)
        assert one.status() == (row.last_seq, row.standing) == (row.confirmed_seq, row.confirmed_count)
    center = stage.seat("jyzx01", f"/exchange/{Subscription.objects.get(client__code='jyzx').pk}/")
    assert "已签收" in said(center) and BUILDER["name"] in said(center)
    stage.shot("scene-12-ledger", center.page)
    _what_was_done(stage, office)
    _letter(stage)


def _held(stage: Stage, entry: str) -> int:
    stage.minute()
    return Recall.objects.filter(entry_id=entry, confirmed_at=None).count()


def _again(stage: Stage, code: str) -> None:
    """重发, by the credit office; it waits while a worker still waits for a receiver that was away."""
    desk = stage.seat("xyb02", f"/exchange/{Subscription.objects.get(client__code=code).pk}/deliveries/")
    with desk.page.expect_navigation(timeout=60_000):
        desk.press("1")


def _what_was_done(stage: Stage, office: Desk) -> None:
    """Due, done, overdue by department; each number opens its rows."""
    office.go("/feedback/effects/?by=department&since=2026-08")
    rows = {
        row.split("\t")[0].strip(): row.split("\t") for row in office.page.locator("[data-rows] tr").all_inner_texts()
    }
    assert {"市工信局", "市文明办", "市住建局", "市财政局"} <= set(rows), rows
    assert rows["市财政局"][-1].startswith("1"), rows["市财政局"]  # one report is late
    stage.shot("scene-12-feedback", office.page, full=True)
    late = office.page.locator("[data-rows] tr", has_text="市财政局").locator("a").last
    with office.page.expect_navigation():
        late.press("Enter")
    assert office.page.locator("[data-rows] tr").count() == 1 and MEASURES["Y6"] in said(office)


def _letter(stage: Stage) -> None:
    """措施实施告知书 to 恒泰, about the check of the first scene."""
    stage.settled()
    due = Due.objects.get(number=stage.kept["receipt"], measure_code="Y1", subject_index=0)
    desk = stage.seat("scjg02", f"/feedback/{due.pk}/")
    desk.page.get_by_label("已实施").check()
    desk.page.locator("#id_content").focus()
    desk.type("不予受理食品经营许可申请，已书面告知申请人。")
    press(desk, "提交反馈")
    desk.go(f"/feedback/{due.pk}/letter/")
    desk.page.locator("#id_document_no").focus()
    desk.type("江市监告〔2026〕77号")
    told = press(desk, "生成告知书")
    assert "未送达" in told and HENGTAI["name"] in told
    stage.shot("scene-12-letter", desk.page)
    link = desk.page.locator("a[href$='/file/']").first.get_attribute("href") or ""
    letter = text_of(desk.page.request.get(stage.address + link).body())
    for words in ("措施实施告知书", "理由", "食品安全法", "救济途径", "解除条件", HENGTAI["name"]):
        assert words in letter, words


def scene_13_who_may_see_it(stage: Stage) -> None:
    receipt = stage.kept["receipt"]
    other = stage.seat("gxj01")
    assert "没有找到该核查回执" in _refused(other, f"/check/receipts/{receipt}/")
    assert "没有找到" in _refused(other, f"/objections/{Objection.objects.get().pk}/")
    _sheet(stage, receipt)
    auditor = stage.seat("audadmin", "/audit/")
    assert "记录只增不改；本次查看将被记录。" in said(auditor) and SHEN not in auditor.page.content()
    stage.shot("scene-13-audit", auditor.page)
    _one_byte()
    anybody = stage.seat("", "/portal/")
    for text, found in ((HENGTAI["name"], True), ("沈国平", False), ("沈某某", False), (SHEN, False)):
        anybody.go("/portal/")
        anybody.page.locator("input[name=q]").focus()
        anybody.type(text)
        with anybody.page.expect_navigation():
            anybody.press("Enter")
        assert (HENGTAI["name"] in said(anybody)) is found, text
        assert "沈国平" not in said(anybody)
    stage.shot("scene-13-no-persons", anybody.page)
    anybody.go("/portal/status/")
    assert "失信被执行人名单" in said(anybody) and "2026-11-20 06:10" in said(anybody)
    stage.shot("scene-13-status", anybody.page)


def _refused(desk: Desk, path: str) -> str:
    assert desk.go(path).status == 404
    return said(desk)


def _sheet(stage: Stage, receipt: str) -> None:
    """A print of scene one's receipt, scanned: number, time, result class, validity, nothing else."""
    clerk, anybody = stage.seat("zc01"), stage.seat("")
    clerk.go(f"/check/receipts/{receipt}/?print=1")
    clerk.page.emulate_media(media="print")
    stage.shot("scene-13-print", clerk.page, full=True)
    clerk.page.emulate_media(media="screen")
    code = clerk.page.locator(".verify-mark strong").inner_text()
    anybody.go(f"/v/{receipt}?c={code}")
    told = anybody.page.locator("main").inner_text()
    assert receipt in told and "命中" in told and "● 有效" in told and "2026-11-20" in told
    for hidden in (HENGTAI["name"], HENGTAI["uscc"], "食品", "沈"):
        assert hidden not in told, hidden
    stage.shot("scene-13-verified", anybody.page)


def _one_byte() -> None:
    """The log holds; a superuser changes one byte of it, past every trigger, and it is found."""
    assert wait(lambda: seal(now=clock.now()).count == 0, 60)
    assert _verified() == (0, "")
    event = Event.objects.filter(name="screening.check.called").order_by("-id")[0]
    _as_superuser(f"UPDATE audit_event SET about = 'x' || about WHERE id = {event.pk}")
    code, told = _verified()
    assert code == 1 and f"第 {event.pk} 号记录已被改动" in told, told
    _as_superuser(f"UPDATE audit_event SET about = substr(about, 2) WHERE id = {event.pk}")
    assert _verified()[0] == 0


def _verified() -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, ""


def _as_superuser(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # triggers are off
        cursor.execute(statement)


SCENES = [scene_10_a_repair, scene_11_an_honour_is_lost, scene_12_who_still_holds_it, scene_13_who_may_see_it]

"""Repair and objection: how their pages look, scene 10 by keyboard, and what a visitor of the portal does himself."""

import pytest

from citizens.models import Visitor
from collection.models import Record
from objections.models import Objection
from repair.models import Application
from subjects.selectors import holder_of
from tests.browser.conftest import FIRMS, MakeDesk
from tests.browser.looking import faults_of, judged
from tests.factories import citizens
from toolkit import clock
from toolkit.references import reference

pytestmark = pytest.mark.browser
GREEN, YOUNG = FIRMS["luyuan"], "江环罚〔2026〕66号"


def test_every_page_is_clean_and_fits(desks: MakeDesk) -> None:
    application, objection = Application.objects.get(), Objection.objects.get()
    pages = {
        "hbj02": [
            "/", "/repair/", f"/repair/{application.pk}/", "/repair/statistics/", "/repair/rules/",
            f"/collection/records/{application.record_id}/",
        ],
        "zc01": ["/repair/counter/", f"/repair/counter/?q={GREEN['uscc']}"],
        "xyb01": [
            "/", "/repair/", "/repair/outreach/", "/repair/results/", "/repair/liftings/", "/objections/",
            f"/objections/{objection.pk}/", "/objections/rules/",
        ],
        "wcyj01": ["/", "/objections/", f"/objections/{objection.pk}/"],
    }  # fmt: skip
    assert faults_of(desks(), pages) == {}


def test_scene_10_a_repair_is_granted_by_keyboard_and_is_gone_from_the_portal(desks: MakeDesk) -> None:
    desk = desks()
    row = Application.objects.get()
    firm = f"/portal/firm/{reference('firm', row.subject_id)}/"
    desk.go(firm)
    assert row.document_no in desk.page.inner_text("main")
    desk.enter_as("hbj02")
    desk.go(f"/repair/{row.pk}/")
    assert "已受理" in desk.page.inner_text("main") and f"{row.due_on}" in desk.page.inner_text("main")
    grant = desk.page.locator("form[aria-label=准予修复]")
    grant.locator("[name$=decision_no]").focus()
    desk.type("江环信修〔2026〕5号")
    desk.press("Tab")
    desk.type("罚款已缴清，违法行为已纠正。")
    desk.press("Tab")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert "准予修复" in desk.page.inner_text("main")
    desk.page.context.clear_cookies(name="sessionid")
    desk.go(firm)
    assert row.document_no not in desk.page.inner_text("main")


def test_a_firm_applies_too_early_and_is_refused_with_the_article(desks: MakeDesk) -> None:
    desk = desks(user_agent=citizens.AGENT)
    desk.go("/portal/in/")
    desk.tab_to("#id_address")
    desk.type("lvyuan@example.com")
    desk.press("Enter")
    desk.page.wait_for_selector("#id_code")
    desk.tab_to("#id_code")
    desk.type(citizens.code_sent_to("lvyuan@example.com"))
    desk.press("Enter")
    desk.page.wait_for_url("**/portal/my/")
    firm = holder_of(uscc=GREEN["uscc"])
    assert firm is not None
    citizens.represents(Visitor.objects.get().pk, firm, at=clock.now())
    desk.go("/portal/my/repair/")
    assert judged(desk.page) == []
    young = desk.page.locator("li", has_text=YOUNG).inner_text()
    assert "未到最短公示期" in young and "起可以申请" in young and "申请修复" not in young
    record = Record.objects.get(document_no=YOUNG)
    desk.go(f"/portal/my/repair/apply/record/{record.pk}/")
    desk.page.fill("#id_statement", "罚款已缴纳，违法行为已改正。")
    desk.page.check("#id_committed")
    desk.page.get_by_role("button", name="提交申请").press("Enter")
    said = desk.page.locator("section.refusal").inner_text()
    assert "未到最短公示期" in said and "信用修复管理办法" in said
    assert judged(desk.page) == []
    assert Application.objects.count() == 1

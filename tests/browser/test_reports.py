"""A report at the counter, verified by anybody; a complaint without a log-in; and how each page looks."""

import re

import pytest

from complaints.models import Complaint
from reports.models import Report
from reports.services.verifying import code_of
from tests.browser.conftest import FIRMS, MakeDesk
from tests.browser.looking import faults_of

pytestmark = pytest.mark.browser


def test_from_the_code_to_the_verified_report(desks: MakeDesk) -> None:
    clerk, anybody = desks(), desks()
    clerk.enter_as("zc01")
    clerk.go("/reports/")
    with clerk.page.expect_navigation(url="**/reports/new/"):
        clerk.press("1")
    clerk.page.fill("#id_code", FIRMS["hengtai"]["uscc"])
    clerk.page.select_option("#id_purpose", "行政审批")
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="出具报告").press("Enter")
    made = Report.objects.get()
    assert made.number in clerk.page.locator("main").inner_text() and made.records > 0
    anybody.go("/r/")
    anybody.page.fill("#id_number", made.number)
    anybody.page.fill("#id_c", code_of(made.number))
    with anybody.page.expect_navigation():
        anybody.press("Enter")
    said = anybody.page.locator("main").inner_text()
    assert "有效：报告所载信息至今没有变更" in said and FIRMS["hengtai"]["name"] not in said
    pages = {
        "zc01": ["/reports/", "/reports/new/", f"/reports/{made.pk}/"],
        "": ["/r/", f"/r/{made.number}?c={code_of(made.number)}", f"/r/{made.number}?c=WRONG"],
    }
    assert not faults_of(clerk, pages)


def test_a_complaint_from_the_form_to_its_progress(desks: MakeDesk) -> None:
    anybody, office = desks(), desks()
    anybody.go("/portal/complaints/")
    anybody.page.fill("#id_about_name", "江澜恒泰食品有限公司")
    anybody.page.fill("#id_text", "2026年11月3日在东门仓库见到该公司更换到期食品的标签。")
    anybody.page.fill("#id_name", "欧阳守信")
    anybody.page.get_by_role("button", name="提交").press("Enter")
    anybody.page.locator("#h-slip").wait_for()
    text = anybody.page.locator("main").inner_text()
    number, code = re.search(r"TS-\d{8}-\d{6}", text), re.search(r"\b[0-9A-Z]{12}\b", text)
    assert number and code
    one = Complaint.objects.get(number=number[0])
    office.enter_as("xyb01")
    office.go(f"/complaints/{one.pk}/")
    with office.page.expect_navigation():
        office.press("1")
    page = office.page.locator("main").inner_text()
    assert "已受理" in page and "欧阳" not in page
    anybody.go("/portal/complaints/progress/")
    anybody.page.fill("#id_number", number[0])
    anybody.page.fill("#id_code", code[0])
    anybody.press("Enter")
    anybody.page.locator("#h-found").wait_for()
    assert "已受理" in anybody.page.locator("main").inner_text()
    pages = {
        "": ["/portal/complaints/", "/portal/complaints/progress/"],
        "xyb01": ["/complaints/", f"/complaints/{one.pk}/"],
        "xyb02": ["/complaints/handlers/"],
    }
    assert not faults_of(office, pages)

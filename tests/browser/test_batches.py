"""批量核查: the office of civilisation checks its candidates in a spreadsheet (matter M8), and gets it back."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from screening.models import CheckBatch
from screening.services.batches import run_batch
from tests.browser.conftest import FIRMS, MakeDesk
from tests.browser.looking import faults_of
from toolkit.clock import now

pytestmark = pytest.mark.browser
FIRM = FIRMS["hengtai"]
ROWS = ["单位名称,统一社会信用代码,推荐单位", f"{FIRM['name']},{FIRM['uscc']},甲县", "只有名称的单位,,乙县", ""]


def test_a_spreadsheet_comes_back_with_its_answers(desks: MakeDesk, tmp_path: Path) -> None:
    desk = desks()
    desk.enter_as("wmb01")
    desk.go("/check/")
    page = desk.page
    page.get_by_role("link", name="批量核查").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("批量核查")
    sent = tmp_path / "文明单位候选.csv"
    sent.write_text("\n".join(ROWS), encoding="utf-8")
    page.get_by_label("事项").select_option(label="M8 文明单位评选与复查")
    page.get_by_label("申请人表格").set_input_files(sent)
    page.get_by_role("button", name="上传并核查").press("Enter")
    expect(page.get_by_role("heading", name="正在核查")).to_be_visible()
    batch = CheckBatch.objects.get()
    assert batch.job_id is not None
    run_batch(job_id=batch.job_id, clock=now)
    expect(page.get_by_role("heading", name="核查完成")).to_be_visible()  # the page has asked by itself
    expect(page.get_by_role("heading", name="核查完成")).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载核查结果").click()
    back = tmp_path / "back.xlsx"
    download.value.save_as(back)
    assert download.value.suggested_filename == "文明单位候选-核查结果.xlsx"
    sheet = openpyxl.load_workbook(back).active
    assert sheet is not None
    head, first, second, *_ = sheet.iter_rows(values_only=True)
    assert head[:4] == ("单位名称", "统一社会信用代码", "推荐单位", "核查结论")
    assert first[1] == FIRM["uscc"] and str(first[8]).startswith("JL-")
    assert "未能核查" in str(second[3]) or "核实" in str(second[3])
    assert faults_of(desk, {"wmb01": ["/check/batches/", f"/check/batches/{batch.pk}/"]}) == {}

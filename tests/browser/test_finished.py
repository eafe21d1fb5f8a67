"""应查未查 by keyboard: a file is handed in, its bad row comes back, every number opens its rows."""

from pathlib import Path

import pytest

from office.models import Job
from screening.models import FinishedCase
from screening.services.finished import run_finished_file
from tests.browser.conftest import FIRMS, SHEN, Desk, MakeDesk
from tests.browser.looking import judged
from tests.factories import screening as make
from toolkit import clock

pytestmark = pytest.mark.browser
HENGTAI, XINWEIXUAN = FIRMS["hengtai"]["uscc"], FIRMS["xinweixuan"]["uscc"]
HEAD = "办件号,事项编码,受理窗口,申请人代码,受理日期,办结日期,办理结果"


def test_a_reviewer_finds_the_checks_that_were_not_made(desks: MakeDesk, tmp_path: Path) -> None:
    today = clock.today().isoformat()
    make.ask("M1", HENGTAI, file_number="SL-1", now=clock.now())
    rows = [
        f"SL-1,M1,综合窗口3号,{HENGTAI},{today},{today},不予",
        f"SL-2,M1,综合窗口3号,{XINWEIXUAN},{today},{today},准予",
        f"SL-3,M1,综合窗口1号,{SHEN},{today},{today},准予",
        f"SL-4,M1,综合窗口1号,{XINWEIXUAN},{today},2999-01-01,准予",
    ]
    file = tmp_path / "办结.csv"
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    desk = desks()
    desk.enter_as("scjg03")
    desk.go("/check/finished/")
    assert "没有符合条件的办结办件" in desk.page.locator("main").inner_text()
    with desk.page.expect_navigation(url="**/files/"):
        desk.press("1")
    desk.page.set_input_files("#id_file", file)
    desk.tab_to(".go")
    with desk.page.expect_navigation(url="**/files/*/"):
        desk.press("Enter")
    assert "正在办理" in desk.page.locator("#file").inner_text()
    assert not judged(desk.page)
    run_finished_file(job_id=Job.objects.get(task="screening.tasks.run_finished_file").pk, clock=clock.now)
    desk.page.wait_for_selector("h2:has-text('4 行：新增 3，更正 0，相同 0，未录入 1')")
    told = desk.page.locator("main").inner_text()
    assert "第 5 行" in told and "晚于今天" in told
    assert not judged(desk.page)
    desk.go("/check/finished/")
    assert desk.page.locator("nav a[aria-current]", has_text="应查未查").count()
    assert desk.page.locator(".four b").all_inner_texts() == ["2", "1", "0", "3"]
    assert not judged(desk.page)
    desk.tab_to("[data-rows] a")
    with desk.page.expect_navigation(url="**/rows/**"):
        desk.press("Enter")
    shown = desk.page.locator("[data-rows] tr").all_inner_texts()
    assert len(shown) == 1 and "应查未查" in shown[0]
    desk.go("/check/finished/rows/?state=missing")
    said = desk.page.locator("main").inner_text()
    assert "江澜新味轩餐饮管理有限公司" in said and "自然人（证件号码不显示）" in said and SHEN not in said
    assert not judged(desk.page)
    with desk.page.expect_download() as download:
        desk.press("1")
    assert download.value.suggested_filename.endswith(".xlsx")
    other(desks())
    assert FinishedCase.objects.filter(state="missing").count() == 2


def other(desk: Desk) -> None:
    """Another department sees nothing of it."""
    desk.enter_as("hbj02")
    desk.go("/check/finished/rows/")
    assert "没有符合条件的办结办件" in desk.page.locator("main").inner_text()

"""A roster by keyboard, from its making to a draw; how its pages look; what works without JavaScript."""

from pathlib import Path

import pytest

from screening.models import Roster, RosterFinding, RosterRun, RosterUpload
from screening.services.rosters.running import run_roster
from screening.services.rosters.uploading import take_file
from tests.browser.conftest import FIRMS, Desk, MakeDesk
from tests.browser.looking import faults_of
from toolkit.clock import now

pytestmark = pytest.mark.browser
MATERIAL = FIRMS["hongsheng"]


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


def work() -> None:
    """What the workers would do at once."""
    for upload in RosterUpload.objects.filter(done_at=None).order_by("id"):
        take_file(job_id=upload.job_id or 0, clock=now)
    for run in RosterRun.objects.filter(state="waiting").exclude(job_id=None).order_by("id"):
        run_roster(job_id=run.job_id or 0, clock=now)


def test_from_a_roster_to_a_draw_by_keyboard(desks: MakeDesk, tmp_path: Path) -> None:
    desk = seat(desks, "yjj01", "/rosters/")
    assert "安全生产重点监管企业" in said(desk)
    with desk.page.expect_navigation(url="**/rosters/new/"):
        desk.press("1")
    desk.tab_to("#id_name")
    desk.type("危险化学品经营企业")
    desk.page.get_by_label("安全生产严重失信主体名单").press("Space")
    desk.tab_to("#id_schedule")
    desk.press("Control+a")
    desk.type("每秒")
    desk.page.wait_for_selector("#schedule-said .mend")
    desk.press("Control+a")
    desk.type("每周一、四 08:30；名单变化时")
    desk.page.wait_for_selector("#schedule-said:has-text('08:30 筛查')")
    assert "已建立" in press(desk, "保存")
    roster = Roster.objects.latest("id")
    lines = ["统一社会信用代码,名称", *(f"{firm['uscc']},{firm['name']}" for firm in FIRMS.values())]
    lines.append("91339901MA00000000,错码有限公司")
    (tmp_path / "名单.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    desk.page.set_input_files("#id_file", tmp_path / "名单.csv")
    assert "正在录入" in press(desk, "上传")
    work()
    desk.page.wait_for_selector("#h-mend")  # the page has asked by itself
    assert "错码有限公司" in said(desk) and "已录入" in said(desk)
    desk.go(f"/rosters/{roster.pk}/")
    assert "新增命中 1" in said(desk)
    with desk.page.expect_navigation(url="**/rosters/findings/**"):
        desk.press("2")
    row = desk.page.locator("[data-rows] tr", has_text=MATERIAL["name"])
    assert "望应急失信列" in row.inner_text() and "存在异议" in row.inner_text()
    row.get_by_role("checkbox").press("Space")
    assert "请写明理由" in _disposed(desk, "误报，不是同一主体")
    assert desk.page.locator("[data-rows] tr", has_text=MATERIAL["name"]).get_by_role("checkbox").is_checked()
    desk.page.fill("#id_note", "所附决定书载明的是宏晟化工")
    assert "1 项已处置：误报" in _disposed(desk, "误报，不是同一主体")
    assert "没有待办理的筛查发现" in said(desk)
    desk.go(f"/rosters/{roster.pk}/draws/")
    desk.tab_to("#id_title")
    desk.type("四季度执法检查")
    desk.tab_to("#id_number")
    desk.type("3")
    assert "种子已公布" in press(desk, "公布种子")
    with desk.page.expect_navigation():
        desk.press("1")
    assert "已抽取 3 家" in said(desk)
    with desk.page.expect_navigation(url="**verify=1"):
        desk.press("1")
    assert "验证一致" in said(desk)


def _disposed(desk: Desk, disposition: str) -> str:
    desk.page.select_option("#id_disposition", label=disposition)
    with desk.page.expect_navigation():
        desk.press("Alt+1")  # from wherever the focus is
    return said(desk)


def pages() -> list[str]:
    roster, finding = Roster.objects.earliest("id"), RosterFinding.objects.earliest("id")
    there = f"/rosters/{roster.pk}/"
    paths = ["/rosters/", "/rosters/new/", "/rosters/findings/", f"/rosters/findings/{finding.pk}/"]
    paths += ["/rosters/statistics/", "/rosters/findings/?state=all", "/"]
    return paths + [f"{there}{part}" for part in ("", "edit/", "members/", "upload/", "draws/", "runs/")]


def test_every_page_is_clean_and_fits(desks: MakeDesk) -> None:
    assert faults_of(desks(), {"yjj01": pages()}) == {}

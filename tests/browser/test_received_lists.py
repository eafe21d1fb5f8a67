"""Scenes 0 and 5: where lists come from and how old they are; one with gaps is held, then released. By keyboard."""

import re
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import expect

from collection.selectors import source_ages
from portal.services.demo_files import scene_five_file
from redblack.models import Doubt, ListVersion
from redblack.services import ReceivedRow, receive
from tests.browser.conftest import FIRMS, MEASURES, Desk, MakeDesk
from tests.browser.looking import faults_of
from tests.browser.uploading import LONG, a_worker
from tests.factories import accounts, redblack, screening
from toolkit import clock

pytestmark = pytest.mark.browser
VERSION = re.compile(r"/lists/received/\d+/$")
LISTS, NEW = "/lists/received/", "/lists/received/new/"


@pytest.fixture(autouse=True)
def last_week(city: str) -> None:
    """The tax list as it has stood for nine days: a hundred firms."""
    [tax] = [age for age in source_ages(as_of=clock.today()) if age.code == "L5"]
    assert tax.loaded_at is not None
    rows = [
        ReceivedRow(
            subject_id=screening.firm(name=f"江澜第{n}税收商行有限公司"),
            papers=redblack.papers(document_no=f"税公告〔2026〕{n}号", notice_served_on=None, decided_on=None),
        )
        for n in range(100)
    ]
    receive(
        list_code="L5", version="上周", rows=rows, loaded_at=tax.loaded_at, actor=accounts.PLATFORM, now=clock.now()
    )


def office(desks: MakeDesk, username: str) -> Desk:
    desk = desks(accept_downloads=True)
    desk.enter_as(username)
    return desk


def hand_in(desk: Desk, path: Path) -> ListVersion:
    """From the list of versions to the page of the one handed in."""
    desk.go(LISTS)
    desk.press("1")
    desk.page.wait_for_url("**" + NEW)
    desk.page.select_option("#id_list", "L5")
    desk.page.set_input_files("#id_file", path)
    desk.page.locator("#id_file").focus()
    desk.tab_to("button.go")
    with desk.page.expect_navigation(url=VERSION):
        desk.press("Enter")
    return ListVersion.objects.get(pk=int(desk.page.url.rstrip("/").rpartition("/")[2]))


def week_with_gaps(folder: Path) -> Path:
    path = folder / "本周.xlsx"
    path.write_bytes(scene_five_file(today=clock.today()))
    return path


def told(desk: Desk, code: str) -> str:
    desk.check(code)
    [verdict] = desk.verdicts
    return verdict


def firm_of(version: ListVersion, *, vanished: bool) -> str:
    """The code of a firm that the held version lost, or kept."""
    doubted = set(Doubt.objects.filter(list_version=version).values_list("subject_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.id, s.uscc FROM redblack_pub_binding b JOIN collection_pub_source z ON z.id = b.source_id
            JOIN subjects_pub_subject s ON s.id = b.subject_id
            WHERE z.code = 'L5' AND b.rev_to IS NULL AND b.released_on IS NULL ORDER BY b.entry_id"""
        )
        return next(uscc for subject_id, uscc in cursor.fetchall() if (subject_id in doubted) is vanished)


def test_scene_0_where_the_lists_come_from_and_how_old_they_are(desks: MakeDesk) -> None:
    desk = office(desks, "xyb01")
    desk.go("/lists/")
    rows = [row.split("\t") for row in desk.page.locator("table").first.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 9
    said = {row[0]: row for row in rows}
    assert {row[2] for row in rows} == {"本级认定", "县级登记", "省级下发", "法院推送"}
    taxes, statistics = said["重大税收违法失信主体名单"], said["统计严重失信企业名单"]
    assert "超时效" in taxes[1] and taxes[7].strip() == "9 天" and taxes[8].strip() == "7 天"
    assert "未接入" in statistics[1] and statistics[4] == "–"
    current = [row for row in rows if "时效正常" in row[1]]
    assert len(current) == 7 and all(row[5].isdigit() and row[4].strip() for row in current)


def test_scene_5_a_version_with_gaps_is_held_and_released(desks: MakeDesk, tmp_path: Path) -> None:
    first, second, window = office(desks, "xyb01"), office(desks, "xyb02"), office(desks, "zc01")
    window.go("/check/")
    window.choose_matter("M5")
    software = FIRMS["yunfan-software"]["uscc"]
    assert "未能核查" in told(window, software) and "9 天未更新" in window.answer
    with a_worker():
        version = hand_in(first, week_with_gaps(tmp_path))
        expect(first.page.locator("#h-held")).to_have_text("待人工确认", timeout=LONG)
        shown = first.page.locator("#version").inner_text()
        assert "新版本缺少上一版本在期的 41 条，占 41%" in shown
        assert "提交和确认应由两人办理" in shown and first.page.locator("#id_note").count() == 0
        lost, kept = firm_of(version, vanished=True), firm_of(version, vanished=False)
        assert told(window, lost) == "▲未能核查（名单更新待确认）"
        assert "重大税收违法失信主体名单更新待确认" in window.answer and "■" not in window.answer
        assert told(window, kept) == "■命中" and MEASURES["Y6"] in window.answer
        assert "9 天未更新" in window.answer  # as before: the version that stands is as old as it is
        assert "未能核查" in told(window, software)
        second.go(LISTS)
        assert "待人工确认 1" in second.page.locator("#h-waiting").inner_text()
        second.page.locator("section.refusal a").focus()
        second.press("Enter")
        second.page.wait_for_url(VERSION)
        second.page.locator("#id_note").focus()
        second.type("已电话向省级平台核实，本周确有移出。")
        second.tab_to("button[value=release]")
        second.press("Enter")
        expect(second.page.locator("#version .about")).to_contain_text("已生效", timeout=LONG)
    assert told(window, software) == "○未命中"
    assert told(window, lost) == "○未命中"
    assert told(window, kept) == "■命中" and "未更新" not in window.answer
    second.go("/lists/")
    taxes = second.page.locator("tr", has_text="重大税收违法失信主体名单").inner_text()
    assert "时效正常" in taxes and "0 天" in taxes
    second.go(f"/lists/received/{version.pk}/?what=removed")  # what it took off opens its rows
    assert second.page.locator("tbody tr").count() == ListVersion.objects.get(pk=version.pk).removed


def test_without_javascript_it_is_handed_in_all_the_same(desks: MakeDesk, tmp_path: Path) -> None:
    desk = desks(java_script_enabled=False)
    desk.enter_as("xyb01")
    desk.go(NEW)
    desk.page.select_option("#id_list", "L5")
    desk.page.set_input_files("#id_file", week_with_gaps(tmp_path))
    desk.page.locator("button.go").press("Enter")
    desk.page.wait_for_url(VERSION)
    assert "比对中" in desk.page.locator("#version").inner_text()


def test_every_page_is_clean_and_fits(desks: MakeDesk, tmp_path: Path) -> None:
    first = office(desks, "xyb01")
    with a_worker():
        version = hand_in(first, week_with_gaps(tmp_path))
        expect(first.page.locator("#h-held")).to_have_text("待人工确认", timeout=LONG)
    shown = [LISTS, f"/lists/received/{version.pk}/", f"/lists/received/{version.pk}/?what=changed"]
    assert faults_of(desks(), {"xyb02": shown, "xyb01": [NEW]}) == {}

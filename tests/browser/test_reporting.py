"""数据报送 as an uploader does it: a template, a file, its returned rows, the grid, the form. By keyboard.

Scene 6 of the demo story and acceptance 1 run with a real worker; elsewhere the test does the worker's part.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from accounts.models import Department, User
from audit.models import Event
from collection.models import Batch, Record
from tests.browser.conftest import Desk, MakeDesk
from tests.browser.looking import judged
from tests.browser.uploading import (
    FIRST_ROW,
    FORM,
    HOME,
    LONG,
    UPLOAD,
    a_worker,
    batch_of,
    corrected,
    fill_in,
    good_rows,
    headline,
    returned_workbook,
    send,
    spoiled,
    template_of,
    through_libreoffice,
    work_off,
)  # fmt: skip
from tests.collection.definitions import GOOD, PERSON
from tests.factories import intake
from toolkit import clock

pytestmark = pytest.mark.browser


@pytest.fixture
def own(city: str) -> Department:
    """The department of hbj01."""
    department = User.objects.get(username="hbj01").department
    assert department is not None
    return department


@pytest.fixture
def desk(desks: MakeDesk) -> Desk:
    """hbj01 at a desk."""
    desk = desks(accept_downloads=True)
    desk.enter_as("hbj01")
    return desk


def test_scene_6_twenty_penalties_three_of_them_bad(desk: Desk, own: Department, tmp_path: Path) -> None:
    rows = good_rows(20, own)
    right = [dict(row) for row in rows]
    wrong = spoiled(rows)
    path = template_of(desk, tmp_path)
    fill_in(path, rows)
    with a_worker():
        send(desk, path)
        expect(desk.page.locator("#batch h1")).to_have_text("17 入库，3 退回修正", timeout=LONG)
        assert desk.focused == "17 入库，3 退回修正"  # what a screen reader reads when it is over
        said = {int(row.split("\t")[1]): row for row in desk.page.locator("#batch tbody tr").all_inner_texts()}
        assert said.keys() == wrong.keys()
        for number, code in wrong.items():
            assert f"第 {number} 行“{intake.NAMES[code]}”：" in said[number]
        book = returned_workbook(desk, tmp_path)
        sheet = openpyxl.load_workbook(book).worksheets[0]
        assert [cell.value for cell in sheet[1]][:3] == ["原表行号", "退回原因", "确认无误"]
        assert {int(str(row[0].value)) for row in sheet.iter_rows(min_row=2)} == wrong.keys()
        corrected(book, {number: {code: right[number - FIRST_ROW][code]} for number, code in wrong.items()})
        first = batch_of(desk)
        desk.press("3")
        desk.page.wait_for_url("**/file/**")
        send(desk, book)
        expect(desk.page.locator("#batch h1")).to_have_text("3 入库，0 退回修正", timeout=LONG)
    second = batch_of(desk)
    assert second.mends == first
    assert (second.total, second.taken, second.returned) == (3, 3, 0)  # only these three were checked again
    desk.go(f"/collection/batches/{first.pk}/")
    assert headline(desk) == "17 入库，3 退回修正"
    assert "3\n已修正入库" in desk.page.locator(".four").inner_text()
    assert Record.objects.filter(batch_id__in=[first.pk, second.pk]).count() == 20
    assert Event.objects.filter(name="collection.returned.fetched", payload__batch_id=first.pk).count() == 1


def test_acceptance_1_a_template_filled_returned_mended_in_libreoffice(
    desk: Desk, own: Department, tmp_path: Path
) -> None:
    rows = good_rows(120, own, seed=7, bad_share=0.1)
    right = good_rows(120, own, seed=7)
    path = template_of(desk, tmp_path)
    fill_in(path, rows)
    with a_worker():
        send(desk, through_libreoffice(path, tmp_path / "filled"))
        expect(desk.page.locator("#batch h1")).to_contain_text("退回修正", timeout=LONG)
        first = batch_of(desk)
        assert first.total == 120 and 0 < first.returned < 30, (first.total, first.returned)
        back = list(first.problems.order_by("row_number").values_list("row_number", flat=True))
        book = returned_workbook(desk, tmp_path)
        corrected(book, {number: right[number - FIRST_ROW] for number in back})
        desk.press("3")
        desk.page.wait_for_url("**/file/**")
        send(desk, through_libreoffice(book, tmp_path / "mended"))
        expect(desk.page.locator("#batch h1")).to_contain_text("入库", timeout=LONG)
    second = batch_of(desk)
    assert (second.mends, second.total) == (first, len(back)), "only the returned rows are checked again"
    first.refresh_from_db()
    assert first.open_problems == second.returned
    settled = sum(batch.taken + batch.changed + batch.same for batch in (first, second))
    assert settled + second.returned == 120


def test_rows_are_mended_in_the_grid_by_keyboard(desk: Desk, own: Department, tmp_path: Path) -> None:
    rows = good_rows(20, own, seed=3)
    right = [dict(row) for row in rows]
    wrong = spoiled(rows)
    path = template_of(desk, tmp_path)
    fill_in(path, rows)
    send(desk, path)
    work_off()
    desk.page.wait_for_selector("#batch h1[data-focus]")
    batch_id = batch_of(desk).pk
    desk.press("2")
    desk.page.wait_for_url("**/mend/")
    (fined, coded, ended) = wrong
    for number in sorted((fined, coded)):
        code = wrong[number]
        selector = f"[id='id_{number}:{code}']"
        desk.tab_to(selector)
        described = desk.page.locator(selector).get_attribute("aria-describedby") or ""
        assert desk.page.locator(f"[id='{described.split()[0]}']").inner_text()
        desk.press("Control+a")
        desk.type(right[number - FIRST_ROW][code])
    with desk.page.expect_navigation():
        desk.press("Control+Enter")
    assert desk.focused == "校验 2 行：2 行已入库"
    assert desk.page.locator(".mend-row legend").all_inner_texts()[0].startswith(f"第 {ended} 行")
    second = Batch.objects.get(mends=batch_id)
    assert (second.total, second.taken) == (2, 2)
    desk.page.locator(f"[id='id_{ended}:CF_YXQ']").fill("还是不对")
    with desk.page.expect_navigation():
        desk.press("Control+Enter")
    assert desk.focused == "校验 1 行：0 行已入库，1 行仍需修正"
    assert desk.page.input_value(f"[id='id_{ended}:CF_YXQ']") == "还是不对"  # where the person stopped
    desk.page.get_by_role("link", name="返回批次").press("Enter")
    desk.page.wait_for_url("**/batches/*/")
    desk.page.get_by_role("checkbox").press("Space")
    desk.page.locator("details.drop-rows summary").press("Enter")
    desk.page.fill("#id_note", "决定已撤销，不再报送")
    with desk.page.expect_navigation():
        desk.press("Enter")
    assert "1 行已登记为不再报送" in desk.page.locator(".notes").inner_text()
    assert "没有待修正的行" in desk.page.locator("#batch").inner_text()


def test_progress_moves_by_itself_and_can_be_stopped(desk: Desk, own: Department) -> None:
    now = clock.now()
    job = intake.job(at=now, done=10, total=100, stage="校验")
    batch = intake.batch(own, "penalty", at=now, state="checking", job=job)
    desk.go(f"/collection/batches/{batch.pk}/")
    job.done = 60
    job.save()
    expect(desk.page.locator("#progress")).to_contain_text("60 / 100 行", timeout=10_000)
    expect(desk.page.locator("#live")).to_have_text("校验，已完成50%")
    desk.page.get_by_role("button", name="停止办理").focus()
    with desk.page.expect_navigation():
        desk.press("Enter")
    expect(desk.page.locator("#progress-head")).to_have_text("正在停止")
    job.state, job.finished_at, job.lease_until = "cancelled", now, None
    job.save()
    Batch.objects.filter(pk=batch.pk).update(state="cancelled", finished_at=now)
    expect(desk.page.locator("#batch h1")).to_have_text("已取消", timeout=10_000)
    assert desk.page.get_by_role("button", name="从停止处继续").is_visible()


def test_what_is_wrong_with_a_file_is_said_before_it_is_sent(desk: Desk, tmp_path: Path) -> None:
    before = Batch.objects.count()
    desk.go(UPLOAD)
    for name, content, said in (("说明.docx", b"x", "只能报送 .xlsx"), ("空.xlsx", b"", "文件是空的")):
        (tmp_path / name).write_bytes(content)
        desk.page.set_input_files("#id_file", tmp_path / name)
        expect(desk.page.locator("#file-why")).to_contain_text(said)
    (tmp_path / "网页.xls").write_bytes(b"<html><table></table></html>")
    desk.page.set_input_files("#id_file", tmp_path / "网页.xls")
    desk.page.locator("button.go").press("Enter")
    expect(desk.page.locator("main .refusal")).to_contain_text("网页格式")
    expect(desk.page.locator("main .refusal h2")).to_be_focused()
    assert Batch.objects.count() == before


def test_the_same_file_again_leads_to_its_batch(desk: Desk, own: Department, tmp_path: Path) -> None:
    path = template_of(desk, tmp_path)
    fill_in(path, good_rows(2, own, seed=5))
    send(desk, path)
    first = desk.page.url
    send(desk, path)
    assert desk.page.url == first
    assert "已经报送过，没有重复入库" in desk.page.locator(".notes").inner_text()


def type_in(desk: Desk, cells: Mapping[str, str]) -> None:
    """Fill the form's boxes; a code list by its word."""
    for code, text in cells.items():
        place = desk.page.locator(f"[name='{code}']").first
        if place.get_attribute("type") == "checkbox":
            desk.page.locator(f"[name='{code}'][value='{text}']").check()
        elif place.evaluate("e => e.tagName") == "SELECT":
            place.select_option(text)
        else:
            place.fill(text)


def test_one_record_is_typed(desk: Desk, own: Department) -> None:
    row = {code: text for code, text in good_rows(1, own, seed=11)[0].items() if text}
    before = Batch.objects.count()
    desk.go(FORM)
    type_in(desk, row | {"CF_XDR_SHXYM": row["CF_XDR_SHXYM"][:-1]})
    desk.page.locator("#id_CF_WSH").focus()
    with desk.page.expect_navigation():
        desk.press("Control+Enter")
    assert desk.focused == "没有入库，有 1 处要修正"
    assert Batch.objects.count() == before, "what is not in order leaves nothing behind"
    desk.page.locator(".refusal a").first.press("Enter")
    desk.page.fill("#id_CF_XDR_SHXYM", row["CF_XDR_SHXYM"])
    with desk.page.expect_navigation(url="**/collection/batches/*/"):
        desk.press("Control+Enter")
    assert headline(desk) == "1 入库，0 退回修正"
    assert row["CF_WSH"] in desk.page.locator("#batch").inner_text()
    with desk.page.expect_navigation(url="**/form/**"):
        desk.page.get_by_role("link", name="继续填报").press("Enter")
    assert desk.page.input_value("#id_CF_WSH") == ""


def test_code_and_name_complete_each_other_but_nothing_is_picked(desk: Desk) -> None:
    desk.go(FORM)
    desk.page.locator("#id_CF_XDR_SHXYM").focus()
    desk.type("91339901MA9K3H5T3Y")
    expect(desk.page.locator("#candidates")).to_contain_text("江澜恒泰食品有限公司")
    assert desk.page.input_value("#id_CF_XDR_MC") == ""
    desk.page.locator("#candidates button").press("Enter")
    assert desk.page.input_value("#id_CF_XDR_MC") == "江澜恒泰食品有限公司"
    desk.page.fill("#id_CF_XDR_SHXYM", "")
    desk.page.locator("#id_CF_XDR_MC").press("Control+a")
    desk.type("云帆科技")
    expect(desk.page.locator("#candidates li")).to_have_count(2)
    desk.page.locator("#candidates button").first.press("Enter")
    assert desk.page.input_value("#id_CF_XDR_SHXYM").startswith("91339901MA9K7Y")
    desk.page.select_option("#id_CF_XDR_LB", "自然人")
    assert desk.page.locator("#id_CF_XDR_ZJHM").is_visible() and not desk.page.locator("#id_CF_FRDB").is_visible()


def test_without_javascript_a_file_is_reported_and_mended(desks: MakeDesk, own: Department, tmp_path: Path) -> None:
    desk = desks(java_script_enabled=False, accept_downloads=True)
    desk.enter_as("hbj01")
    rows = good_rows(20, own, seed=9)
    wrong = spoiled(rows)
    path = template_of(desk, tmp_path)
    fill_in(path, rows)
    desk.go(UPLOAD)
    desk.page.set_input_files("#id_file", path)
    with desk.page.expect_navigation(url="**/collection/batches/*/"):
        desk.page.locator("button.go").press("Enter")
    assert "不会自动刷新" in desk.page.locator("#progress").inner_text()
    work_off()
    desk.page.reload()
    assert headline(desk) == "17 入库，3 退回修正"
    with desk.page.expect_navigation(url="**/mend/"):
        desk.page.locator("main .actions a[href$='/mend/']").press("Enter")
    for number, code in wrong.items():
        if code == "CF_YXQ":
            desk.page.fill(f"[id='id_{number}:{code}']", "2099-12-31")
            continue
        with desk.page.expect_navigation():
            desk.page.locator(f"[name='adopt'][value='{number}:{code}']").press("Enter")
    with desk.page.expect_navigation(url="**/mend/?mended=*"):
        desk.page.locator("#grid .go").press("Enter")
    assert "校验 3 行：3 行已入库" in desk.page.locator("main").inner_text()


def states(own: Department) -> dict[str, str]:
    """A batch in each state, and the pages that show it."""
    now = clock.now()
    known = {code: text for code, text in GOOD.items() if code in intake.NAMES}
    person = {code: text for code, text in PERSON.items() if code in intake.NAMES}
    warning: dict[str, Any] = {"row": 4, "field": "公示截止期", "message": "公示期限按规定推算为 2029-02-25。"}
    done = intake.batch(
        own, "penalty", at=now, taken=17, total=17, warnings=[warning], warned=1, notes=["没有读取的列：经办人"]
    )
    slip = "120000 疑为元，本项单位为万元，请改为 12；如金额无误，请在“确认无误”栏填“是”。"
    for number, cells, problem in (
        (8, known, intake.problem("CF_XDR_SHXYM", "uscc_wrong", "第9位是字母“O”。请核对该位，如为数字0，改为“0”。")),
        (13, known, intake.problem("CF_NR_FK", "unit_slip", slip, "suspect")),
        (
            19,
            person,
            intake.problem("CF_YXQ", "in_order", "2026-01-01 早于处罚决定日期。请核对两个日期。"),
        ),
    ):
        intake.returned_row(done, number, intake.by_name(cells), [problem])
    job = intake.job(at=now, done=40_000, total=100_000, stage="校验")
    running = intake.batch(own, "penalty", at=now, state="checking", job=job)
    refused = intake.batch(own, "penalty", at=now, state="refused", refusal="有 3 行不合格，整批退回。", returned=3)
    failed = intake.batch(own, "penalty", at=now, state="failed", refusal="存储空间不足。", taken=5000, total=9000)
    batches = {"done": done, "running": running, "refused": refused, "failed": failed}
    found = {name: f"/collection/batches/{batch.pk}/" for name, batch in batches.items()}
    mend = {"mend": f"/collection/batches/{done.pk}/mend/"}
    return {"home": HOME, "list": "/collection/batches/", "upload": UPLOAD, "form": FORM, "todo": "/"} | found | mend


def test_every_page_is_clean_and_fits(desks: MakeDesk, own: Department) -> None:
    desk = desks()
    desk.enter_as("hbj01")
    found: dict[str, list[str]] = {}
    for name, path in states(own).items():
        desk.go(path)
        found[name] = judged(desk.page)
    desk.go(FORM)
    with desk.page.expect_navigation():
        desk.page.locator("button.go").press("Enter")
    found["form refused"] = judged(desk.page)
    assert {place: what for place, what in found.items() if what} == {}

"""Scenes 0 to 6: how old the lists are, the checks at the window, a version with gaps, twenty penalties."""

import openpyxl
from playwright.sync_api import expect

from collection.models import Batch
from redblack.models import ListVersion
from subjects.selectors import subject_of
from tests.browser.conftest import FIRMS, MEASURES, SHEN, Desk
from tests.browser.journey.acting import LONG, at_window, said, wash
from tests.browser.journey.conftest import Stage
from tests.browser.test_plugin import Counter
from tests.browser.uploading import batch_of, corrected, returned_workbook, send
from tests.factories import intake

HENGTAI = FIRMS["hengtai"]["uscc"]
TAX = "重大税收违法失信主体名单"
FILE = "JL20261120-0012"
QUALITY = "/collection/quality/?split=item&since=2026-11&until=2026-11"


def scene_00_how_old_the_lists_are(stage: Stage) -> None:
    desk = stage.seat("xyb01")
    desk.page.context.clear_cookies()
    desk.log_in("xyb01")
    stage.shot("scene-00-home", desk.page)
    desk.go("/lists/")
    rows = [row.split("\t") for row in desk.page.locator("table").first.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 9
    found = {row[0]: row for row in rows}
    assert {row[2] for row in rows} == {"本级认定", "县级登记", "省级下发", "法院推送"}
    tax, statistics = found[TAX], found["统计严重失信企业名单"]
    assert "超时效" in tax[1] and (tax[7].strip(), tax[8].strip()) == ("9 天", "7 天")
    assert "未接入" in statistics[1] and statistics[4] == "–"
    current = [row for row in rows if "时效正常" in row[1]]
    assert len(current) == 7 and all(row[5].isdigit() and row[4].strip() for row in current)
    assert "2026-11-20 06:10" in found["失信被执行人名单"][6]
    stage.shot("scene-00-list-ages", desk.page)


def scene_01_inside_the_acceptance_system(stage: Stage) -> None:
    page = stage.seat("@hall").page
    counter = Counter(page, stage.hall)
    counter.open("M1")
    counter.type(HENGTAI)
    counter.press("Tab")
    counter.type(SHEN)
    counter.press("Tab")
    counter.answered()
    assert counter.verdicts == ["■命中", "■命中"], "the firm, and its legal representative"
    for words in (
        MEASURES["Y1"], "至 2031-02-25", "《食品安全法》第一百三十五条", "市场监督管理局", "严重违法失信名单",
        "独立法定限制",
    ):  # fmt: skip
        assert words in counter.said, words
    assert SHEN not in counter.said
    counter.send()
    assert counter.page.url == f"{counter.address}/", "the form is held; nothing is refused by the machine"
    page.locator("credit-check").scroll_into_view_if_needed()
    stage.shot("scene-01-plugin", page)
    assert "暂缓受理，转" in counter.said and "继续受理并说明理由" in counter.said
    stage.kept["receipt"] = page.input_value("[name=credit_receipt]")
    counter.tab_to("暂缓受理，转")
    counter.press("Enter")
    page.wait_for_selector("credit-check .chosen")
    counter.send()
    assert "暂缓受理，已转实施部门确认" in counter.taken and stage.kept["receipt"] in counter.taken
    stage.shot("scene-01-taken", page)


def scene_02_no_measure_for_this_matter(stage: Stage) -> None:
    desk = at_window(stage, "M2", "hengtai")
    assert desk.verdicts == ["□命中，本事项无对应措施"]
    assert "请按正常流程办理，不得因此附加条件。" in desk.answer and "暂缓受理" not in desk.answer
    stage.shot("scene-02-no-measure", desk.page)


def scene_03_the_same_legal_representative(stage: Stage) -> None:
    desk = at_window(stage, "M1", "xinweixuan")
    assert desk.verdicts == ["○未命中"]
    assert "关联提示：法定代表人 沈某某另有 1 条在期法定限制，请凭身份证件核查本人。" in desk.answer
    stage.shot("scene-03-related", desk.page)
    desk.press("Alt+n")
    desk.type(FILE)
    desk.tab_to("#id_text")
    desk.check(SHEN)
    assert desk.verdicts == ["■命中"] and MEASURES["Y1"] in desk.answer
    assert SHEN not in desk.page.content() and SHEN not in desk.page.url
    stage.shot("scene-03-person", desk.page)
    desk.go("/check/")


def scene_04_near_names_and_a_stale_list(stage: Stage) -> None:
    desk = at_window(stage, "M5", "云帆科技")
    assert desk.verdicts == ["◇需核实身份"]
    assert "名称相近的主体有 2 个" in desk.answer and "仅凭名称不得采取措施。" in desk.answer
    assert MEASURES["Y6"] not in desk.answer
    stage.shot("scene-04-candidates", desk.page)
    at_window(stage, "M5", "yunfan")
    assert desk.verdicts == ["■命中"]
    for words in (MEASURES["Y6"], "中级人民法院", "江01执1187号", TAX):
        assert words in desk.answer, words
    at_window(stage, "M5", "yunfan-software")
    assert desk.verdicts == ["▲未能核查"]
    assert "9 天未更新" in desk.answer and "不得据此认定为无记录" in desk.answer
    stage.shot("scene-04-could-not-check", desk.page)


def scene_05_a_version_with_gaps(stage: Stage) -> None:
    first, second = stage.seat("xyb01", "/lists/received/new/"), stage.seat("xyb02")
    path = _downloaded(stage, first, "/demo/tax-list.xlsx", "本周.xlsx")
    first.page.select_option("#id_list", "L5")
    first.page.set_input_files("#id_file", path)
    first.page.locator("#id_file").focus()
    first.tab_to("button.go")
    with first.page.expect_navigation():
        first.press("Enter")
    expect(first.page.locator("#h-held")).to_have_text("待人工确认", timeout=LONG)
    assert "新版本缺少上一版本在期的 41 条，占 41%" in first.page.locator("#version").inner_text()
    stage.shot("scene-05-held", first.page)
    version = ListVersion.objects.get(pk=int(first.page.url.rstrip("/").rpartition("/")[2]))
    lost = version.doubts.order_by("id").values_list("subject_id", flat=True)[0]
    desk = at_window(stage, "M5", _code(lost))
    assert desk.verdicts == ["▲未能核查（名单更新待确认）"] and "■" not in desk.answer
    stage.shot("scene-05-in-doubt", desk.page)
    second.go(first.page.url.removeprefix(stage.address))
    second.page.locator("#id_note").focus()
    second.type("已电话向省级平台核实，本周确有移出。")
    second.tab_to("button[value=release]")
    second.press("Enter")
    expect(second.page.locator("#version .about")).to_contain_text("已生效", timeout=LONG)
    assert at_window(stage, "M5", "yunfan-software").verdicts == ["○未命中"]
    assert at_window(stage, "M5", _code(lost)).verdicts == ["○未命中"]
    second.go("/lists/")
    assert "时效正常" in second.page.locator("tr", has_text=TAX).inner_text()


def scene_06_twenty_penalties(stage: Stage) -> None:
    desk = stage.seat("hbj01", QUALITY)
    before = _month(desk)
    path = _downloaded(stage, desk, "/demo/penalties.xlsx", "生态环境局行政处罚20条.xlsx")
    send(desk, path)
    expect(desk.page.locator("#batch h1")).to_have_text("17 入库，3 退回修正", timeout=LONG)
    problems = {int(row.split("\t")[1]): row for row in desk.page.locator("#batch tbody tr").all_inner_texts()}
    assert sorted(problems) == [6, 12, 18]
    assert ("120000" in problems[6] and "万元" in problems[6] and "“O”" in problems[12]) or "O" in problems[12]
    stage.shot("scene-06-returned", desk.page, full=True)
    first, book = batch_of(desk), returned_workbook(desk, stage.folder)
    header = [cell.value for cell in openpyxl.load_workbook(book).worksheets[0][1]]
    assert header[:3] == ["原表行号", "退回原因", "确认无误"]
    corrected(book, _mended(path, sorted(problems)))
    desk.press("3")
    desk.page.wait_for_url("**/file/**")
    send(desk, book)
    expect(desk.page.locator("#batch h1")).to_have_text("3 入库，0 退回修正", timeout=LONG)
    second = batch_of(desk)
    assert (second.mends_id, second.total, second.taken) == (first.pk, 3, 3), "only these three were checked again"
    desk.go(QUALITY)
    after = _month(desk)
    assert after[0] == before[0] + 20 and after[1] == before[1] + 20, (before, after)
    stage.shot("scene-06-quality", desk.page)
    row = desk.page.locator("[data-rows] tr", has_text="行政处罚信息").first
    with desk.page.expect_navigation():
        row.locator("a").first.press("Enter")
    assert "江环罚〔2026〕801号" in wash(said(desk))
    assert Batch.objects.filter(pk__in=[first.pk, second.pk], state="done").count() == 2


def _downloaded(stage: Stage, desk: Desk, link: str, name: str) -> str:
    """A file that the presenter fetches from the page under DEMO."""
    answer = desk.page.request.get(stage.address + link)
    assert answer.ok
    path = stage.folder / name
    path.write_bytes(answer.body())
    return str(path)


def _code(subject_id: int) -> str:
    found = subject_of(subject_id)
    assert found is not None and found.uscc
    return found.uscc


def _month(desk: Desk) -> tuple[int, int]:
    """Rows reported and taken of penalties in this month, as the page says."""
    rows = desk.page.locator("[data-rows] tr", has_text="行政处罚信息").all_inner_texts()
    cells = rows[0].split("\t") if rows else []
    numbers = [int(cell) for cell in cells if cell.strip().isdigit()]
    return (numbers[0], numbers[1]) if numbers else (0, 0)


def _mended(path: str, rows: list[int]) -> dict[int, dict[str, str]]:
    """By hand: ten thousands, a zero, an end a year after the beginning."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    place = {str(cell.value).lstrip("＊"): cell.column for cell in sheet[1]}
    code = str(sheet.cell(rows[1], place[intake.NAMES["CF_XDR_SHXYM"]]).value)
    day = str(sheet.cell(rows[2], place[intake.NAMES["CF_JDRQ"]]).value)[:10]
    return {
        rows[0]: {"CF_NR_FK": "12"},
        rows[1]: {"CF_XDR_SHXYM": code.replace("O", "0")},
        rows[2]: {"CF_GSJZQ": f"{int(day[:4]) + 1}{day[4:]}"},
    }


SCENES = [
    scene_00_how_old_the_lists_are,
    scene_01_inside_the_acceptance_system,
    scene_02_no_measure_for_this_matter,
    scene_03_the_same_legal_representative,
    scene_04_near_names_and_a_stale_list,
    scene_05_a_version_with_gaps,
    scene_06_twenty_penalties,
]

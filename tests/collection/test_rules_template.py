"""Templates and returned workbooks: what people see in them, and that they are known again when they come back."""

import io
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from catalog.rules.definition import Field, FieldType
from collection.rules.checking import Returned
from collection.rules.headings import match
from collection.rules.problems import Problem, Severity
from collection.rules.returned import (
    CONFIRM_HEADING,
    CONFIRMED,
    REASON_HEADING,
    ROW_HEADING,
    ReturnedRow,
    returned_workbook,
)
from collection.rules.samples import penalty_rows
from collection.rules.sheets import BULK, read_sheet
from collection.rules.stamp import PIECE, Stamp, definition_in, digest_of, stamp_in
from collection.rules.template import template
from collection.rules.workbook_tables import CODES, EXPLAINED, STAMP_SHEET
from tests.collection.files import TODAY, definition, good, part_of, plan, repacked, saved, table, workbook, written

OFFICE = shutil.which("soffice")
STAMP = Stamp("penalty", 1, batch_id=77)
NAMES = {field.code: field.name for field in definition().fields}


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def office_round_trip(data: bytes, folder: Path) -> bytes:
    """The same workbook as LibreOffice saves it."""
    source, out = folder / "book.xlsx", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [str(OFFICE), "--headless", profile, "--convert-to", "xlsx", "--outdir", str(out), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return (out / "book.xlsx").read_bytes()


def returned_of(rows: list[dict[str, str]]) -> tuple[list[ReturnedRow], list[Returned]]:
    """The rows of a file (from row 2) that the plan returns, as the service hands them to the workbook."""
    found = [checked for n, row in enumerate(rows, start=2) if isinstance(checked := plan().check(n, row), Returned)]
    return [as_returned(one.row, rows[one.row - 2], one.problems) for one in found], found


def as_returned(row: int, cells: dict[str, str], problems: tuple[Problem, ...]) -> ReturnedRow:
    said = tuple((NAMES.get(p.field, ""), p.message, p.severity.value) for p in problems)
    return ReturnedRow(row, {NAMES[code]: text for code, text in cells.items()}, said)


def spoilt() -> tuple[list[dict[str, str]], bytes]:
    rows = list(penalty_rows(200, bad_share=0.1, people_share=0, today=TODAY))
    back, _ = returned_of(rows)
    return rows, returned_workbook(headings=list(NAMES.values()), rows=back, stamp=STAMP, definition=definition())


# --- the template ---
def test_sheets_and_headings() -> None:
    book = opened(template(definition()))
    assert book.sheetnames == ["数据", EXPLAINED, CODES, STAMP_SHEET]
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "visible", "veryHidden"]
    data = book["数据"]
    headings = [cell.value for cell in data[1]]
    assert headings[:3] == ["＊行政相对人名称", "＊行政相对人类别", "行政相对人代码_1(统一社会信用代码)"]
    assert data.max_row == 1 and data.freeze_panes == "B2"
    assert match([str(h) for h in headings], definition()).missing == ()


def test_a_note_says_code_need_and_form() -> None:
    data = opened(template(definition()))["数据"]
    notes = {str(cell.value): str(cell.comment.text) for cell in data[1] if cell.comment}
    amount = notes["罚款金额（万元）"]
    assert "CF_NR_FK" in amount and "法人选填" in amount and "只填数字，单位为万元，最多 6 位小数" in amount
    assert "自然人不填" in notes["行政相对人代码_1(统一社会信用代码)"] and len(notes) == len(definition().fields)


def test_codes_are_text_dates_are_dates_and_lists_drop_down() -> None:
    data = opened(template(definition()))["数据"]
    columns = {str(cell.value).removeprefix("＊"): cell.column_letter for cell in data[1]}
    formats = {name: data.column_dimensions[letter].number_format for name, letter in columns.items()}
    assert formats["行政相对人代码_1(统一社会信用代码)"] == formats["罚款金额（万元）"] == "@"
    assert formats["处罚决定日期"] == "yyyy-mm-dd"
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in data.data_validations.dataValidation}
    kind = rules[columns["行政相对人类别"]]
    assert kind.formula1 == '"法人及非法人组织,自然人,个体工商户"' and kind.showErrorMessage
    several = rules[columns["处罚类别"]]
    assert not several.showErrorMessage  # 罚款;没收 must still be possible
    day = rules[columns["处罚决定日期"]]
    assert (day.type, day.errorStyle) == ("date", "warning")


def test_a_long_list_drops_down_from_the_sheet_of_codes() -> None:
    item = definition()
    codes = tuple(f"第{n}类很长的代码值" for n in range(60))
    item = replace(
        item, fields=(*item.fields, Field(code="LONG", name="长表", type=FieldType.CODE, required={}, codes=codes))
    )
    book = opened(template(item))
    rule = [r for r in book["数据"].data_validations.dataValidation if CODES in str(r.formula1)][-1]
    column = str(rule.formula1).split("$")[1]
    assert [book[CODES][f"{column}{n}"].value for n in (2, 61)] == [codes[0], codes[-1]]


def test_the_explanation_has_a_line_for_each_item_with_an_example() -> None:
    sheet = opened(template(definition()))[EXPLAINED]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(line for line in lines if line[0] == "信息项")
    assert head[2:6] == ["法人", "自然人", "个体工商户", "其他组织"] and head[-1] == "示例"
    explained = {line[1]: line for line in lines[lines.index(head) + 1 :]}
    assert set(explained) == {field.code for field in definition().fields}
    assert explained["CF_XDR_SHXYM"][2:6] == ["必填", "不填", "必填", "必填"]
    assert explained["CF_JDRQ"][-1] and str(explained["CF_XDR_SHXYM"][-1]).startswith("9")


def test_a_filled_template_is_read_as_it_is_meant() -> None:
    book = opened(template(definition()))
    for line in table(good(3))[1:]:
        book["数据"].append([None if cell == "" else cell for cell in line])
    names = [field.name for field in definition().fields]
    order = {name: at for at, name in enumerate(good()[0])}
    for row in book["数据"].iter_rows(min_row=2):
        values = [row[order[name]].value if name in order else None for name in names]
        for cell, value in zip(row, values, strict=False):
            cell.value = value
    sheet = read_sheet(saved(book), expected=names, limits=BULK)
    assert (sheet.name, sheet.left_out, sheet.hidden) == ("数据", (), ())
    fields = match(sheet.headers, definition()).fields
    rows = [{fields[h]: text for h, text in row.cells.items()} for row in sheet.rows]
    assert len(rows) == 3 and not any(isinstance(plan().check(2, row), Returned) for row in rows)


# --- the stamp ---
def test_a_template_carries_its_definition() -> None:
    data = template(definition(version=4))
    assert stamp_in(data) == Stamp("penalty", 4)
    assert definition_in(data) == definition(version=4)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"a,b\n1,2\n", id="csv"),
        pytest.param(b"PK\x03\x04", id="broken"),
        pytest.param(workbook(table(good())), id="a workbook of their own"),
        pytest.param(workbook([["item_code", "x"]], title=STAMP_SHEET), id="a stamp without a version"),
        pytest.param(workbook([["item_code", "x"], ["version", "vier"]], title=STAMP_SHEET), id="no number"),
    ],
)
def test_no_stamp_is_none(data: bytes) -> None:
    assert stamp_in(data) is None and definition_in(data) is None


def test_a_definition_longer_than_a_cell_is_whole() -> None:
    item = definition()
    many = tuple(replace(field, note="说明" * 800) for field in item.fields)
    long = replace(item, fields=many)
    assert sum(len(field.note) for field in many) > PIECE
    assert definition_in(template(long)) == long


def test_the_stamp_of_a_large_book_is_found_without_reading_the_book() -> None:
    rows = list(penalty_rows(3_000, bad_share=0, today=TODAY))
    book = opened(template(definition()))
    for row in rows:
        book["数据"].append(list(row.values()))
    data = saved(book)
    began = time.process_time()
    assert stamp_in(data) == Stamp("penalty", 1)
    assert time.process_time() - began < 1.5  # a second for all of it on a slow day


def test_openpyxl_keeps_the_stamp() -> None:
    _, data = spoilt()
    again = saved(opened(data))
    assert stamp_in(again) == stamp_in(data) and definition_in(again) == definition()


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_template_and_returned_rows(tmp_path: Path) -> None:
    _, data = spoilt()
    again = office_round_trip(data, tmp_path)
    assert stamp_in(again) == stamp_in(data) and definition_in(again) == definition()
    ours, theirs = read_sheet(data, limits=BULK), read_sheet(again, limits=BULK)
    assert ours.headers == theirs.headers and list(ours.lines) == list(theirs.lines)
    assert opened(again).worksheets[0].data_validations.count


# --- returned rows ---
def test_reasons_first_then_their_own_columns_as_they_were() -> None:
    rows, data = spoilt()
    back, checked = returned_of(rows)
    sheet = opened(data).worksheets[0]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert lines[0][:3] == [ROW_HEADING, REASON_HEADING, CONFIRM_HEADING] and lines[0][3:] == list(NAMES.values())
    assert len(lines) == len(back) + 1 > 10 and sheet.freeze_panes == "D2"
    for line, row, one in zip(lines[1:], back, checked, strict=True):
        assert line[0] == str(one.row) and str(line[1]).count("\n") == len(one.problems) - 1
        assert [str(cell or "").replace("_x0007_", "\x07") for cell in line[3:]] == [
            row.cells.get(name, "") for name in NAMES.values()
        ]


def test_a_bad_cell_is_red_with_a_note_and_a_doubtful_row_may_be_confirmed() -> None:
    cells = dict.fromkeys(NAMES.values(), "x")
    said = (
        ("备注", "太长。请删减。", "error"),
        ("罚款金额（万元）", "存疑。", "suspect"),
        ("处罚内容", "提示。", "warning"),
    )
    rows = [ReturnedRow(9, cells, said), ReturnedRow(12, cells, said[:1])]
    sheet = opened(
        returned_workbook(headings=list(cells), rows=rows, stamp=STAMP, definition=definition())
    ).worksheets[0]
    by_name = {str(cell.value): sheet.cell(2, cell.column) for cell in sheet[1]}
    assert (
        sheet["B2"].value == "“备注”：太长。请删减。\n“罚款金额（万元）”：存疑。（存疑）\n“处罚内容”：提示。（提示）"
    )
    fills = {
        name: by_name[name].fill.start_color.rgb for name in ("备注", "罚款金额（万元）", "处罚内容", "处罚依据")
    }
    assert fills == {
        "备注": "FFFFC7CE",
        "罚款金额（万元）": "FFFFEB9C",
        "处罚内容": "FFFFF7DA",
        "处罚依据": "00000000",
    }
    assert by_name["备注"].comment is not None and by_name["备注"].comment.text == "太长。请删减。"
    confirm = [rule for rule in sheet.data_validations.dataValidation if str(rule.sqref) == "C2"]
    assert [rule.formula1 for rule in confirm] == [f'"{CONFIRMED}"']
    assert not [rule for rule in sheet.data_validations.dataValidation if str(rule.sqref) == "C3"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "https://a.b", "000123", "{=x}", "\ttab"])
def test_what_looks_like_something_else_stays_text(text: str) -> None:
    row = ReturnedRow(2, {"名称": text}, (("名称", "不对。", "error"), ("", "整行。", "error")))
    data = returned_workbook(headings=["名称"], rows=[row], stamp=STAMP, definition=definition())
    cell = opened(data).worksheets[0]["D2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_it_comes_back_known_with_the_rows_of_the_original_file() -> None:
    rows, data = spoilt()
    stamp = stamp_in(data)
    assert stamp is not None and stamp.batch_id == 77
    back, _ = returned_of(rows)
    assert stamp.digests == {row.row: digest_of(row.cells) for row in back}
    sheet = read_sheet(data, expected=list(NAMES.values()), limits=BULK)
    came = {int(row.cells[ROW_HEADING]): row.cells for row in sheet.rows}
    theirs = {n: {h: t for h, t in cells.items() if h in NAMES.values()} for n, cells in came.items()}
    unchanged = [n for n, cells in theirs.items() if digest_of(cells) == stamp.digests[n]]
    assert set(came) == set(stamp.digests) and len(unchanged) >= len(came) - 5  # spaces at the ends are not kept


def test_returning_twice_does_not_pile_up_columns() -> None:
    headings = [ROW_HEADING, REASON_HEADING, CONFIRM_HEADING, "名称"]
    row = ReturnedRow(5, {"名称": "甲", ROW_HEADING: "5"}, (("名称", "不对。", "error"),))
    data = returned_workbook(headings=headings, rows=[row], stamp=STAMP, definition=definition())
    assert read_sheet(data).headers == tuple(headings)


def test_five_thousand_rows_in_seconds() -> None:
    cells = {NAMES[code]: text for code, text in next(penalty_rows(1, today=TODAY)).items()}
    rows = [ReturnedRow(n, cells, (("处罚内容", "不对。请改正。", Severity.ERROR.value),)) for n in range(2, 5_002)]
    began = time.process_time()
    data = returned_workbook(headings=list(NAMES.values()), rows=rows, stamp=STAMP, definition=definition())
    assert time.process_time() - began < 6  # about one on an idle machine
    assert len(data) < 3_000_000


def test_a_forged_stamp_is_no_bomb() -> None:
    data = written([["a", "b"]])
    book = part_of(data, "xl/workbook.xml").replace(b'name="Sheet1"', f'name="{STAMP_SHEET}"'.encode())
    sheet = part_of(data).replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    assert stamp_in(repacked(data, xl__workbook=book, xl__worksheets__sheet1=sheet)) is None

"""Two readers of xlsx, one result: whatever calamine holds, the stream gives the same, and it tells more."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.rules import shared_strings, workbook_fast, workbook_tables
from collection.rules.cells import NO_RESULT
from collection.rules.sheet_guard import BULK, SMALL, FileRefused, Limits, check_workbook
from collection.rules.sheets import Sheet, read_sheet
from collection.rules.tables import Row
from collection.rules.workbook_stream import sheets_of, stream_rows
from tests.collection.files import good, part_of, repacked, table, workbook, written

FORMATS = (
    *("yyyy-mm-dd", "yyyy/m/d h:mm", "h:mm:ss", "[h]:mm", "0.00%", '[$-804]yyyy"年"m"月"d"日"', '"年"0', "@"),
    *("#,##0.00;[Red]-#,##0.00", '0"d"', "_ * #,##0.00_ ;_ * -#,##0.00_ ", "mmm-yy", "yyyy-mm-dd hh:mm:ss.000"),
    *(14, 18, 20, 22, 27, 31, 45, 46, 47, 57, 58, 9, 10, 49),
)
NUMBERS = (0, 0.5, 1, 59, 59.5, 60, 61, 36526, 46304, 46304.5, 46304.999999, 46304.123456, 2958465, 2958466)


def trimmed(rows: Iterator[Row]) -> list[Row]:
    """Rows with content, without the empty cells at their end."""
    found = []
    for index, texts, flaws in rows:
        while texts and not texts[-1]:
            texts.pop()
        if texts or flaws:
            found.append((index, texts, flaws))
    return found


def both(data: bytes) -> tuple[list[Row], list[Row]]:
    sheet = sheets_of(io.BytesIO(data))[0]
    held = trimmed(workbook_tables._held_rows(io.BytesIO(data), sheet))
    streamed = trimmed(stream_rows(io.BytesIO(data), sheet.part))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook_fast, "UTF8", re.compile(b"never"))
        assert trimmed(stream_rows(io.BytesIO(data), sheet.part)) == streamed  # the parser alone
    return held, streamed


@pytest.mark.parametrize("since_1904", [False, True])
def test_numbers_in_every_format_are_the_same_text(since_1904: bool) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": since_1904}) as book:
        sheet = book.add_worksheet()
        looks = [book.add_format({"num_format": one}) for one in FORMATS]
        for row, number in enumerate((*NUMBERS, 12345678901234567, 0.1, 1.005, 1e15, 999999999999999, 1e-7)):
            for column, look in enumerate(looks):
                sheet.write_number(row, column, number, look)
            sheet.write_number(row, len(looks), number)
    held, streamed = both(out.getvalue())
    assert held == streamed and len(held) == len(NUMBERS) + 6


def test_texts_are_the_same() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        texts = ['a<b>&"c"\' \n x', "  pad ", "_x000D_", "a_x0041_b", "\x07bell", "'123", "𠮷㑇", "1E+5", '="1"']
        for column, text in enumerate(texts):
            sheet.write_string(0, column, text)
        sheet.write_boolean(1, 0, True)
        sheet.write_rich_string(2, 0, "ab", bold, "cd", "ef")
        sheet.write_string(6, 5, "far from the others")
    held, streamed = both(out.getvalue())
    assert held == streamed and [row[0] for row in held] == [0, 1, 2, 6]


def test_hints_how_to_read_a_word_are_not_part_of_it() -> None:
    data = written([["汉字", "b"], ["x", "y"]])
    texts = part_of(data, "xl/sharedStrings.xml").replace(
        "<si><t>汉字</t></si>".encode(), "<si><r><t>汉</t></r><r><t>字</t></r><rPh><t>hanzi</t></rPh></si>".encode()
    )
    held, streamed = both(repacked(data, xl__sharedStrings=texts))
    assert streamed[0][1] == ["汉字", "b"] and held == streamed


@pytest.mark.parametrize("writer", [workbook, written, lambda lines: written(lines, constant_memory=True)])
def test_penalties_of_three_writers(writer: object) -> None:
    held, streamed = both(writer(table(good(40))))  # type: ignore[operator]
    assert held == streamed and len(held) == 41


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.text(max_size=8), st.floats(-1e6, 1e6), st.integers(0, 10**14), st.booleans()), max_size=5
        ),
        max_size=6,
    )
)
def test_any_cells_are_the_same(lines: list[list[object]]) -> None:
    data = written([["a", "b"], *[["" if c == "" else c for c in line] for line in lines]], strings_to_formulas=False)
    held, streamed = both(data)
    assert held == streamed


def test_a_number_that_is_no_date_does_not_end_the_reading() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x", "y"])
        sheet.write_number(2, 0, 1e10, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_row(3, 0, ["u", "v"])
    rows = [row.cells["a"] for row in read_sheet(out.getvalue()).rows]
    assert rows == ["x", "10000000000", "u"]


# --- what only the stream tells ---
def streamed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Sheet:
    monkeypatch.setattr(workbook_tables, "HELD_CELLS", 0)
    return read_sheet(data, limits=BULK)


def test_a_large_book_gives_the_same_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(table(good(30)), merge=["A2:A4", "C3:D3"])
    held = read_sheet(data, limits=BULK)
    large = streamed(data, monkeypatch)
    assert (held.headers, held.total, held.filled_down) == (large.headers, large.total, large.filled_down)
    assert held.filled_down == 1 and held.total == 30
    assert list(held.lines) == list(large.lines)


def test_a_formula_with_the_result_of_nothing_is_nothing_and_without_result_a_problem() -> None:
    data = written([["a", "b", "c"], ["x", 1, 2], ["y", 3, 4]])
    sheet = part_of(data).replace(b'<c r="B2"><v>1</v>', b'<c r="B2" t="str"><f>IF(1,"","")</f><v></v>')
    sheet = sheet.replace(b"<v>4</v>", b"<f>SUM(A1)</f><v></v>")
    first, second = read_sheet(repacked(data, xl__worksheets__sheet1=sheet)).rows
    assert first.cells == {"a": "x", "b": "", "c": "2"} and not first.problems
    assert second.cells["c"] == "" and [p.message for p in second.problems] == [NO_RESULT]


def test_many_texts_are_packed_and_come_out_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_strings, "HELD", 0)
    data = written([["a", "b"], *[[f"文{n}", f"字{n % 7}"] for n in range(2_000)]])
    with zipfile.ZipFile(io.BytesIO(data)) as book, book.open("xl/sharedStrings.xml") as part:
        texts = shared_strings.shared_strings(part, 10**9)
    assert isinstance(texts, shared_strings.Packed) and len(texts) == 2_009
    held, large = both(data)
    assert held == large
    assert texts[1_500] in texts[1_499:1_501]


# --- limits ---
def test_more_rows_than_allowed_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Limits(BULK.size, BULK.unpacked, BULK.members, BULK.cells, 20)
    with pytest.raises(FileRefused) as refused:
        list(read_sheet(workbook(table(good(30))), limits=few).lines)
    assert str(refused.value) == "文件有 30 行数据，超过一次 20 行的上限。请分成几个文件提交（每个文件都要有表头）。"


def test_a_sheet_is_measured_by_what_it_holds() -> None:
    data = written([["a", "b"], *[["x", "y"]] * 2_000, ["", "", "z"]])
    part = check_workbook(io.BytesIO(data), SMALL).parts["xl/worksheets/sheet1.xml"]
    assert (part.rows, part.columns, part.filled, part.formulas) == (2_002, 3, True, False)


def test_cells_out_of_order_are_measured_too() -> None:
    cells = (
        b'<row r="1"><c r="ZZ9"><v>1</v></c><c r="B1"><v>1</v></c></row>'
        + b'<row r="2"><c r="A2"><v>1</v></c></row>' * 200
    )
    data = written([["a", "b"]])
    sheet = part_of(data).replace(b"</sheetData>", cells + b"</sheetData>")
    part = check_workbook(io.BytesIO(repacked(data, xl__worksheets__sheet1=sheet)), SMALL).parts[
        "xl/worksheets/sheet1.xml"
    ]
    assert (part.rows, part.columns) == (9, 702)


# --- notes ---
def test_what_was_not_read_is_told() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for name in ("二", "藏", "空"):
        book.create_sheet(name)
    for sheet in book.worksheets[:3]:
        sheet.append(["名称", "代码"])
        sheet.append(["甲", "1"])
    book["藏"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    read = read_sheet(out.getvalue())
    assert (read.left_out, read.hidden, read.total) == (("二",), ("藏",), 1)


def test_the_sheet_with_the_expected_headings_is_taken(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    notes, data = book.active, book.create_sheet("数据")
    assert notes is not None
    notes.append(["说明", "每周报送"])
    data.append(["名称", "处罚决定书文号"])
    data.append(["甲", "1号"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    read = read_sheet(path, expected=["处罚决定书文号"])
    assert (read.name, read.left_out) == ("数据", ("Sheet",))
    assert read_sheet(path, expected=["什么也没有"]).name == "Sheet"


def test_a_heading_under_a_group_title() -> None:
    lines = [["行政相对人", "", "处罚决定书文号"], ["名称", "代码", ""], ["甲", "1", "9号"]]
    expected = ["行政相对人名称", "代码", "处罚决定书文号"]
    sheet = read_sheet(workbook(lines, merge=["A1:B1", "C1:C2"]), expected=expected)
    assert sheet.headers == ("行政相对人名称", "代码", "处罚决定书文号") and sheet.header_row == 2
    [row] = sheet.rows
    assert row.number == 3

"""Files as people hand them in, made on the fly: what is read, what is refused, and with which words."""

import io
import struct
import time
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from collection.rules import sheet_guard
from collection.rules.sheets import (
    CODE_HEADERS,
    LOST_DIGITS,
    NAME_HEADERS,
    NO_RESULT,
    FileRefused,
    HeaderMissing,
    Sheet,
    column_of,
    read_sheet,
    require_column,
)

CODE = "91339901MA9K3H5T3Y"
NAME = "江澜恒泰食品有限公司"


def workbook(*rows: list[object], merge: str = "", title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(sheet: Sheet) -> list[dict[str, str]]:
    return [row.cells for row in sheet.rows]


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A workbook with parts replaced or added; __ in a name stands for /."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {m: old.read(m) for m in old.namelist()} | {
            k.replace("__", "/") + ".xml": v for k, v in changed.items()
        }
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_plain_workbook_is_text_by_header_with_the_rows_own_numbers() -> None:
    sheet = read_sheet(
        workbook(["名称", "代码", "日期", "金额"], [NAME, CODE, date(2026, 11, 20), 12], [], ["乙", 3.5])
    )
    assert sheet.headers == ("名称", "代码", "日期", "金额")
    rows = list(sheet.rows)
    assert rows[0].cells == {"名称": NAME, "代码": CODE, "日期": "2026-11-20", "金额": "12"}
    assert (rows[1].number, rows[1].cells["代码"]) == (4, "3.5")


def test_a_table_that_starts_below_a_title_and_right_of_column_a() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = "文明单位申报名单"
    sheet.merge_cells("B2:C2")
    sheet["B4"], sheet["C4"], sheet["B5"], sheet["C5"] = "＊企业名称（必填）", "统一社会\n信用代码", NAME, CODE
    out = io.BytesIO()
    book.save(out)
    read = read_sheet(out.getvalue(), expected=NAME_HEADERS)
    assert (read.header_row, column_of(read.headers, NAME_HEADERS)) == (4, "＊企业名称（必填）")
    [row] = read.rows
    assert row.number == 5 and row.cells[require_column(read.headers, CODE_HEADERS)] == CODE


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"名称,代码\n{NAME},{CODE}\n".encode(), id="utf-8"),
        pytest.param(f"名称,代码\r\n{NAME},{CODE}\r\n".encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(f"名称,代码\n{NAME},{CODE}\n".encode("gb18030"), id="gb18030"),
        pytest.param(f"名称\t代码\n{NAME}\t{CODE}\n".encode("utf-16"), id="utf-16 with tabs"),
        pytest.param(f'名称,代码\n"{NAME}","=""{CODE}"""\n'.encode(), id="code protected as a formula text"),
        pytest.param(f"名称;代码\n{NAME};'{CODE}\n".encode(), id="semicolons and apostrophe"),
    ],
)
def test_csv_in_every_usual_encoding(data: bytes) -> None:
    assert cells(read_sheet(data)) == [{"名称": NAME, "代码": CODE}]


def test_a_rare_character_of_gb18030_survives() -> None:
    assert cells(read_sheet("名称,代码\n江澜㑇𠮷商行,1\n".encode("gb18030")))[0]["名称"] == "江澜㑇𠮷商行"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "文件是空的", id="empty"),
        pytest.param(b"\n\n ,,\n", "没有内容", id="blank csv"),
        pytest.param(b"<html><body><table><tr><td>1</td></tr></table>", "网页格式", id="html named xls"),
        pytest.param(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "XML 格式", id="xml spreadsheet 2003"),
        pytest.param(b"%PDF-1.7 ...", "不是表格文件", id="pdf"),
        pytest.param(b"PK\x03\x04 not a zip at all", "已损坏", id="broken zip"),
        pytest.param(workbook(["a", "b"], ["1", "2"])[:-200], "已损坏", id="half an upload"),
        pytest.param(
            sheet_guard.OLE_MAGIC + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "打开密码", id="encrypted"
        ),
        pytest.param(sheet_guard.OLE_MAGIC + bytes(600), "另存为 .xlsx", id="ole but no workbook"),
        pytest.param(workbook(), "没有内容", id="empty workbook"),
        pytest.param("名称,代码\n".encode() + b"\xff\xff\xfe\x00\x81", "编码无法识别", id="no encoding fits"),
        pytest.param(b"a,b\n1,\x002\n", "编码无法识别", id="null bytes"),
        pytest.param(b'a,b\n"' + b"x" * 200_000 + b'"\n', "不是规范的 csv", id="a field without end"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        list(read_sheet(data).rows)


def test_more_than_50_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(sheet_guard.MAX_BYTES + 1)
    with pytest.raises(FileRefused, match=r"超过 50 MB"):
        read_sheet(big)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="没有找到文件"):
        read_sheet(tmp_path / "nothing.xlsx")
    with pytest.raises(FileRefused):
        read_sheet(tmp_path)


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    bomb = repacked(workbook(["名称", "b"], ["x", "y"]), xl__media=bytes(sheet_guard.MAX_UNPACKED + 1))
    assert len(bomb) < 2_000_000
    with pytest.raises(FileRefused, match="解压后过大"):
        read_sheet(bomb)


def test_a_workbook_of_2001_members_is_refused() -> None:
    with pytest.raises(FileRefused, match="2"):
        read_sheet(repacked(workbook(["a", "b"]), **{f"m{i}": b"" for i in range(2001)}))


def test_a_directory_that_lies_about_a_size_is_refused() -> None:
    name = b"xl/worksheets/sheet1.xml"
    data = bytearray(repacked(workbook(["名称", "b"], *[["x", "y"]] * 50)))
    at = data.rindex(name) - 46  # the central directory's entry
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # uncompressed size
    with pytest.raises(FileRefused, match="已损坏"):
        read_sheet(bytes(data))


def test_a_sheet_of_tags_without_an_end_is_read_once() -> None:
    endless = repacked(workbook(["名称", "b"], ["x", "y"]), xl__worksheets__sheet1=b"<c " * 100_000)
    began = time.process_time()
    with pytest.raises(FileRefused):
        read_sheet(endless)
    assert time.process_time() - began < 5  # minutes, when each tag was followed to the end of the sheet


def test_a_far_away_cell_does_not_eat_the_memory() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "名称", "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileRefused, match="1048576 行"):
        read_sheet(out.getvalue())


def test_a_formula_without_a_result_is_a_problem_of_its_cell() -> None:
    [row] = read_sheet(workbook(["名称", "代码"], [NAME, '=CONCAT("9","1")'])).rows
    assert row.cells["代码"] == "" and [(p.header, p.message) for p in row.problems] == [("代码", NO_RESULT)]


def test_a_formula_with_a_result_is_its_result() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "代码"])
    sheet.write_string(1, 0, NAME)
    sheet.write_formula(1, 1, "=A9", None, CODE)
    book.close()
    [row] = read_sheet(out.getvalue()).rows
    assert row.cells["代码"] == CODE and not row.problems


def test_an_error_value_is_named() -> None:
    [row] = read_sheet(workbook(["名称", "代码"], [NAME, "#N/A"])).rows
    assert "#N/A" in row.problems[0].message


def test_a_code_that_became_a_number_lost_its_digits() -> None:
    [row] = read_sheet(workbook(["名称", "代码"], [NAME, 339901000012345678])).rows
    assert row.problems[0].message == LOST_DIGITS
    [row] = read_sheet(f"名称,代码\n{NAME},3.39901E+17\n".encode()).rows
    assert row.problems[0].message == LOST_DIGITS
    [row] = read_sheet(workbook(["名称", "注册号"], [NAME, 339901000012345])).rows
    assert row.cells["注册号"] == "339901000012345" and not row.problems


def test_a_cell_merged_downwards_stands_in_each_row() -> None:
    rows = cells(
        read_sheet(workbook(["部门", "名称"], ["市住建局", "甲"], [None, "乙"], [None, "丙"], merge="A2:A3"))
    )
    assert [row["部门"] for row in rows] == ["市住建局", "市住建局", ""]


def test_a_repeated_header_is_numbered_and_a_column_without_header_is_left_out() -> None:
    assert cells(read_sheet("名称,,名称,代码\n甲,x,乙,1\n".encode())) == [
        {"名称": "甲", "名称(2)": "乙", "代码": "1"}
    ]


def test_a_named_sheet_and_the_ones_left_out() -> None:
    book = openpyxl.Workbook()
    first, second, hidden = book.active, book.create_sheet("二"), book.create_sheet("藏")
    assert first is not None
    for sheet in (first, second, hidden):
        sheet.append(["名称", "代码"])
        sheet.append([sheet.title, "1"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert read_sheet(out.getvalue()).left_out == ("二",)
    assert cells(read_sheet(out.getvalue(), "二"))[0]["名称"] == "二"
    with pytest.raises(FileRefused, match="没有名为"):
        read_sheet(out.getvalue(), "三")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["序号", "企业名称"], "企业名称"),
        (["序号", "＊单位名称 （必填）"], "＊单位名称 （必填）"),
        (["法人名称全称", "x"], "法人名称全称"),
        (["NAME"], "NAME"),
        (["名 称："], "名 称："),
        (["备注"], None),
    ],
)
def test_column_of(headers: list[str], found: str | None) -> None:
    assert column_of(headers, NAME_HEADERS) == found


def test_a_missing_column_is_named_with_what_is_there() -> None:
    with pytest.raises(HeaderMissing, match=r"统一社会信用代码.*名称、备注"):
        require_column(["名称", "备注"], CODE_HEADERS)

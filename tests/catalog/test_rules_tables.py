import io
import zipfile

import openpyxl
import pytest

from catalog.rules.tables import MAX_BYTES, MAX_ROWS, TableRefused, by_heading, read_table


def book(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (101 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        book(["编码", "名称"], ["A1", " 甲 "], [None, None], ["7", 7.5]),
        "编码,名称\nA1,甲\n,\n7,7.5\n".encode(),
        "编码;名称\r\nA1;甲\r\n;\r\n7;7.5".encode("gb18030"),
        "\ufeff编码\t名称\nA1\t甲\n\t\n7\t7.5\n".encode(),
    ],
    ids=["xlsx", "csv", "gb18030", "tabs"],
)
def test_rows_keep_their_numbers(data: bytes) -> None:
    rows = read_table(data)
    assert rows[0] == ["编码", "名称"] and rows[1] == ["A1", "甲"]
    assert by_heading(rows, ("编码",)) == [(2, {"编码": "A1", "名称": "甲"}), (4, {"编码": "7", "名称": "7.5"})]


def test_a_title_above_the_headings_and_a_mark_in_them() -> None:
    rows = read_table(book(["某局事项清单"], ["编码＊", "名称*"], ["A1", "甲"]))
    assert by_heading(rows, ("编码", "名称")) == [(3, {"编码": "A1", "名称": "甲"})]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空"),
        (b" \n ", "空"),
        (b"a" * (MAX_BYTES + 1), "5 MB"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"x", ".xls"),
        (b"\xef\xbb\xbf<html><table>", "网页"),
        (b"PK\x03\x04 not a zip", "损坏"),
        (bomb(), "过大"),
        (b"\x80\x00\xff\x00", "无法读取|不是表格"),
        (b"a\x00b", "不是表格"),
        (b"a\n" * (MAX_ROWS + 1), "20000 行"),
        (book(["编码"], [113399000099107133]), "文本格式"),
        (book(), "没有内容"),
    ],
)
def test_what_is_no_table(data: bytes, said: str) -> None:
    with pytest.raises(TableRefused, match=said):
        read_table(data)


def test_no_headings() -> None:
    with pytest.raises(TableRefused, match="编码、名称"):
        by_heading([["a", "b"]], ("编码", "名称"))

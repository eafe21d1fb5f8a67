"""Nasty files, made in code: those that are refused as a whole, and those that look nasty and are read.

What the user is told of each stands in corpus.yaml, word for word.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import openpyxl
import xlsxwriter

from collection.rules.sheet_guard import OLE_MAGIC
from collection.rules.template import template
from tests.collection.files import csv_of, definition, good, part_of, repacked, saved, table, workbook, written


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], bytes]
    taken: int = 0  # rows that go in


def _lying() -> bytes:
    """A directory that says that a sheet of 20 kB has 10 bytes."""
    name = b"xl/worksheets/sheet1.xml"
    data = bytearray(repacked(workbook(table(good(30)))))
    at = data.rindex(name) - 46
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def _many_parts() -> bytes:
    return repacked(workbook(table(good())), **{f"xl__media{i}": b"" for i in range(2001)})


def _bomb() -> bytes:
    """The directory promises five gigabytes in a part that holds nothing."""
    out = io.BytesIO(workbook(table(good())))
    with zipfile.ZipFile(out, "a") as book:
        for number in range(2):
            book.writestr(f"xl/media/{number}.bin", b"")
            book.filelist[-1].file_size = 2_500_000_000
            book.filelist[-1].compress_size = 0
    return out.getvalue()


def _far() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "名称", "x"
    return saved(book)


def _hidden_only() -> bytes:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("数据")
    assert first is not None
    for line in table(good()):
        second.append(line)
    second.sheet_state = "hidden"
    return saved(book)


def _doctype() -> bytes:
    data = written(table(good()))
    sheet = part_of(data).replace(
        b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet', 1
    )
    return repacked(data, xl__worksheets__sheet1=sheet.replace(b"</sheetData>", b"<f>1</f></sheetData>"))


def _other_item() -> bytes:
    return template(definition("permit_28"))


def _mixed(first: str, second: str) -> bytes:
    lines = table(good(12))
    return csv_of(lines[:7], encoding=first) + csv_of(lines[7:], encoding=second)


def _without(code: str) -> bytes:
    name = definition().by_code[code].name
    rows = [{k: v for k, v in row.items() if k != name} for row in good(2)]
    return workbook(table(rows))


def _twice() -> bytes:
    lines = table(good())
    lines[0].append("决定日期")
    lines[1].append("2026-10-01")
    return workbook(lines)


def _ragged_quote() -> bytes:
    lines = csv_of(table(good(5)), encoding="utf-8").split(b"\r\n")
    lines[2] = lines[2].replace("江".encode(), '"江'.encode(), 1)
    return b"\r\n".join(lines)


def _last_year() -> bytes:
    """Headings of an edition that called the fields otherwise and lacked some that are required now."""
    return workbook([["案件名称", "处罚名称", "行政相对人名称", "地方编码"], ["某案", "罚款", "某公司", "339901"]])


def _too_many(count: int) -> bytes:
    return b"\xef\xbb\xbf" + "处罚决定日期,行政相对人名称\r\n".encode() + b"2026-01-01,a\r\n" * count


REFUSED = (
    Case("empty", lambda: b""),
    Case("only a byte order mark", lambda: b"\xef\xbb\xbf"),
    Case("blank lines", lambda: b"\r\n ,,\r\n\r\n"),
    Case("html named xls", lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
    Case("html after a mark", lambda: b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html>"),
    Case("xml spreadsheet 2003", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas"/>'),
    Case("pdf", lambda: b"%PDF-1.7\n1 0 obj"),
    Case("picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50)),
    Case("rar", lambda: b"Rar!\x1a\x07\x00"),
    Case("rtf", lambda: b"{\\rtf1\\ansi}"),
    Case("encrypted", lambda: OLE_MAGIC + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)),
    Case("word document of the old format", lambda: OLE_MAGIC + bytes(2000)),
    Case("zip without a workbook", lambda: _zip_of("a.txt")),
    Case("word document", lambda: _zip_of("word/document.xml")),
    Case("open document", lambda: _zip_of("content.xml")),
    Case("half an upload", lambda: workbook(table(good(20)))[:-700]),
    Case("only the first bytes of a zip", lambda: b"PK\x03\x04 and nothing more"),
    Case("lying directory", _lying),
    Case("zip bomb", _bomb),
    Case("2001 parts", _many_parts),
    Case("a cell in the last corner", _far),
    Case("document type in a sheet", _doctype),
    Case("sheet without an end", lambda: repacked(written(table(good())), xl__worksheets__sheet1=b"<c " * 9000)),
    Case("sheet missing", lambda: repacked(written(table(good())), xl__worksheets__sheet1=None)),
    Case("empty workbook", lambda: workbook([])),
    Case("only a hidden sheet", _hidden_only),
    Case("macro sheet only", lambda: repacked(written([]))),
    Case("wrong item's template", _other_item),
    Case("fields of an old edition", _last_year),
    Case("required column missing", lambda: _without("CF_WSH")),
    Case("two columns for one field", _twice),
    Case("amount column headed in yuan", lambda: _renamed("罚款金额（万元）", "罚款金额（元）")),
    Case("no headings at all", lambda: workbook(table(good(3))[1:])),
    Case("big5", lambda: ("名稱,統一社會信用代碼,處罰決定書文號\r\n臺灣實業有限公司,1,2\r\n" * 3).encode("big5")),
    Case("utf-16 without a mark", lambda: csv_of(table(good()), encoding="utf-16-le")),
    Case("utf-8, then gb18030", lambda: _mixed("utf-8", "gb18030")),
    Case("gb18030, then utf-8", lambda: _mixed("gb18030", "utf-8")),
    Case("a wrong byte in the last line", lambda: csv_of(table(good(9))) + b"\xff\xfe\xfd,1\r\n"),
    Case("nul bytes", lambda: csv_of(table(good(2)), encoding="utf-8") + b"a,\x00b\r\n"),
    Case("a quote that never ends", _ragged_quote),
    Case("a line of nine megabytes", lambda: b"a,b\n" + b"x" * (9 << 20)),
    Case("a million and one rows", lambda: _too_many(1_000_001)),
    Case("random bytes", lambda: bytes(range(128, 256)) * 40),
)


def _zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


def _renamed(old: str, new: str) -> bytes:
    lines = table(good(2))
    lines[0] = [new if heading == old else heading for heading in lines[0]]
    return workbook(lines)


# --- files that look nasty and are read ---
def _title_rows() -> bytes:
    lines = [
        ["江澜市行政处罚信息报送表"],
        ["填报单位：江澜市市场监督管理局", "", "填报日期：2026-11-20"],
        [],
        *table(good(3)),
    ]
    return workbook(lines, merge=["A1:H1"])


def _two_header_rows() -> bytes:
    lines = table(good(2))
    head = [h if i > 12 else h.removeprefix("行政相对人") for i, h in enumerate(lines[0])]
    group = ["行政相对人" if i == 0 else h if i > 12 else "" for i, h in enumerate(lines[0])]
    columns = [openpyxl.utils.get_column_letter(i + 1) for i in range(len(head))]
    down = [f"{column}1:{column}2" for column in columns[13:]]
    head = [h if i <= 12 else "" for i, h in enumerate(head)]
    return workbook([group, head, *lines[1:]], merge=["A1:M1", *down])


def _hidden_first() -> bytes:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("数据")
    assert first is not None
    first.append(["旧数据", "备查"])
    first.sheet_state = "hidden"
    for line in table(good(2)):
        second.append(line)
    return saved(book)


def _notes_first() -> bytes:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("数据")
    assert first is not None
    first.append(["填写要求", "请于每周五前报送"])
    for line in table(good(2)):
        second.append(line)
    return saved(book)


def _empty_formatted() -> bytes:
    """Borders drawn down to the last line."""
    data = written(table(good(2)))
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(4, 1_048_577))
    return repacked(data, xl__worksheets__sheet1=part_of(data).replace(b"</sheetData>", rows + b"</sheetData>"))


def _wide() -> bytes:
    """A style on every one of 16,384 columns of the header line."""
    data = written(table(good(2)))
    cells = b"".join(b'<c r="%s1" s="0"/>' % openpyxl.utils.get_column_letter(n).encode() for n in range(40, 16_385))
    sheet = part_of(data)
    at = sheet.index(b"</row>")
    return repacked(data, xl__worksheets__sheet1=sheet[:at] + cells + sheet[at:])


def _merged_down() -> bytes:
    lines = table(good(3))
    at = lines[0].index("处罚机关")
    for line in lines[2:]:
        line[at] = ""
    column = openpyxl.utils.get_column_letter(at + 1)
    return workbook(lines, merge=[f"{column}2:{column}4"])


def _dates() -> bytes:
    lines = table(good(8))
    at = lines[0].index("处罚决定日期")
    forms = ["2026-10-09", "2026/10/9", "2026.10.09", "20261009", "2026年10月9日", "2026-10-09 00:00:00", 46304]
    for line, form in zip(lines[1:], [*forms, date(2026, 10, 9)], strict=True):
        line[at] = form
    return written(lines, default_date_format="yyyy-mm-dd")


def _strict_prefix() -> bytes:
    """Every element with a prefix, as some servers write them."""
    data = written(table(good(2)))
    sheet = part_of(data)
    for tag in (b"row", b"c", b"v", b"sheetData", b"worksheet"):
        sheet = sheet.replace(b"<%s>" % tag, b"<x:%s>" % tag).replace(b"<%s " % tag, b"<x:%s " % tag)
        sheet = sheet.replace(b"</%s>" % tag, b"</x:%s>" % tag)
    return repacked(data, xl__worksheets__sheet1=sheet.replace(b'xmlns="', b'xmlns:x="', 1))


def _rich_text() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        lines = table(good())
        sheet.write_row(0, 0, lines[0])
        for column, text in enumerate(lines[1]):
            sheet.write_string(1, column, text)
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(1, 0, bold, lines[1][0][:4], lines[1][0][4:])
    return out.getvalue()


READ = (
    Case("title rows above", _title_rows, taken=3),
    Case("two header rows", _two_header_rows, taken=2),
    Case("hidden first sheet", _hidden_first, taken=2),
    Case("a sheet of notes first", _notes_first, taken=2),
    Case("other order", lambda: workbook([line[::-1] for line in table(good(2))]), taken=2),
    Case("headings as codes", lambda: _headed_by_codes(), taken=2),
    Case("synonyms, marks and line breaks", lambda: _renamed("行政处罚决定书文号", "＊处罚\n文号（必填）"), taken=2),
    Case("only headings", lambda: workbook(table(good())[:1])),
    Case("template without rows", lambda: template(definition())),
    Case("last year's template", lambda: template(definition(version=1))),
    Case("a million empty formatted rows", _empty_formatted, taken=2),
    Case("16,384 columns", _wide, taken=2),
    Case("merged downwards", _merged_down, taken=3),
    Case("dates in eight forms", _dates, taken=8),
    Case("prefixed elements", _strict_prefix, taken=2),
    Case("rich text", _rich_text, taken=1),
    Case("gb18030", lambda: csv_of(table(good(3)), encoding="gb18030"), taken=3),
    Case("utf-16 with mark", lambda: csv_of(table(good(3)), encoding="utf-16"), taken=3),
    Case("tabs", lambda: csv_of(table(good(3)), delimiter="\t"), taken=3),
    Case("semicolons", lambda: csv_of(table(good(3)), delimiter=";"), taken=3),
    Case("line feeds only", lambda: csv_of(table(good(3))).replace(b"\r\n", b"\n"), taken=3),
    Case("carriage returns only", lambda: csv_of(table(good(3))).replace(b"\r\n", b"\r"), taken=3),
    Case("no newline at the end", lambda: csv_of(table(good(3)))[:-2], taken=3),
)


def _headed_by_codes() -> bytes:
    codes = {field.name: field.code for field in definition().fields}
    lines = table(good(2))
    return workbook([[codes[heading] for heading in lines[0]], *lines[1:]])

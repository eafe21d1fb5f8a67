"""Statistics and the cases behind them as spreadsheets. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import xlsxwriter

from feedback.rules.effects import By, Line

COUNTS = ("已反馈", "已实施", "部分实施", "未实施", "不适用本事项", "涉及金额（元）")
OWED = ("应反馈", "待反馈", "其中逾期")
ROWS = {
    "案例编号": 16, "主体": 34, "奖惩类型": 10, "名单": 34, "措施编码": 14, "措施": 44, "实施部门": 26,
    "事项编码": 16, "办件号": 20, "核查回执编号": 22, "实施情况": 12, "涉及金额（元）": 16, "反馈日期": 12, "版本": 6,
}  # fmt: skip


def statistics(pages: Mapping[By, Sequence[Line]], *, about: str) -> bytes:
    """One sheet for each dimension; numbers are numbers."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    for by, lines in pages.items():
        sheet = book.add_worksheet(f"按{by.label}")
        sheet.write_string(0, 0, about)
        headings = [by.label, *COUNTS, *(OWED if by is By.DEPARTMENT else ())]
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(headings), 14)
        for at, heading in enumerate(headings):
            sheet.write_string(1, at, heading, head)
        for row, line in enumerate(lines, start=2):
            sheet.write_string(row, 0, line.label)
            counts = [line.total, line.done, line.partly, line.not_done, line.not_applicable]
            for at, count in enumerate(counts, start=1):
                sheet.write_number(row, at, count)
            sheet.write_number(row, 6, float(line.amount), money)
            if by is By.DEPARTMENT:
                for at, count in enumerate((line.owed, line.open, line.overdue), start=7):
                    sheet.write_number(row, at, count)
        sheet.freeze_panes(2, 1)
    book.close()
    return out.getvalue()


def cases(rows: Iterable[Sequence[str]], *, note: str = "") -> bytes:
    """The cases in the order of ROWS; every cell is text. `note`: a last line of its own."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head, text = book.add_format({"bold": True, "bg_color": "#E8EEF6"}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("奖惩案例")
    for at, (heading, width) in enumerate(ROWS.items()):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, heading, head)
    line = 0
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            sheet.write_string(line, at, cell, text)
    if note:
        sheet.write_string(line + 1, 0, note, text)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()

"""The spreadsheets of rosters: the template to fill in, what came back, results, statistics, draws. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import xlsxwriter

CODE, NAME = "统一社会信用代码", "名称"
TEMPLATE = {CODE: 26, NAME: 40}
PROBLEMS = {"原文件行号": 12, CODE: 26, NAME: 40, "问题": 18, "怎样修改": 60}
MOST_ROWS = 100_000
HOW = (
    "每行一个监管对象。“统一社会信用代码”列已设为文本，请填写 18 位代码；没有代码的可填旧的组织机构代码或注册号。",
    "“名称”列供核对，只有名称、没有代码的行不能确定主体，会退回补正，不作为命中的依据。",
    "名单没有勾选“含自然人”的，请勿填写个人证件号码；勾选了的，在代码列填写公民身份号码，不填姓名。",
    "同一主体出现多行的，只保留一行。最多 1,000,000 行，也可以上传 .csv。",
)


def workbook(title: str, columns: Mapping[str, int], rows: Iterable[Sequence[str | int]], *, note: str = "") -> bytes:
    """A sheet of text cells under frozen headings; `columns`: heading -> width. Where there are more than MOST_ROWS
    rows, a line at the end says so.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True, "strings_to_formulas": False})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"valign": "top", "num_format": "@", "text_wrap": True})
    sheet = book.add_worksheet(title)
    for at, (heading, width) in enumerate(columns.items()):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, heading, head)
    line = 0
    for line, row in enumerate(rows, start=1):
        if line > MOST_ROWS:
            sheet.write_string(line, 0, f"只列出前 {MOST_ROWS} 行，其余请在页面上分条件下载。", text)
            break
        for at, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, at, cell)
            else:
                sheet.write_string(line, at, cell, text)
    if note:
        sheet.write_string(line + 2, 0, note)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def template() -> bytes:
    """The workbook that a department fills in."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("监管对象名单")
    for at, (heading, width) in enumerate(TEMPLATE.items()):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, heading, head)
    sheet.freeze_panes(1, 0)
    how = book.add_worksheet("填写说明")
    how.set_column(0, 0, 90, book.add_format({"text_wrap": True, "valign": "top"}))
    for line, sentence in enumerate(HOW):
        how.write_string(line, 0, sentence)
    book.close()
    return out.getvalue()

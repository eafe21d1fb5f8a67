"""Finished matters as a spreadsheet: the template that is filled in, and the list of omissions. Pure."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

from screening.rules.finished import (
    ACCEPTED,
    APPLICANT,
    DEPARTMENT,
    FILE_NUMBER,
    FINISHED,
    MATTER,
    RESULT,
    WINDOW,
)  # fmt: skip

WIDTHS = {
    FILE_NUMBER: 24, MATTER: 16, DEPARTMENT: 26, WINDOW: 16, APPLICANT: 24, ACCEPTED: 12, FINISHED: 12, RESULT: 12,
}  # fmt: skip
LISTED = {
    FILE_NUMBER: 24, "事项编码": 14, "事项名称": 36, DEPARTMENT: 26, WINDOW: 16, "申请人": 34, APPLICANT: 22,
    ACCEPTED: 12, FINISHED: 12, RESULT: 12, "核查情况": 12, "核查回执": 22,
}  # fmt: skip
OF_A_PERSON = "自然人（证件号码不显示）"


def template() -> bytes:
    """An empty sheet with the columns, as text, so that codes and dates stay as they are typed."""
    return _book(WIDTHS, (), "办结办件")


def listed(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows of a list in the order of LISTED."""
    return _book(LISTED, rows, "办件核查情况")


def _book(widths: dict[str, int], rows: Iterable[Sequence[str]], name: str) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(name)
    for at, (heading, width) in enumerate(widths.items()):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, heading, head)
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            sheet.write_string(line, at, cell, text)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()

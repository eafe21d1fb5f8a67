"""Cases as a spreadsheet: the form that a department fills in, and the same rows with what became of each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import xlsxwriter

from collection.rules.sheets import column_of
from feedback.rules.cases import Action
from feedback.rules.incoming import KEYS

SYNONYMS = {
    "own_number": ("案件编号", "本部门编号"),
    "receipt": ("回执编号", "核查回执"),
    "subject": ("社会信用代码",),
    "measure": ("措施代码",),
    "file_number": ("办件编号", "业务流水号"),
    "action": ("执行情况", "反馈情况"),
    "content": ("执行内容", "执行措施内容"),
    "reason": ("未实施理由", "奖惩说明"),
    "amount": ("涉及金额", "金额"),
    "done_from": ("开始时间",),
    "done_until": ("结束时间",),
    "operator": ("操作人", "处理人"),
}
WORDS = {key: (column, *SYNONYMS.get(key, ())) for key, column in KEYS.items()}
TOLD = {"措施内容": 40, "反馈期限": 12}  # what the form says of a case; not read back
OUTCOMES = {"taken": "已录入", "corrected": "已更正", "same": "相同，未变", "refused": "退回"}
RESULT, WHY, NUMBER = "处理结果", "说明", "案例编号（系统）"
HEAD, TEXT = {"bold": True, "bg_color": "#E8EEF6", "border": 1}, {"num_format": "@"}
WIDE = {"content", "reason", "effect"}


def keys_of(headers: Sequence[str]) -> dict[str, str]:
    """Key -> heading, of the columns that a sheet has."""
    found = {key: column_of(headers, words) for key, words in WORDS.items()}
    return {key: header for key, header in found.items() if header is not None}


def form(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The form: a line for each case that is owed, told as far as it is known; every cell is text."""
    headings = [*KEYS.values(), *TOLD]
    widths = [40 if key in WIDE else 18 for key in KEYS] + list(TOLD.values())
    book, out = _book()
    head, text = (
        book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1}),
        book.add_format({"num_format": "@"}),
    )
    sheet = book.add_worksheet("奖惩案例反馈")
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, heading, head)
    for line, row in enumerate(rows, start=1):
        for at, heading in enumerate(headings):
            if row.get(heading):
                sheet.write_string(line, at, row[heading], text)
    action = list(KEYS).index("action")
    sheet.data_validation(1, action, 20_000, action, {"validate": "list", "source": [a.value for a in Action]})
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def returned(headers: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[str]]]) -> bytes:
    """The rows as they were handed in, each followed by what became of it (result, why, number of the case)."""
    book, out = _book()
    head, text = (
        book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1}),
        book.add_format({"num_format": "@"}),
    )
    bad = book.add_format({"num_format": "@", "bg_color": "#FBE3E4"})
    sheet = book.add_worksheet("处理结果")
    for at, heading in enumerate((RESULT, WHY, NUMBER, *headers)):
        sheet.set_column(at, at, 48 if heading == WHY else 18, text)
        sheet.write_string(0, at, heading, head)
    for line, (said, told) in enumerate(rows, start=1):
        shape = bad if told[0] == OUTCOMES["refused"] else text
        for at, cell in enumerate((*told, *said)):
            sheet.write_string(line, at, cell[:32_767], shape if at < len(told) else text)
    sheet.freeze_panes(1, 3)
    book.close()
    return out.getvalue()


def _book() -> tuple[xlsxwriter.Workbook, BytesIO]:
    out = BytesIO()  # in memory: a temporary file on disk would hold what was typed in clear
    return xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}), out

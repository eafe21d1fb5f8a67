"""Decisions already made, in a table: one row each, every complaint by row and column, with how to mend it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

import xlsxwriter

from collection.rules.sheets import CODE_HEADERS, NAME_HEADERS, Sheet, SheetRow, column_of, require_column
from kernel.identifiers import citizen_id_problem, normalise_code, uscc_problem
from redblack.rules.content import GRADES, Content

DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: .*)?", re.ASCII)
NAME, CODE = "主体名称", "统一社会信用代码"
TEXT_COLUMNS = {
    "decision_no": ("决定书文号", ("列入决定书文号", "决定文号", "文号")),
    "ground": ("列入事由", ("列入原因", "认定事由")),
    "legal_basis": ("法律依据", ("列入依据", "认定依据")),
    "notice_no": ("告知书文号", ("列入事先告知书文号",)),
    "served_way": ("送达方式", ()),
    "facts": ("事实", ("违法事实", "认定的事实")),
    "measures_told": ("惩戒措施提示", ("失信惩戒措施提示", "惩戒措施")),
    "exit_route": ("移出条件和程序", ("移出条件",)),
    "remedies": ("救济途径", ("救济措施",)),
    "grade": ("失信等级", ("等级",)),
}
DATE_COLUMNS = {
    "notice_served_on": ("告知送达日期", ("送达日期",)),
    "statement_due_on": ("陈述申辩期满日", ("陈述申辩截止日期",)),
    "decided_on": ("决定日期", ("认定日期",)),
    "effective_from": ("列入日期", ()),
    "effective_until": ("截止日期", ("有效期止", "有效期至")),
}
AMOUNT = ("涉及金额（元）", ("涉及金额", "金额"))
# what a decision must state and when, see rules/procedure.py
REQUIRED = frozenset({"decision_no", "ground", "legal_basis", "measures_told", "exit_route", "remedies"})
REQUIRED |= {"notice_served_on", "decided_on"}
HEADINGS = (
    NAME,
    CODE,
    *(TEXT_COLUMNS[name][0] for name in ("decision_no", "ground", "legal_basis", "facts")),
    *(TEXT_COLUMNS[name][0] for name in ("notice_no", "served_way")),
    *(heading for heading, _ in DATE_COLUMNS.values()),
    *(TEXT_COLUMNS[name][0] for name in ("measures_told", "exit_route", "remedies", "grade")),
    AMOUNT[0],
)
REQUIRED_HEADINGS = frozenset(
    {NAME, CODE, *(heading for name, (heading, _) in (TEXT_COLUMNS | DATE_COLUMNS).items() if name in REQUIRED)}
)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision as its row states it; with `problems` it is not taken."""

    number: int
    name: str
    uscc: str
    content: Content
    problems: tuple[str, ...] = ()


def read_decisions(sheet: Sheet) -> Iterator[DecisionRow]:
    """Each row of the table. Raises HeaderMissing where a column that is needed is not there."""
    names = require_column(sheet.headers, (NAME, *NAME_HEADERS))
    codes = require_column(sheet.headers, (CODE, *CODE_HEADERS))
    headers = {}
    for name, (heading, others) in {**TEXT_COLUMNS, **DATE_COLUMNS, "amount": AMOUNT}.items():
        words = (heading, *others)
        found = require_column(sheet.headers, words) if name in REQUIRED else column_of(sheet.headers, words)
        if found is not None:
            headers[name] = found
    for row in sheet.rows:
        yield _row(row, names, codes, headers)


def _row(row: SheetRow, names: str, codes: str, headers: dict[str, str]) -> DecisionRow:
    said = {name: row.cells.get(header, "").strip() for name, header in headers.items()}
    name, uscc = row.cells[names].strip(), normalise_code(row.cells[codes])
    problems = [f"“{problem.header}”：{problem.message}" for problem in row.problems]
    problems += _whose(name, uscc)
    values: dict[str, Any] = {key: said.get(key, "") for key in TEXT_COLUMNS}
    for key in sorted(REQUIRED & TEXT_COLUMNS.keys()):
        if not said[key]:
            problems.append(f"“{TEXT_COLUMNS[key][0]}”为空。请填写。")
    for key, (heading, _) in DATE_COLUMNS.items():
        text = said.get(key, "")
        day = _day(text)
        if text and day is None:
            problems.append(f"“{heading}”：{text[:40]} 不是有效日期。请改为如 2026-11-20 的写法。")
        elif key in REQUIRED and not text:
            problems.append(f"“{heading}”为空。请填写。")
        values[key] = day
    if values["grade"] not in ("", *GRADES):
        problems.append(f"“失信等级”：{values['grade'][:20]} 不是轻微、一般或者严重。请改为其中之一。")
    try:
        values["amount"] = Decimal(said["amount"].replace(",", "").removesuffix("元")) if said.get("amount") else None
    except InvalidOperation:
        problems.append(f"“涉及金额（元）”：{said['amount'][:40]} 不是数字。请只填写数字，单位为元。")
    return DecisionRow(row.number, name, uscc, Content(**values), tuple(problems))


def _whose(name: str, uscc: str) -> list[str]:
    problems = [] if name else ["“主体名称”为空。请填写。"]
    if not uscc:
        problems.append("“统一社会信用代码”为空。请填写。")
    elif citizen_id_problem(uscc) is None and uscc_problem(uscc) is not None:
        problems.append("“统一社会信用代码”疑为公民身份号码（不显示）。自然人请逐件登记，请删去该行。")
    elif problem := uscc_problem(uscc):
        problems.append(f"“统一社会信用代码”：{problem}")
    return problems


def _day(text: str) -> date | None:
    found = DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def table_to_fill() -> bytes:
    """The workbook with the headings that read_decisions knows; what must be filled in is marked."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet("列入决定登记表")
        needed = book.add_format({"bold": True, "font_color": "#a81c12", "bottom": 1})
        other = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading, needed if heading in REQUIRED_HEADINGS else other)
            sheet.set_column(column, column, max(14, len(heading) * 2 + 2), text)
        sheet.freeze_panes(1, 0)
    return memory.getvalue()

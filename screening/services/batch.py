"""A spreadsheet of applicants: every row is a check with its own receipt, answered beside the user's own columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from collection.rules.sheet_guard import FileRefused
from collection.rules.sheets import CODE_HEADERS, NAME_HEADERS, Sheet, SheetRow, column_of, read_sheet
from kernel.actor import Actor
from kernel.errors import Malformed
from screening import selectors
from screening.rules.sentences import ANSWER_LABELS, RECEIPT_NOTE
from screening.selectors.asking import general_windows, line_of
from screening.services.checking import Applicant, Checked, NotYourMatter, check

COLUMNS = ("核查结论", "说明", "措施", "依据条文", "提示", "回执编号")
WIDTHS = (14, 60, 40, 30, 40, 22)


class NoColumnToCheck(FileRefused):
    code = "screening.no_column_to_check"
    message = "没有找到“统一社会信用代码”或“名称”列。请在表头写明列名后重试。"


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """A row of the user's sheet and what it was answered; `problem` where the row could not even be asked."""

    row: SheetRow
    checked: Checked | None
    problem: str = ""

    @property
    def answer(self) -> str:
        return self.checked.answer if self.checked else "could_not_check"


def demand_department(*, matter_code: str, department_id: int) -> None:
    """The department may ask about the matter. Raises NotYourMatter, UnknownMatter."""
    matter = selectors.matters().filter(code=matter_code).first()
    if matter is None:
        raise selectors.UnknownMatter
    if not line_of(department_id) & {
        *general_windows(),
        matter.implementing_department_id,
        *filter(None, [matter.handled_by_id]),
    }:
        raise NotYourMatter("该事项不由这个部门实施或受理，不能以它的名义核查。")


def open_sheet(path: Path) -> tuple[Sheet, str | None, str | None]:
    """The sheet with its code and name columns. Raises FileRefused kinds, NoColumnToCheck."""
    sheet = read_sheet(path, expected=(*CODE_HEADERS, *NAME_HEADERS))
    code, name = column_of(sheet.headers, CODE_HEADERS), column_of(sheet.headers, NAME_HEADERS)
    if code is None and name is None:
        raise NoColumnToCheck
    return sheet, code, name


def check_rows(
    *,
    rows: Iterable[SheetRow],
    code_column: str | None,
    name_column: str | None,
    matter_code: str,
    stage: str,
    run: str,
    actor: Actor,
    now: datetime,
    file_column: str | None = None,
) -> Iterator[RowAnswer]:
    """Check row after row. `run` makes each row's idempotency key: the same run again gives the same receipts.

    `file_column`: the file number of each row, without which nobody asks about a person.
    """
    for row in rows:
        code = row.cells.get(code_column, "") if code_column else ""
        name = row.cells.get(name_column, "") if name_column else ""
        text = "\n".join(part for part in (code, f"名称：{name}" if code and name else name) if part)
        damaged = "；".join(p.message for p in row.problems if p.header in (code_column, name_column))
        if damaged or not text.strip():
            yield RowAnswer(row, None, damaged or "本行没有代码，也没有名称。")
            continue
        try:
            checked = check(
                matter_code=matter_code,
                stage=stage,
                file_number=(row.cells.get(file_column, "") if file_column else "").strip()[:60],
                applicants=[Applicant(text)],
                key=f"{run}:{row.number}",
                actor=actor,
                now=now,
            )
        except Malformed as refusal:  # fifty codes in one cell: this row is refused, the others are answered
            yield RowAnswer(row, None, str(refusal))
            continue
        yield RowAnswer(row, checked)


def write_answers(*, path: Path, headers: tuple[str, ...], answers: Iterable[RowAnswer]) -> dict[str, int]:
    """Write the user's own columns with the answers beside them, all as text. Returns the count of each answer."""
    counts = dict.fromkeys(("hit", "clear", "could_not_check"), 0)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("核查结果")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    loud = {
        "hit": book.add_format({"bold": True, "bg_color": "#F8D7DA", "valign": "top"}),
        "could_not_check": book.add_format({"bold": True, "bg_color": "#FFE8A3", "valign": "top"}),
        "clear": wrap,
    }
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(WIDTHS, start=len(headers)):
        sheet.set_column(place, place, width)
    for place, header in enumerate((*headers, *COLUMNS)):
        sheet.write_string(0, place, header, bold)
    line = 0
    for line, one in enumerate(answers, start=1):
        counts[one.answer] += 1
        for place, header in enumerate(headers):
            sheet.write_string(line, place, one.row.cells.get(header, ""), wrap)
        for place, text in enumerate(_told(one), start=len(headers)):
            sheet.write_string(line, place, text, loud[one.answer] if place == len(headers) else wrap)
    sheet.write_string(line + 2, 0, RECEIPT_NOTE)
    book.close()
    return counts


def _told(one: RowAnswer) -> tuple[str, ...]:
    if one.checked is None:
        return (ANSWER_LABELS_BY_VALUE["could_not_check"], one.problem, "", "", "", "")
    subjects: list[dict[str, Any]] = one.checked.content["subjects"]
    measures = [m for s in subjects for m in s["measures"]]
    hints = [
        *(w for s in subjects for w in s["warnings"]),
        *(g["sentence"] for s in subjects if s["answer"] == "hit" for g in s["gaps"]),
        *(f"相近：{c['name']} {c['code']}" for s in subjects for c in s["candidates"][:3]),
    ]
    return (
        "；".join(s["headline"] for s in subjects),
        "；".join(s["verdict"] for s in subjects),
        "；".join(f"{m['wording']} {m['content']}" for m in measures),
        "；".join("、".join(m["articles"]) for m in measures),
        "；".join(hints),
        one.checked.number,
    )


ANSWER_LABELS_BY_VALUE = {answer.value: label for answer, label in ANSWER_LABELS.items()}

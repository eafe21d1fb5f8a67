"""The workbook of returned rows: the user's own headings and texts, with the reasons beside them."""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from catalog.rules.definition import Definition, Field
from collection.rules.sheets import column_of
from collection.rules.stamp import Stamp, digest_of, put_stamp
from collection.rules.template import put_drop_down

ROW_HEADING, REASON_HEADING, CONFIRM_HEADING = "原表行号", "退回原因", "确认无误"
OURS = (ROW_HEADING, REASON_HEADING, CONFIRM_HEADING)
CONFIRMED = "是"
SUSPECT, WARNING = "suspect", "warning"  # values of problems.Severity, which is built on this module's headings
SHEET = "退回数据"
CONFIRM_NOTE = "只用于“存疑”的行：核对后确认原值正确的，选“是”，重新提交即可入库。有错误的行须改正，选“是”无效。"
MOST_NOTES = 60_000  # a spreadsheet slows down beyond


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row as it came. `cells`: text by the user's own heading. `problems`: (heading or "", message, severity)."""

    row: int
    cells: dict[str, str]
    problems: tuple[tuple[str, str, str], ...]


def returned_workbook(
    *, headings: Sequence[str], rows: Iterable[ReturnedRow], stamp: Stamp, definition: Definition
) -> bytes:
    """An xlsx with the returned rows only; its stamp makes it known when it comes back mended.

    Every cell is text, also what looks like a formula. `stamp.digests` are worked out here.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{definition.item_name} 退回修正"})
    sheet = book.add_worksheet(SHEET)
    looks = _looks(book)
    theirs = [heading for heading in headings if heading not in OURS]
    first = len(OURS)
    place = {heading: column for column, heading in enumerate(theirs, start=first)}
    sheet.freeze_panes(1, first)
    sheet.set_row(0, 32)
    for column, width in ((0, 9), (1, 60), (2, 10)):
        sheet.set_column(column, column, width, looks["text"])
    sheet.set_column(first, first + len(theirs), 20, looks["text"])
    for column, heading in enumerate((*OURS, *theirs)):
        sheet.write_string(0, column, heading, looks["ours" if column < first else "head"])
    sheet.write_comment(0, 2, CONFIRM_NOTE, {"x_scale": 2, "y_scale": 1.2})
    digests: dict[int, str] = {}
    doubtful: list[int] = []
    notes = line = 0
    for line, row in enumerate(rows, start=1):
        wrong: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for heading, message, severity in row.problems:
            wrong[heading].append((message, severity))
        sheet.write_string(line, 0, str(row.row), looks["plain"])
        sheet.write_string(line, 1, _reasons(row), looks["wrap"])
        if any(severity == SUSPECT for _, _, severity in row.problems):
            doubtful.append(line)
        for heading, column in place.items():
            text = row.cells.get(heading, "")
            if heading in wrong:
                sheet.write_string(line, column, text, looks[_worst(wrong[heading])])
                if notes < MOST_NOTES:
                    sheet.write_comment(line, column, "\n".join(message for message, _ in wrong[heading]))
                    notes += 1
            elif text:
                sheet.write_string(line, column, text, looks["text"])
        digests[row.row] = digest_of(row.cells)
    for place_of_doubt in doubtful:
        sheet.data_validation(place_of_doubt, 2, place_of_doubt, 2, {"validate": "list", "source": [CONFIRMED]})
    for field, heading in _code_columns(theirs, definition):
        put_drop_down(sheet, place[heading], 1, max(line, 1), field, {})
    put_stamp(book, replace(stamp, digests=digests), definition)
    book.close()
    return out.getvalue()


def _looks(book: Workbook) -> dict[str, Format]:
    head = {"bold": True, "border": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
    cell = {"num_format": "@", "valign": "top"}
    return {
        "ours": book.add_format(head | {"bg_color": "#FCE4D6"}),
        "head": book.add_format(head | {"bg_color": "#DCE6F2"}),
        "text": book.add_format(cell),
        "plain": book.add_format(cell | {"bg_color": "#F7F7F7"}),
        "wrap": book.add_format(cell | {"bg_color": "#F7F7F7", "text_wrap": True}),
        "error": book.add_format(cell | {"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        SUSPECT: book.add_format(cell | {"bg_color": "#FFEB9C", "font_color": "#7F4F00"}),
        WARNING: book.add_format(cell | {"bg_color": "#FFF7DA"}),
    }


def _worst(said: list[tuple[str, str]]) -> str:
    kinds = {severity for _, severity in said}
    return SUSPECT if SUSPECT in kinds and kinds <= {SUSPECT, WARNING} else WARNING if kinds == {WARNING} else "error"


def _reasons(row: ReturnedRow) -> str:
    """Every reason on a line of its own: “信息项”：…"""
    marks = {SUSPECT: "（存疑）", WARNING: "（提示）"}
    return "\n".join(
        (f"“{heading}”：" if heading else "") + message + marks.get(severity, "")
        for heading, message, severity in row.problems
    )


def _code_columns(theirs: Sequence[str], definition: Definition) -> list[tuple[Field, str]]:
    found = []
    for field in definition.fields:
        heading = column_of(theirs, (field.name, field.code)) if field.codes else None
        if heading is not None:
            found.append((field, heading))
    return found

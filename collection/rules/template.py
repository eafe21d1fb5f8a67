"""The workbook that a department fills in: one sheet of data, two that explain the information items, the stamp."""

import io
from collections.abc import Sequence
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from catalog.rules.definition import ABSENT, REQUIRED, Definition, Field, FieldType
from collection.rules.samples import example_of
from collection.rules.stamp import Stamp, put_stamp
from collection.rules.workbook_tables import CODES, EXPLAINED
from subjects.rules.kinds import Kind

DATA = "数据"
ROWS = 100_000  # as far down as drop-downs reach
LONGEST_LIST = 250  # characters of a drop-down that is written out; a spreadsheet allows 255
TABLE = 7  # lines of the explanation above its table
NEED = {REQUIRED: "必填", ABSENT: "不填"}


def template(definition: Definition) -> bytes:
    """An xlsx of one version of an item: headings with notes, drop-downs, codes and numbers as text, the stamp."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": f"{definition.item_name} 第{definition.version}版 报送模板"})
    data, explained, codes = (book.add_worksheet(name) for name in (DATA, EXPLAINED, CODES))
    lists = _write_codes(book, codes, definition)
    _write_headings(book, data, definition, lists)
    _write_explanation(book, explained, definition)
    put_stamp(book, Stamp(definition.item_code, definition.version), definition)
    book.close()
    return out.getvalue()


def heading_of(field: Field, definition: Definition) -> str:
    """The name, with ＊ where every kind of subject must have it."""
    everyone = all(field.need(kind) == REQUIRED for kind in _kinds(definition))
    return f"＊{field.name}" if everyone else field.name


def _some_need(field: Field, definition: Definition) -> bool:
    return any(field.need(kind) == REQUIRED for kind in _kinds(definition))


def put_drop_down(sheet: Worksheet, column: int, first: int, last: int, field: Field, lists: dict[str, str]) -> None:
    """Offer the code list in rows `first` to `last`. Several values, or 其他-…, may still be typed."""
    if not field.codes:
        return
    written_out = ",".join(field.codes)
    short = len(written_out) <= LONGEST_LIST and not any("," in code for code in field.codes)
    if not short and field.code not in lists:
        return
    closed = not field.separator and not field.codes_open
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {
            "validate": "list",
            "source": list(field.codes) if short else lists[field.code],
            "show_error": closed,
            "error_title": "不在代码表中",
            "error_message": "请从下拉列表中选择。",
        },
    )


def _kinds(definition: Definition) -> Sequence[str]:
    return definition.subject_kinds or tuple(kind.value for kind in Kind)


def _write_headings(book: Workbook, sheet: Worksheet, definition: Definition, lists: dict[str, str]) -> None:
    style = {"bold": True, "border": 1, "valign": "vcenter", "align": "center", "text_wrap": True, "num_format": "@"}
    needed = book.add_format(style | {"bg_color": "#DCE6F2"})
    sometimes = book.add_format(style | {"bg_color": "#FFF2CC"})
    free = book.add_format(style | {"bg_color": "#F2F2F2", "bold": False})
    text = book.add_format({"num_format": "@", "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 48)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(definition.fields) - 1)}{ROWS}"})
    for column, field in enumerate(definition.fields):
        sheet.set_column(column, column, _width(field), day if field.type is FieldType.DATE else text)
        heading = heading_of(field, definition)
        look = needed if heading.startswith("＊") else sometimes if _some_need(field, definition) else free
        sheet.write_string(0, column, heading, look)
        sheet.write_comment(
            0,
            column,
            _note(field, definition),
            {"x_scale": 2.2, "y_scale": 1.6, "author": "信用平台", "font_size": 9},
        )
        put_drop_down(sheet, column, 1, ROWS, field, lists)
        if field.type is FieldType.DATE:
            _put_date(sheet, column)


def _put_date(sheet: Worksheet, column: int) -> None:
    """Only a warning: a date typed as text (2026.11.20) is read as well."""
    sheet.data_validation(
        1,
        column,
        ROWS,
        column,
        {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1949, 10, 1),
            "maximum": date(2999, 12, 31),
            "error_type": "warning",
            "error_title": "请核对日期",
            "error_message": "请填写如 2026-11-20 的日期。确认无误可继续。",
        },
    )


def _width(field: Field) -> int:
    if field.type in (FieldType.DATE, FieldType.AMOUNT, FieldType.INTEGER):
        return 14
    return 22 if (field.length or 0) <= 64 else 30 if (field.length or 0) <= 400 else 46


def _note(field: Field, definition: Definition) -> str:
    lines = [f"{field.name}（{field.code}）", _needs(field, definition), f"类型：{field.type.label}"]
    if field.length:
        lines.append(f"不超过 {field.length} 字")
    lines += [_form(field), field.note]
    return "\n".join(line for line in lines if line)


def _needs(field: Field, definition: Definition) -> str:
    return "；".join(f"{Kind(kind).label}{NEED.get(field.need(kind), '选填')}" for kind in _kinds(definition))


def _form(field: Field) -> str:
    """How a value is written."""
    if field.type is FieldType.DATE:
        return "写作 2026-11-20"
    if field.type is FieldType.AMOUNT:
        return f"只填数字，单位为{field.unit or '元'}，最多 {field.decimals} 位小数"
    if field.type in (FieldType.USCC, FieldType.ID_NUMBER, FieldType.REG_NO, FieldType.ORG_CODE):
        return "按文本填写，勿用数值格式（15 位以后的数字会丢失）"
    if field.codes:
        several = f"，多项用“{field.separator}”隔开" if field.separator else ""
        return f"从代码表中选择{several}{'，或以“其他-”开头写明' if field.codes_open else ''}"
    return ""


def _write_explanation(book: Workbook, sheet: Worksheet, definition: Definition) -> None:
    cell: Format = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DCE6F2", "text_wrap": True, "valign": "vcenter"})
    title = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(
        0, 0, f"{definition.item_name}（{definition.item_code}）第 {definition.version} 版 填报说明", title
    )
    lines = (
        f"依据：{definition.legal_basis}" if definition.legal_basis else "",
        "在“数据”表中填写，每行一条，表头请勿改动。蓝色带“＊”的表头为各类主体必填，黄色的为部分主体必填（见下表），灰色的选填。",
        "代码、号码、金额列已设为文本格式，请按文本粘贴（选择性粘贴为数值或文本），以免长号码丢失数字。",
        "有误的行会连同原因退回；在退回的文件中改正后可直接重新提交，只校验这些行。",
    )
    for row, line in enumerate(filter(None, lines), start=1):
        sheet.write_string(row, 0, line)
    kinds = _kinds(definition)
    columns = ("信息项", "代码", *(f"{Kind(k).label}" for k in kinds), "类型", "长度", "写法", "说明", "示例")
    for column, name in enumerate(columns):
        sheet.write_string(TABLE - 1, column, name, head)
    for column, width in enumerate((30, 18, *(11 for _ in kinds), 16, 8, 40, 46, 30)):
        sheet.set_column(column, column, width)
    for row, field in enumerate(definition.fields, start=TABLE):
        texts = (
            field.name,
            field.code,
            *(NEED.get(field.need(kind), "选填") for kind in kinds),
            field.type.label,
            str(field.length or ""),
            _form(field),
            field.note,
            example_of(field),
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, cell)
    sheet.freeze_panes(TABLE, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_codes(book: Workbook, sheet: Worksheet, definition: Definition) -> dict[str, str]:
    """One column for each code list; returns field code -> the range that a drop-down may name."""
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DCE6F2", "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    lists: dict[str, str] = {}
    listed = [field for field in definition.fields if field.codes]
    if not listed:
        sheet.write_string(0, 0, "本条目没有代码表。")
    for column, field in enumerate(listed):
        sheet.set_column(column, column, 30)
        sheet.write_string(0, column, field.name, head)
        for row, code in enumerate(field.codes, start=1):
            sheet.write_string(row, column, code, text)
        letters = xl_col_to_name(column)
        lists[field.code] = f"={CODES}!${letters}$2:${letters}${len(field.codes) + 1}"
    sheet.freeze_panes(1, 0)
    return lists

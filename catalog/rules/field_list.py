"""The information items of a version as a spreadsheet and back: for whoever edits fifty of them. Pure.

What `workbook` writes, `read_list` reads again to equal fields. Every problem of the sheet is told at once.
"""

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import xlsxwriter

from catalog.rules.definition import (
    KINDS,
    MASKING_LABELS,
    OPTIONAL,
    SHARING_SCOPES,
    TYPE_LABELS,
    Field,
    FieldType,
    Masking,
)
from catalog.rules.sentences import NEED_LABELS
from catalog.rules.tables import by_heading, read_table
from kernel.errors import Malformed
from subjects.rules.kinds import KIND_LABELS, Kind

JOIN = "；"  # between the values of one cell
YES = "是"
KIND_HEADINGS = {KIND_LABELS[Kind(kind)]: kind for kind in KINDS}
WIDTHS = {"信息项代码": 18, "信息项名称": 26, "代码表": 34, "别名": 24, "说明": 40, "类型": 18, "脱敏": 18}
CHOICES = {
    "类型": list(TYPE_LABELS.values()),
    "脱敏": list(MASKING_LABELS.values()),
    "共享范围": list(SHARING_SCOPES),
    "可填其他": [YES],
    **{heading: list(NEED_LABELS.values()) for heading in KIND_HEADINGS},
}
HEADINGS = (
    "信息项代码", "信息项名称", "类型", "长度", "单位", "小数位", *KIND_HEADINGS,
    "代码表", "可填其他", "多值分隔符", "金额复核上限", "脱敏", "共享范围", "别名", "说明",
)  # fmt: skip
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
CODE_DEMAND = "代码以字母开头，只用字母、数字和下划线，最多 40 位。"
LONGEST_NAME = 200
NEEDED = ("信息项代码", "信息项名称", "类型")
LONGEST = 150  # items of one version; the published standards have some fifty at most
TYPES = {label: kind.value for kind, label in TYPE_LABELS.items()}
MASKINGS = {label: kind.value for kind, label in MASKING_LABELS.items()}
NEEDS = {label: need for need, label in NEED_LABELS.items()}


class FieldListRefused(Malformed):
    """The message has one line for each problem."""

    code = "catalog.field_list_refused"
    message = "信息项清单有问题，未读入。"

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:30]) + ([f"另有 {len(problems) - 30} 处。"] if len(problems) > 30 else [])
        super().__init__("信息项清单有问题，未读入任何一行：" + "".join(shown))
        self.problems = tuple(problems)


def workbook(fields: Sequence[Field], *, title: str) -> bytes:
    """The list as xlsx: every cell text, drop-downs where only some words are possible, room for thirty more."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("信息项清单")
        head = book.add_format({"bold": True, "bg_color": "#E8F1FA", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, heading in enumerate(HEADINGS):
            sheet.set_column(column, column, WIDTHS.get(heading, 10), text)
            sheet.write_string(0, column, heading + ("＊" if heading in NEEDED else ""), head)
            if heading in CHOICES:
                rule = {"validate": "list", "source": CHOICES[heading], "error_message": "请从下拉列表中选择。"}
                sheet.data_validation(1, column, len(fields) + 30, column, rule)
        for row, field in enumerate(fields, start=1):
            for column, cell in enumerate(_cells(field)):
                sheet.write_string(row, column, cell, text)
        sheet.freeze_panes(1, 2)
        _explain(book, title)
    return out.getvalue()


def read_list(data: bytes) -> tuple[Field, ...]:
    """The fields that a sheet says. Raises TableRefused (no table), FieldListRefused (every problem at once)."""
    rows = by_heading(read_table(data), NEEDED)
    problems: list[str] = []
    fields = [field for number, cells in rows if (field := _field(number, cells, problems)) is not None]
    if len(rows) > LONGEST:
        problems.append(f"信息项超过 {LONGEST} 个，请分成几个目录条目。")
    for what in ("code", "name"):
        said = [getattr(field, what).upper() for field in fields]  # as headings of a file are read
        twice = sorted({one for one in said if said.count(one) > 1})
        label = "信息项代码" if what == "code" else "信息项名称"
        problems += [f"{label}“{one}”出现了不止一次，请改为不重复的。" for one in twice]
    if problems:
        raise FieldListRefused(problems)
    return tuple(fields)


def _cells(field: Field) -> list[str]:
    return [
        field.code,
        field.name,
        field.type.label,
        str(field.length or ""),
        field.unit,
        str(field.decimals) if field.type == "amount" else "",
        *(NEED_LABELS[field.need(kind)] for kind in KINDS),
        JOIN.join(field.codes),
        YES if field.codes_open else "",
        field.separator,
        "" if field.suspect_above is None else f"{field.suspect_above:f}",
        field.masking.label,
        field.sharing,
        JOIN.join(field.synonyms),
        field.note,
    ]


def _field(number: int, cells: Mapping[str, str], problems: list[str]) -> Field | None:
    """One row; None when something of it is wrong, which then stands in `problems`."""
    before = len(problems)

    def wrong(heading: str, demand: str) -> None:
        problems.append(f"第 {number} 行“{heading}”：{cells.get(heading) or '未填写'}。{demand}")

    def chosen(heading: str, words: Mapping[str, str], default: str) -> str:
        said = cells.get(heading, "")
        if said and said not in words:
            wrong(heading, f"请改为{'、'.join(words)}之一。")
        return words.get(said, default)

    def whole(heading: str, least: int, most: int) -> int | None:
        said = cells.get(heading, "")
        if said and not (said.isascii() and said.isdigit() and least <= int(said) <= most):
            wrong(heading, f"请改为 {least} 至 {most} 的整数。")
            return None
        return int(said) if said else None

    for heading in NEEDED[:2]:
        if not cells.get(heading):
            wrong(heading, "请填写。")
    if cells.get("信息项代码") and not CODE.fullmatch(cells["信息项代码"]):
        wrong("信息项代码", CODE_DEMAND)
    if len(cells.get("信息项名称", "")) > LONGEST_NAME:
        wrong("信息项名称", f"请改为不超过 {LONGEST_NAME} 个字。")
    kind = chosen("类型", TYPES, "text")
    masking = chosen("脱敏", MASKINGS, "none")
    sharing = chosen("共享范围", {scope: scope for scope in SHARING_SCOPES}, "")
    required = {kind_: chosen(heading, NEEDS, OPTIONAL) for heading, kind_ in KIND_HEADINGS.items()}
    length = whole("长度", 1, 10_000)
    decimals = whole("小数位", 0, 6)
    try:
        above = Decimal(cells["金额复核上限"]) if cells.get("金额复核上限") else None
    except InvalidOperation:
        above = None
        wrong("金额复核上限", "请改为数字。")
    if len(problems) > before:
        return None
    return Field(
        code=cells["信息项代码"],
        name=cells["信息项名称"],
        type=FieldType(kind),
        length=length,
        unit=cells.get("单位", ""),
        decimals=2 if decimals is None else decimals,
        required=required,
        codes=split(cells.get("代码表", "")),
        codes_open=cells.get("可填其他", "") == YES,
        separator=cells.get("多值分隔符", ""),
        suspect_above=above,
        masking=Masking(masking),
        sharing=sharing,
        synonyms=split(cells.get("别名", "")),
        note=cells.get("说明", ""),
    )


def split(text: str) -> tuple[str, ...]:
    """The values of a cell or input that holds several, by ；, ; or line; empty ones are dropped."""
    parts = text.replace(";", JOIN).replace("\r", "").replace("\n", JOIN).split(JOIN)
    return tuple(part for one in parts if (part := one.strip()))


def _explain(book: xlsxwriter.Workbook, title: str) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top"}))
    lines = (
        (title, "修改后回到系统的“信息项”页上传；上传后整张清单替换草稿中的信息项，次序按表中行次。"),
        ("类型", "；".join(TYPE_LABELS.values())),
        ("长度", "文本的最多字数。日期、金额不填。"),
        ("法人 … 其他组织", "对该类主体：必填、选填、不填。没有填写的按选填。"),
        ("代码表", "只能填写的词，用“；”分隔。“可填其他”填“是”的，还可以填以“其他”开头的内容。"),
        ("金额复核上限", "超过该数的金额退回，由报送人确认无误后才接收（防止把元填作万元）。"),
        ("脱敏", "；".join(MASKING_LABELS.values())),
        ("共享范围", "不填的，与目录条目相同；" + "；".join(SHARING_SCOPES)),
        ("别名", "报送表中可能出现的其他列名，用“；”分隔。"),
    )
    for row, (name, said) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, said)

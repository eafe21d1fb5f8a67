"""Memoranda as four sheets of a workbook, there and back: the same rows come out that went in. Pure.

备忘录, 行为清单, 原始措施, 正文 (a line of the memorandum's own words in each row). In a cell a list stands one to
a line.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.rules.memoranda import (
    NOT_STATED,
    NUMBER_UNKNOWN,
    PUNISHMENT,
    REWARD,
    STRENGTHS,
    MemorandumContent,
    NotAMemorandum,
    Problem,
    read,
)

Row = tuple[int, Mapping[str, str]]  # number as the spreadsheet shows it, text by heading
HEADS, CONDUCTS, MEASURES, TEXT = "备忘录", "行为清单", "原始措施", "正文"
CODE = "备忘录编号"
COLUMNS: dict[str, dict[str, int]] = {
    HEADS: {
        CODE: 18, "名称": 46, "文号": 22, "文号已核实": 10, "印发日期": 12, "牵头部门": 20, "签署单位": 24,
        "联合奖惩对象": 46, "篇十三序号": 10, "代替的备忘录": 16, "已全部分解": 10,
    },
    CONDUCTS: {CODE: 18, "序号": 6, "行为": 60, "认定标准": 60},
    MEASURES: {
        CODE: 18, "序号": 6, "措施内容": 60, "性质": 8, "措施类型": 10, "应用要求": 10, "实施部门": 24,
        "依据条文": 46, "对应行为": 10,
    },
    TEXT: {CODE: 18, "行号": 6, "文字": 120},
}  # fmt: skip
YES, NO = "是", "否"
SPLIT = re.compile(r"[\n；;]+")
SPLIT_NUMBERS = re.compile(r"[\n；;、，,\s]+")
KINDS = {label: key for key, label in STRENGTHS.items()}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row: sheet, number as the spreadsheet shows it, heading ("": the row), message."""

    sheet: str
    row: int
    message: str


def to_sheets(contents: Sequence[MemorandumContent]) -> dict[str, list[list[str]]]:
    """The cells of each sheet, without its headings."""
    sheets: dict[str, list[list[str]]] = {name: [] for name in COLUMNS}
    for one in contents:
        sheets[HEADS].append(
            [
                one.code,
                one.title,
                one.document_number or NUMBER_UNKNOWN,
                YES if one.document_number_confirmed else NO,
                one.issued_on.isoformat() if one.issued_on else "",
                one.lead,
                "\n".join(one.signatories),
                one.subject_text,
                "、".join(map(str, one.list_numbers)),
                one.replaces,
                YES if one.complete else NO,
            ]
        )
        sheets[CONDUCTS] += [[one.code, str(c.number), c.label, c.criteria] for c in one.conducts]
        sheets[MEASURES] += [
            [
                one.code,
                str(m.number),
                m.label,
                REWARD if m.reward else PUNISHMENT,
                STRENGTHS.get(m.strength, m.strength),
                m.means,
                "\n".join(m.departments) or NOT_STATED,
                "\n".join(m.legal_basis) or NOT_STATED,
                "、".join(map(str, m.conducts)),
            ]
            for m in one.measures
        ]
        sheets[TEXT] += [[one.code, str(at), line] for at, line in enumerate(one.text.split("\n"), 1) if one.text]
    return sheets


@dataclass(slots=True)
class Found:
    """A memorandum of a workbook; `rows`: place as Problem names it -> sheet and row, for messages by row."""

    content: MemorandumContent
    rows: dict[str, tuple[str, int]]


def from_sheets(sheets: Mapping[str, Iterable[Row]]) -> tuple[list[Found], list[RowProblem]]:
    """The memoranda of a workbook, and what could not be read. A memorandum with a row that cannot be read is left
    out as a whole: half a memorandum is none.
    """
    said: dict[str, dict[str, Any]] = {}
    places: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    problems: list[RowProblem] = []
    broken: set[str] = set()

    def wrong(sheet: str, row: int, message: str, code: str = "") -> None:
        problems.append(RowProblem(sheet, row, message))
        broken.add(code)

    for number, cells in sheets.get(HEADS, ()):
        code = cells.get(CODE, "")
        if not code:
            wrong(HEADS, number, "没有填写备忘录编号。")
        elif code in said:
            wrong(HEADS, number, f"备忘录编号“{code}”与第 {places[code]['备忘录'][1]} 行重复。请删去其中一行。", code)
        else:
            places[code]["备忘录"] = (HEADS, number)
            try:
                said[code] = _head(cells)
            except NotAMemorandum as error:
                said[code] = {}
                wrong(HEADS, number, str(error), code)
    for sheet, part, make in ((CONDUCTS, "行为", _conduct), (MEASURES, "原始措施", _measure)):
        for number, cells in sheets.get(sheet, ()):
            code = cells.get(CODE, "")
            if code not in said:
                wrong(sheet, number, f"备忘录编号“{code}”不在工作表“{HEADS}”中。请改正编号，或补上该备忘录。", code)
                continue
            try:
                row = make(cells)
                places[code][f"{part} {row['number']}"] = (sheet, number)
                said[code].setdefault("conducts" if sheet == CONDUCTS else "measures", []).append(row)
            except NotAMemorandum as error:
                wrong(sheet, number, str(error), code)
    lines: dict[str, list[str]] = defaultdict(list)
    for number, cells in sheets.get(TEXT, ()):
        code = cells.get(CODE, "")
        if code not in said:
            wrong(TEXT, number, f"备忘录编号“{code}”不在工作表“{HEADS}”中。请改正编号。", code)
        lines[code].append(cells.get("文字", ""))
    found = []
    for code, one in said.items():
        if code in broken:
            continue
        where = places[code]
        try:
            content, slips = read(one | {"text": "\n".join(lines[code])})
        except NotAMemorandum as error:
            wrong(HEADS, where["备忘录"][1], str(error), code)
            continue
        if slips:
            problems += by_row(slips, where)
        else:
            found.append(Found(content, where))
    return found, problems


def by_row(problems: Iterable[Problem], rows: Mapping[str, tuple[str, int]]) -> list[RowProblem]:
    """The same problems with the row of the spreadsheet that each is about."""
    return [RowProblem(*rows.get(one.place, rows["备忘录"]), one.message) for one in problems]


def _head(cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": cells.get(CODE, ""),
        "title": cells.get("名称", ""),
        "document_number": cells.get("文号", ""),
        "document_number_confirmed": _yes(cells.get("文号已核实", ""), "文号已核实"),
        "issued_on": _day(cells.get("印发日期", "")),
        "lead": cells.get("牵头部门", ""),
        "signatories": parts_of(cells.get("签署单位", "")),
        "subject_text": cells.get("联合奖惩对象", ""),
        "list_numbers": numbers_of(cells.get("篇十三序号", ""), "篇十三序号"),
        "replaces": cells.get("代替的备忘录", ""),
        "complete": _yes(cells.get("已全部分解", ""), "已全部分解"),
    }


def _conduct(cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": _number(cells.get("序号", "")),
        "label": cells.get("行为", ""),
        "criteria": cells.get("认定标准", ""),
    }


def _measure(cells: Mapping[str, str]) -> dict[str, Any]:
    nature, kind = cells.get("性质", ""), cells.get("措施类型", "")
    if nature not in (REWARD, PUNISHMENT):
        raise NotAMemorandum(f"性质“{nature}”不对。请填{PUNISHMENT}或{REWARD}。")
    if kind not in KINDS:
        raise NotAMemorandum(f"措施类型“{kind}”不对。请填{'、'.join(filter(None, KINDS))}，或留空。")
    return {
        "number": _number(cells.get("序号", "")),
        "label": cells.get("措施内容", ""),
        "reward": nature == REWARD,
        "strength": KINDS[kind],
        "means": cells.get("应用要求", ""),
        "departments": parts_of(cells.get("实施部门", "")),
        "legal_basis": parts_of(cells.get("依据条文", "")),
        "conducts": numbers_of(cells.get("对应行为", ""), "对应行为"),
    }


def parts_of(text: str) -> list[str]:
    """What stands in a cell or a box one to a line, or between semicolons."""
    return [part.strip() for part in SPLIT.split(text) if part.strip()]


def numbers_of(text: str, label: str) -> list[int]:
    """Numbers between commas of any kind. Raises NotAMemorandum."""
    parts = [part for part in SPLIT_NUMBERS.split(text) if part]
    if wrong := [part for part in parts if not part.isdecimal()]:
        raise NotAMemorandum(f"{label}“{wrong[0]}”不是序号。请填整数，用顿号分开。")
    return [int(part) for part in parts]


def _number(text: str) -> int:
    if not text.isdecimal():
        raise NotAMemorandum(f"序号“{text}”不对。请填整数。")
    return int(text)


def _yes(text: str, label: str) -> bool:
    if text not in ("", YES, NO):
        raise NotAMemorandum(f"{label}“{text}”不对。请填{YES}或{NO}。")
    return text == YES


def _day(text: str) -> str:
    """As ISO; a cell that a person formatted as a date reads 2018-11-22 already."""
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?", text)
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else _not_a_day(text)
    except ValueError:
        return _not_a_day(text)


def _not_a_day(text: str) -> str:
    raise NotAMemorandum(f"印发日期“{text}”不对。请写成 2018-11-22 的样子，不清楚的留空。")

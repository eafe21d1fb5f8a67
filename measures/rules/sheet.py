"""A department's measure list as a spreadsheet in the eight columns of 篇十五, and back. Pure.

What `workbook` writes, `read_rows` reads again to equal rows: two sheets, one of rewards and one of punishments.
Merged cells stand in each of their rows, line breaks stay; every problem of the file is told at once, with its row.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from collection.rules.sheets import HeaderMissing, Sheet, column_of, read_sheet
from kernel.errors import Malformed
from measures.rules.content import STAGE_LABELS

HEADINGS = {
    "matter_name": "事项名称",
    "responsible_office": "责任处室（单位）",
    "basis_text": "奖惩依据",
    "target_text": "奖惩对象",
    "content": "奖惩措施",
    "stages": "管理阶段",
    "organisation": "组织实施",
    "means": "应用手段",
}
SYNONYMS = {
    "matter_name": ("事项名称",),
    "responsible_office": ("责任处室（单位）", "责任处室", "责任单位", "实施单位"),
    "basis_text": ("奖惩依据", "激励依据", "惩戒依据"),
    "target_text": ("奖惩对象", "激励对象", "惩戒对象"),
    "content": ("奖惩措施", "激励措施", "惩戒措施"),
    "stages": ("管理阶段",),
    "organisation": ("组织实施",),
    "means": ("应用手段",),
}
NATURE = "性质"
EXPECTED = [word for words in SYNONYMS.values() for word in words]
SHEETS = {True: "守信联合激励措施清单", False: "失信联合惩戒措施清单"}
MEANS = ("推荐应用", "强制应用", "推荐性", "强制性")
LONGEST = {"matter_name": 200, "responsible_office": 200, "means": 20}
LONGEST_TEXT = 4000
MOST_ROWS = 2000
WIDTHS = (24, 20, 36, 36, 44, 12, 28, 12)
RUN_TOGETHER = re.compile(r"事项名称.{0,12}责任处室")
BETWEEN = re.compile(r"[、，,；;/\s]+")


class SheetRefused(Malformed):
    """The message has one sentence for each problem, with its sheet and row."""

    code = "measures.sheet_refused"
    message = "措施清单有问题，一行也没有导入。"

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:50]) + ([f"另有 {len(problems) - 50} 处。"] if len(problems) > 50 else [])
        super().__init__("措施清单有问题，一行也没有导入。请修改后重新导入：" + "".join(shown))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """One row: the eight columns as the source writes them, and whether it is a reward."""

    matter_name: str
    responsible_office: str
    basis_text: str
    target_text: str
    content: str
    stages: tuple[str, ...]
    organisation: str
    means: str
    reward: bool


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """`filled_down`: merged cells whose text now stands in each of their rows; `left_out`: sheets without a table."""

    rows: tuple[SheetItem, ...]
    filled_down: int
    left_out: tuple[str, ...]


def workbook(rows: Sequence[SheetItem]) -> bytes:
    """Two sheets, rewards and punishments, every cell text, in the order of the rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8F1FA", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1})
        for reward, name in SHEETS.items():
            sheet = book.add_worksheet(name)
            for column, (heading, width) in enumerate(zip(HEADINGS.values(), WIDTHS, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, heading, head)
            for number, row in enumerate((one for one in rows if one.reward is reward), start=1):
                for column, cell in enumerate(cells_of(row)):
                    sheet.write_string(number, column, cell, text)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return out.getvalue()


def cells_of(row: SheetItem) -> list[str]:
    """The eight cells of a row, as they are exported."""
    return [
        row.matter_name,
        row.responsible_office,
        row.basis_text,
        row.target_text,
        row.content,
        "、".join(STAGE_LABELS[stage] for stage in row.stages),
        row.organisation,
        row.means,
    ]


def read_rows(data: bytes, *, reward: bool | None = None) -> ReadSheet:
    """The rows of every sheet that has the eight columns. `reward`: of rows whose file does not tell it.

    Raises FileRefused (cannot be read), SheetRefused (every problem at once, by sheet and row).
    """
    first = read_sheet(data, expected=EXPECTED)
    problems: list[str] = []
    rows, filled, without = [], 0, []
    for sheet in (first, *_others(data, first)):
        columns, lacking = _columns(sheet)
        if len(lacking) == len(HEADINGS) and sheet is not first:
            without.append(sheet.name)
            continue
        if lacking:
            problems += _no_table(sheet, lacking)
            continue
        rows += list(_rows_of(sheet, columns, reward, problems))
        filled += sheet.filled_down
    if len(rows) > MOST_ROWS:
        problems.append(f"超过 {MOST_ROWS} 行，请分部门、分次导入。")
    if not rows and not problems:
        problems.append("表头下面没有内容。")
    if problems:
        raise SheetRefused(problems)
    return ReadSheet(tuple(rows), filled, tuple(without))


def _others(data: bytes, first: Sheet) -> Iterator[Sheet]:
    for name in first.left_out:
        try:
            yield read_sheet(data, name, expected=EXPECTED)
        except HeaderMissing:
            continue


def _columns(sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    """Column -> its header in the file, and the headings that are missing."""
    found = {name: column_of(sheet.headers, words) for name, words in SYNONYMS.items()}
    lacking = [HEADINGS[name] for name, header in found.items() if header is None]
    return {name: header for name, header in found.items() if header is not None}, lacking


def _no_table(sheet: Sheet, lacking: list[str]) -> list[str]:
    """Why a sheet is no list: a heading is missing, or the whole list was pasted as running text."""
    texts = [(sheet.header_row, header) for header in sheet.headers]
    texts += [(row.number, cell) for row in sheet.rows for cell in row.cells.values()]
    run = [number for number, text in texts if RUN_TOGETHER.search(text)]
    if run:
        return [
            f"工作表“{sheet.name}”第 {run[0]} 行：表头和内容连成了一段文字，分不出八列。"
            "请从原文件中复制表格（不要只复制文字），或者按八列分开后重新导入。"
        ]
    return [f"工作表“{sheet.name}”没有找到这些列：{'、'.join(lacking)}。表头应为：{'、'.join(HEADINGS.values())}。"]


def _rows_of(
    sheet: Sheet, columns: Mapping[str, str], reward: bool | None, problems: list[str]
) -> Iterator[SheetItem]:
    told = _nature(sheet.name + "".join(columns[name] for name in ("basis_text", "target_text", "content")))
    nature = column_of(sheet.headers, (NATURE,))
    for row in sheet.rows:
        place = f"工作表“{sheet.name}”第 {row.number} 行"
        before = len(problems)
        problems += [f"{place}：{one.message}" for one in row.problems]
        said = {name: row.cells[header].strip() for name, header in columns.items()}
        if not any(said.values()):
            continue
        means = said["means"]
        known = [_nature(row.cells.get(nature, "")) if nature else None, told, reward, _by_means(means)]
        is_reward = next((one for one in known if one is not None), None)
        if is_reward is None:
            problems.append(f"{place}：看不出是激励还是惩戒。请在导入时选择性质，或者增加“性质”列。")
        if not said["content"]:
            problems.append(f"{place}“奖惩措施”：没有填写。合并的单元格请取消合并后逐行填写。")
        if means and means not in MEANS:
            problems.append(f"{place}“应用手段”：{means}。请改为“推荐应用”或者“强制应用”。")
        stages = _stages(said["stages"], place, problems)
        for name, text in said.items():
            longest = LONGEST.get(name, LONGEST_TEXT)
            if len(text) > longest:
                problems.append(f"{place}“{HEADINGS[name]}”：超过 {longest} 个字，请缩短。")
        if len(problems) == before and is_reward is not None:
            yield SheetItem(**said | {"stages": stages, "reward": is_reward})  # type: ignore[arg-type]


def _stages(said: str, place: str, problems: list[str]) -> tuple[str, ...]:
    codes = {label: code for code, label in STAGE_LABELS.items()}
    words = [word for word in BETWEEN.split(said) if word]
    strange = [word for word in words if word not in codes]
    if strange:
        problems.append(f"{place}“管理阶段”：{'、'.join(strange)}。只能填事前、事中、事后，用“、”分隔。")
    return tuple(code for label, code in codes.items() if label in words)


def _nature(text: str) -> bool | None:
    """True: rewards, False: punishments; None where the text says both or neither."""
    reward, punish = "激励" in text, "惩戒" in text
    return reward if reward != punish else None


def _by_means(means: str) -> bool | None:
    """As a rule rewards are 推荐应用 and punishments 强制应用 (篇十五, 一、8)."""
    return {"推荐应用": True, "强制应用": False}.get(means)

"""List types as one sheet, a row for each: what is written is read again to equal contents. Pure.

Read is also the plain table of 篇十三 (序号, 联合奖惩对象, 发起单位, 对应备忘录, 性质), which has no codes.
Its merged cells stand in each of their rows; an object with several memoranda is one row.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from collection.rules.sheets import FileRefused, Sheet, column_of, read_sheet
from kernel.errors import Malformed
from redblack.rules.editions import TypeContent, said_of

SHEET = "名单类型"
CODE = "code"
# part of the content -> heading, width, other headings that mean it
COLUMNS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "number": ("序号", 6, ("篇十三序号",)),
    CODE: ("名单编码", 16, ("名单代码",)),
    "title": ("名单名称", 36, ("联合奖惩对象", "名称")),
    "kind": ("性质", 18, ("名单性质",)),
    "legal_status": ("法律状态", 12, ()),
    "merged_into": ("并入名单", 12, ("并入的名单",)),
    "level": ("层级", 8, ("设定层级",)),
    "origin": ("来源", 10, ()),
    "initiator": ("发起部门", 24, ("发起（认定）部门", "发起单位", "认定部门", "认定单位")),
    "department": ("部门代码", 22, ()),
    "memorandum": ("对应备忘录", 46, ("合作备忘录", "备忘录")),
    "legal_basis": ("法律依据", 40, ()),
    "conduct": ("列入情形", 46, ()),
    "term_rule": ("期限", 20, ("名单期限",)),
    "term_months": ("期限月数", 10, ()),
    "exit_rule": ("移出条件", 40, ("移出条件和程序",)),
    "publicity": ("公开范围", 12, ("公开范围说明",)),
    "publicity_scopes": ("分类公开", 34, ()),
    "freshness_days": ("时效上限", 10, ("时效上限（天）",)),
    "fuse_percent": ("熔断比例", 10, ("熔断比例（%）",)),
    "fuse_rows": ("熔断行数", 10, ()),
}
HEADINGS = {part: heading for part, (heading, _, _) in COLUMNS.items()}
EXPECTED = [word for heading, _, others in COLUMNS.values() for word in (heading, *others)]
NUMBERS = frozenset({"number", "term_months", "freshness_days", "fuse_percent", "fuse_rows"})
MOST_ROWS = 1000
SHOWN = 50
SPACE = re.compile(r"\s+")
MEMORANDA = re.compile(r"(?:《[^《》]*》[、，；;]*)+")


class TypesRefused(Malformed):
    """The message has one sentence for each problem, with its row; nothing was taken."""

    code = "redblack.types_refused"
    message = "名单类型表有问题，一行也没有导入。"

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:SHOWN]) + ([f"另有 {len(problems) - SHOWN} 处。"] if len(problems) > SHOWN else [])
        super().__init__("名单类型表有问题，一行也没有导入。请修改后重新导入：" + "".join(shown))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class TypeRow:
    """`number`: as the spreadsheet shows it; `cells`: text by part of the content, for the columns that are there."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadTypes:
    """`plain`: the table of 篇十三; `unread`: headings, and `left_out`: other sheets that nothing was read of;
    `problems`: cells that cannot be trusted, by row.
    """

    rows: tuple[TypeRow, ...]
    plain: bool
    problems: tuple[tuple[int, str], ...]
    unread: tuple[str, ...]
    left_out: tuple[str, ...]


def workbook(contents: Iterable[tuple[str, TypeContent]]) -> bytes:
    """One sheet, a row for each (code, content), in their order; every cell is text as the page says it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8F1FA", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1})
        sheet = book.add_worksheet(SHEET)
        for at, (heading, width, _) in enumerate(COLUMNS.values()):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading, head)
        last = 0
        for last, (code, content) in enumerate(contents, start=1):
            for at, cell in enumerate(cells_of(code, content)):
                if cell:
                    sheet.write_string(last, at, cell, text)
                else:
                    sheet.write_blank(last, at, None, text)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def cells_of(code: str, content: TypeContent) -> list[str]:
    """The cells of a row, as they are exported."""
    said = said_of(content) | {CODE: code}
    return [said[part] for part in COLUMNS]


def read_types(data: bytes) -> ReadTypes:
    """The rows of the first sheet that has the headings. Raises FileRefused: cannot be read, or is no such table."""
    sheet = read_sheet(data, expected=EXPECTED)
    columns = _columns(sheet.headers)
    plain = CODE not in columns
    lacking = [part for part in (("number", "title", "initiator") if plain else ("title",)) if part not in columns]
    if lacking:
        wanted = "、".join(HEADINGS[part] for part in lacking)
        raise FileRefused(
            f"工作表“{sheet.name}”没有找到这些列：{wanted}。请使用导出的名单类型表（有“名单编码”列），"
            "或表头为“序号、联合奖惩对象、发起单位、对应备忘录”的联合奖惩对象清单。"
        )
    problems: list[tuple[int, str]] = []
    rows = tuple(_rows(sheet, columns, problems))
    if plain:
        rows = tuple(_joined(rows))
    if len(rows) > MOST_ROWS:
        raise FileRefused(f"超过 {MOST_ROWS} 行，不像是名单类型表。请检查文件。")
    if not rows and not problems:
        raise FileRefused("表头下面没有内容。请填写后重新导入。")
    unread = tuple(header for header in sheet.headers if header not in columns.values())
    return ReadTypes(rows, plain, tuple(problems), unread, sheet.left_out)


def _columns(headers: Sequence[str]) -> dict[str, str]:
    """Part of the content -> its header in the file; no header means two parts."""
    found: dict[str, str] = {}
    for part, (heading, _, others) in COLUMNS.items():
        header = column_of([one for one in headers if one not in found.values()], (heading, *others))
        if header is not None:
            found[part] = header
    return found


def _rows(sheet: Sheet, columns: Mapping[str, str], problems: list[tuple[int, str]]) -> Iterator[TypeRow]:
    for row in sheet.rows:
        problems += [(row.number, f"“{one.header}”：{one.message}" if one.header else one.message)
                     for one in row.problems]  # fmt: skip
        cells = {part: row.cells[header].replace("\r\n", "\n").strip() for part, header in columns.items()}
        if any(cells.values()):
            yield TypeRow(row.number, cells)


def _joined(rows: Iterable[TypeRow]) -> Iterator[TypeRow]:
    """An object of 篇十三 that stands in several rows, for it has several units or memoranda, as one row."""
    last: TypeRow | None = None
    for row in rows:
        cells = {part: one_line(text) for part, text in row.cells.items()}
        cells["memorandum"] = _memoranda(cells.get("memorandum", ""))
        key = (cells["number"], folded(cells["title"]))
        if last is not None and key in (("", ""), (last.cells["number"], folded(last.cells["title"]))):
            more = {"initiator": "、", "memorandum": "；"}
            both = {part: _both(last.cells[part], cells[part], mark) for part, mark in more.items()}
            last = TypeRow(last.number, {**last.cells, **both})
            continue
        if last is not None:
            yield last
        last = TypeRow(row.number, cells)
    if last is not None:
        yield last


def _both(one: str, two: str, mark: str) -> str:
    if not two or folded(two) in (folded(part) for part in one.split(mark)):
        return one
    return f"{one}{mark}{two}" if one else two


def _memoranda(text: str) -> str:
    """《甲》《乙》 as 甲；乙, as the register writes them."""
    return "；".join(re.findall(r"《([^《》]*)》", text)) if MEMORANDA.fullmatch(text) else text


def one_line(text: str) -> str:
    """A text that the spreadsheet broke into lines: Chinese needs nothing where they meet."""
    return "".join(part.strip() for part in text.splitlines())


def folded(text: str) -> str:
    """Equal for texts that differ in spaces and in the width of marks alone."""
    return SPACE.sub("", text).translate(WIDTHS)


WIDTHS = str.maketrans("（）：；，", "():;,")

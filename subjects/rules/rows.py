"""Rows of a file of organisations: text in, a Row or a RowError out. Pure; made for a million rows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kernel.identifiers import citizen_id_problem, is_missing_code, normalise_code, uscc_problem
from kernel.names import LONGEST, display_name, name_key
from subjects.rules.kinds import kind_of_code

HEADERS = {
    "name": (
        "name",
        "名称",
        "企业名称",
        "单位名称",
        "主体名称",
        "公司名称",
        "机构名称",
        "ent_name",
        "entname",
        "company",
    ),
    "uscc": (
        "uscc",
        "统一社会信用代码",
        "社会信用代码",
        "信用代码",
        "统一信用代码",
        "code",
        "credit_code",
        "tyshxydm",
    ),
    "reg_date": ("reg_date", "成立日期", "注册日期", "登记日期", "registered_on", "成立时间", "注册时间"),
    "province": ("province", "省份", "省", "所在省"),
    "city": ("city", "城市", "市", "所在市", "地市"),
}
LABELS = {"name": "名称", "uscc": "统一社会信用代码", "reg_date": "成立日期", "row": "整行"}
REQUIRED = ("name", "uscc")
EARLIEST = date(1800, 1, 1)
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?", re.ASCII)
_UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    name: str
    key: str
    uscc: str
    kind: str
    registered_on: date | None
    division_code: str


@dataclass(frozen=True, slots=True)
class RowError:
    """`reason` says what is wrong and how to mend it. A value that may be a person's number is not repeated."""

    line: int
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行“{LABELS.get(self.field, self.field)}”：{self.value} {self.reason}"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each field stands; -1: the file has no such column."""

    name: int
    uscc: int
    reg_date: int
    width: int


def columns_of(header: Sequence[str]) -> Columns | str:
    """The columns by their heading, in any order and under the usual other names; a message when one is missing."""
    known = {
        "".join(cell.split()).strip("\ufeff").lower(): place for place, cell in reversed(list(enumerate(header)))
    }
    places = {field: next((known[n] for n in names if n in known), -1) for field, names in HEADERS.items()}
    missing = [LABELS[field] for field in REQUIRED if places[field] < 0]
    if missing:
        return (
            f"表头缺少：{'、'.join(missing)}。可用的写法：{'；'.join('/'.join(HEADERS[f][:4]) for f in REQUIRED)}。"
        )
    return Columns(places["name"], places["uscc"], places["reg_date"], len(header))


def read_rows(lines: Iterable[Sequence[str]], columns: Columns, today: date) -> Iterator[Row | RowError]:
    """Every row with its line number in the file (the header is line 1). Blank rows are passed over."""
    for line, cells in enumerate(lines, start=2):
        if any(cells):
            yield read_row(line, cells, columns, today)


def read_row(line: int, cells: Sequence[str], columns: Columns, today: date) -> Row | RowError:
    """GB 32100-2015《法人和其他组织统一社会信用代码编码规则》 第5条: the code decides whether a row is taken."""
    if len(cells) <= max(columns.name, columns.uscc):
        return RowError(line, "row", f"{len(cells)}列", f"列数不足，应为{columns.width}列。请检查引号和分隔符。")
    name = display_name(cells[columns.name])
    if problem := _name_problem(name):
        return RowError(line, "name", name[:60], problem)
    key = name_key(name)
    if not key:
        return RowError(line, "name", name[:60], "没有文字。请填写登记的名称。")
    code = normalise_code(cells[columns.uscc])
    if problem := uscc_problem(code):
        return _code_error(line, code, problem)
    registered_on: date | None = None
    if 0 <= columns.reg_date < len(cells) and (text := cells[columns.reg_date].strip()):
        registered_on = read_date(text)
        if registered_on is None or not EARLIEST <= registered_on <= today:
            return RowError(line, "reg_date", text[:30], "不是有效的过去日期。请改为如 2019-07-01 的写法，或留空。")
    return Row(line, name, key, code, str(kind_of_code(code)), registered_on, code[2:8])


def _name_problem(name: str) -> str | None:
    if not name:
        return "为空。请填写登记的名称。"
    if len(name) > LONGEST:
        return f"过长（{len(name)}字）。请检查是否与其他列错位。"
    if _UNREADABLE in name:
        return "含无法识别的字符。请将文件另存为UTF-8或GB18030编码后重试。"
    if name[0] in "=+@" or "\x00" in name:
        return "以公式符号开头，疑为表格公式。请改为名称本身。"
    return None


def _code_error(line: int, code: str, problem: str) -> RowError:
    if is_missing_code(code):
        return RowError(line, "uscc", code[:20], "表示“无代码”。没有统一社会信用代码的主体不能批量登记。")
    if citizen_id_problem(code) is None:
        return RowError(line, "uscc", "（不显示）", "疑为公民身份号码。自然人不能按企业登记，请删去该行。")
    if len(code) == 15 and code.isdigit():
        return RowError(line, "uscc", code, "是15位注册号。请改为18位统一社会信用代码。")
    return RowError(line, "uscc", code[:30], problem)


@lru_cache(maxsize=65536)
def read_date(text: str) -> date | None:
    """A day as people write it: 2019-07-01, 2019/7/1, 20190701, 2019年7月1日, with or without a time."""
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None

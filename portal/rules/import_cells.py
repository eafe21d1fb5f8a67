"""Cells of an imported table as values; every complaint by row and field, with how to mend it. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from collection.rules.sheets import Sheet, SheetRow, column_of, require_column
from kernel.identifiers import citizen_id_problem, normalise_code, uscc_problem

T = TypeVar("T")
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: .*)?", re.ASCII)
SEPARATORS = re.compile(r"[、，,;；\s]+")
YES = frozenset({"是", "1", "true", "y", "yes"})
YUAN_SUSPECTED = 10_000  # an amount in 万元 that is this large was most likely typed in yuan


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an import reads: its name on screen and how else people head it."""

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """第 {行} 行“{信息项}”：{值} {原因}。请改为{做法}。"""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行“{self.column}”" if self.row else "整个文件"
        return f"{where}：{self.value} {self.reason}".replace("： ", "：")


def headers_for(sheet: Sheet, columns: Sequence[Column]) -> dict[str, str]:
    """Column name -> the sheet's own header. Raises HeaderMissing for a required one that is not there."""
    found = {}
    for column in columns:
        header = require_column(sheet.headers, column.words) if column.required else None
        header = header or column_of(sheet.headers, column.words)
        if header is not None:
            found[column.name] = header
    return found


@dataclass(slots=True)
class Cells:
    """One row on its way to values; every complaint is collected, none stops at the first."""

    row: SheetRow
    headers: dict[str, str]
    problems: list[RowProblem] = field(default_factory=list)

    def complain(self, column: str, reason: str) -> None:
        self.problems.append(RowProblem(self.row.number, column, self.raw(column), reason))

    def raw(self, column: str) -> str:
        return self.row.cells.get(self.headers.get(column, ""), "").strip()

    def text(self, column: str, *, required: bool = False, longest: int = 300) -> str:
        value = self.raw(column)
        for problem in self.row.problems:
            if problem.header == self.headers.get(column):
                self.complain(column, problem.message)
                return value
        if required and not value:
            self.complain(column, "为空。请填写。")
        elif len(value) > longest:
            self.complain(column, f"过长（{len(value)} 字）。请改为不超过 {longest} 字。")
        return value

    def code(self, column: str) -> str:
        """A valid unified code. A citizen's number is refused and not repeated."""
        value = normalise_code(self.text(column, required=True))
        if value and citizen_id_problem(value) is None and uscc_problem(value) is not None:
            self.problems.append(
                RowProblem(
                    self.row.number, column, "（不显示）", "疑为公民身份号码。自然人不能批量导入，请删去该行。"
                )
            )
        elif value and (problem := uscc_problem(value)):
            self.complain(column, problem)
        return value

    def day(self, column: str, *, required: bool = False) -> date | None:
        value = self.text(column, required=required)
        if not value:
            return None
        found = DATE.fullmatch(value)
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                pass
        self.complain(column, "不是有效日期。请改为如 2026-11-20 的写法。")
        return None

    def amount(self, column: str) -> float | None:
        """An amount in 万元, as the penalty standard wants it."""
        value = self.text(column).replace(",", "").removesuffix("万元")
        if not value:
            return None
        try:
            amount = float(value)
        except ValueError:
            self.complain(column, "不是数字。请只填写数字，单位为万元。")
            return None
        if amount >= YUAN_SUSPECTED:
            self.complain(column, f"疑为元，本项单位为万元，请改为 {amount / 10_000:g}")
        elif amount < 0:
            self.complain(column, "为负数。请核对。")
        return amount

    def choice(self, column: str, allowed: Sequence[str], *, required: bool = False) -> str:
        value = self.text(column, required=required)
        if value and value not in allowed:
            self.complain(column, f"不在可选值内。请改为：{'、'.join(allowed)}。")
        return value

    def several(self, column: str, *, required: bool = False) -> list[str]:
        return [part for part in SEPARATORS.split(self.text(column, required=required, longest=1000)) if part]

    def yes(self, column: str) -> bool:
        return self.text(column).lower() in YES


def read_all(
    sheet: Sheet, columns: Sequence[Column], row_of: Callable[[Cells], T]
) -> tuple[list[tuple[int, T]], list[RowProblem]]:
    """Every row as `row_of` makes it, with its number, and every complaint. A row with a complaint is left out."""
    headers = headers_for(sheet, columns)
    good: list[tuple[int, T]] = []
    problems: list[RowProblem] = []
    for row in sheet.rows:
        cells = Cells(row, headers)
        made = row_of(cells)
        if cells.problems:
            problems += cells.problems
        else:
            good.append((row.number, made))
    return good, problems

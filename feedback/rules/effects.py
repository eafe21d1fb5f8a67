"""Effect statistics: along what they are counted, and what a line of them is. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from feedback.rules.cases import Action


class By(StrEnum):
    """Along what cases are counted."""

    DEPARTMENT = "department"
    LIST = "list"
    MEASURE = "measure"
    AREA = "area"
    MONTH = "month"

    @property
    def label(self) -> str:
        return {"department": "部门", "list": "名单", "measure": "措施", "area": "地区", "month": "月份"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is counted; None and "": everything. Months by their first day, both inclusive.

    `owed`: not what was reported in these months, but what fell due by a hit in them.
    """

    since: date
    until: date
    department_id: int | None = None
    source_id: int | None = None
    measure_code: str | None = None
    area: str | None = None
    reward: bool | None = None
    action: str = ""
    owed: bool = False


@dataclass(slots=True)
class Line:
    """Cases of one sort. `key`: as it stands in the address; `owed`, `open`, `overdue` only by department."""

    key: str
    label: str
    cases: dict[str, int] = field(default_factory=dict)
    amount: Decimal = Decimal(0)
    owed: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def total(self) -> int:
        return sum(self.cases.values())

    @property
    def done(self) -> int:
        return self.cases.get(Action.DONE, 0)

    @property
    def partly(self) -> int:
        return self.cases.get(Action.PARTLY, 0)

    @property
    def not_done(self) -> int:
        return self.cases.get(Action.NOT_DONE, 0)

    @property
    def not_applicable(self) -> int:
        return self.cases.get(Action.NOT_APPLICABLE, 0)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)

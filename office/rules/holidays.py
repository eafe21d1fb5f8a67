"""The statutory days of a year, for the time before the yearly notice is out; and the reading of a notice. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from re import ASCII, compile

from kernel.identifiers import half_width
from office.rules.sources import HOLIDAYS

STATUTORY_DAYS = 13
PROVISIONAL_SOURCE = f"{HOLIDAYS} 暂定"
# days that follow the moon, by year: 春节 (正月初一), 端午 (五月初五), 中秋 (八月十五)
LUNAR: dict[int, tuple[date, date, date]] = {
    2027: (date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15)),
    2028: (date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3)),
    2029: (date(2029, 2, 13), date(2029, 6, 16), date(2029, 9, 22)),
    2030: (date(2030, 2, 3), date(2030, 6, 5), date(2030, 9, 12)),
}
QINGMING_CONSTANT = 4.81  # of the 21st century; the day is [0.2422 y + C] - [y/4] of April


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day on which offices do not follow the weekday: closed (a holiday) or open (调休上班)."""

    day: date
    working: bool
    name: str


def qingming(year: int) -> date:
    """清明, the solar term, in the 21st century."""
    y = year % 100
    return date(year, 4, int(y * 0.2422 + QINGMING_CONSTANT) - y // 4)


def statutory_days(year: int) -> tuple[DayRow, ...]:
    """The thirteen statutory days of a year (fewer rows where two coincide), without any shift of weekends.

    《全国年节及纪念日放假办法》（2024年修订） 第二条: 元旦1, 春节4 (from 除夕), 清明1, 劳动节2, 端午1, 中秋1,
    国庆3. Raises KeyError past the lunar table.
    """
    spring, dragon, moon = LUNAR[year]
    days = [(date(year, 1, 1), "元旦"), (spring - timedelta(days=1), "除夕")]
    days += [(spring + timedelta(days=i), "春节") for i in range(3)]
    days += [(qingming(year), "清明节"), (date(year, 5, 1), "劳动节"), (date(year, 5, 2), "劳动节")]
    days += [(dragon, "端午节"), (moon, "中秋节")] + [(date(year, 10, i), "国庆节") for i in (1, 2, 3)]
    names: dict[date, list[str]] = {}
    for day, name in sorted(days):
        names.setdefault(day, []).append(name)
    return tuple(DayRow(day, False, "、".join(of_day)) for day, of_day in names.items())  # 2028-10-03 is two of them


@dataclass(frozen=True, slots=True)
class RowError:
    line: int
    message: str


WORKING_WORDS = {
    "1": True,
    "true": True,
    "上班": True,
    "班": True,
    "调休上班": True,
    "工作日": True,
    "0": False,
    "false": False,
    "放假": False,
    "休": False,
    "休息": False,
    "节假日": False,
}
_DATE = compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", ASCII)
_SEPARATOR = compile(r"[,\t，;；]")


def read_notice(lines: Iterable[str], year: int) -> Iterator[DayRow | RowError]:
    """The days of a notice: each line day, working, name (header allowed; commas, tabs; 放假/上班 or 0/1)."""
    seen: set[date] = set()
    for number, raw in enumerate(lines, start=1):
        line = half_width(raw.removeprefix("\ufeff")).strip()
        if not line or (number == 1 and not _DATE.search(line)):
            continue
        cells = [cell.strip().strip('"') for cell in _SEPARATOR.split(line)]
        yield _row(number, cells, year, seen)


def _row(number: int, cells: list[str], year: int, seen: set[date]) -> DayRow | RowError:
    match = _DATE.fullmatch(cells[0])
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        day = None
    if day is None:
        return RowError(number, f"第{number}行“日期”：{cells[0]} 不是有效日期。请改为如 {year}-10-01 的写法。")
    if day.year != year:
        return RowError(number, f"第{number}行“日期”：{day} 不在{year}年。请核对年份，或删去该行。")
    if day in seen:
        return RowError(number, f"第{number}行“日期”：{day} 重复。请只保留一行。")
    seen.add(day)
    working = WORKING_WORDS.get(cells[1].lower()) if len(cells) > 1 else None
    if working is None:
        return RowError(number, f"第{number}行“是否上班”：应为“放假”或“上班”（也可填0或1）。")
    if working and day.weekday() < 5:
        return RowError(number, f"第{number}行：{day} 是星期一至星期五，本就上班。请核对，或删去该行。")
    return DayRow(day, working, cells[2] if len(cells) > 2 else "")

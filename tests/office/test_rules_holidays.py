"""The statutory days before the notice is out, and the reading of a notice."""

from datetime import date

import pytest

from office.rules.holidays import LUNAR, STATUTORY_DAYS, DayRow, RowError, qingming, read_notice, statutory_days


@pytest.mark.parametrize("year", sorted(LUNAR))
def test_thirteen_days_a_year(year: int) -> None:
    days = statutory_days(year)
    assert sum(len(row.name.split("、")) for row in days) == STATUTORY_DAYS
    assert len({row.day for row in days}) == len(days)


def test_the_days_of_2027() -> None:
    assert [(row.day.month, row.day.day, row.name) for row in statutory_days(2027)] == [
        (1, 1, "元旦"),
        (2, 5, "除夕"),
        (2, 6, "春节"),
        (2, 7, "春节"),
        (2, 8, "春节"),
        (4, 5, "清明节"),
        (5, 1, "劳动节"),
        (5, 2, "劳动节"),
        (6, 9, "端午节"),
        (9, 15, "中秋节"),
        (10, 1, "国庆节"),
        (10, 2, "国庆节"),
        (10, 3, "国庆节"),
    ]


@pytest.mark.parametrize(("year", "day"), [(2024, 4), (2025, 4), (2026, 5), (2027, 5), (2028, 4)])
def test_qingming(year: int, day: int) -> None:
    assert qingming(year) == date(year, 4, day)


NOTICE = """日期,安排,名称
2027-02-06,放假,春节
2027/2/20\t上班\t春节
２０２７年１０月１日，放假，国庆节

2027-10-09;1;国庆节
"""


def test_a_notice_as_people_paste_it() -> None:
    assert list(read_notice(NOTICE.splitlines(), 2027)) == [
        DayRow(date(2027, 2, 6), False, "春节"),
        DayRow(date(2027, 2, 20), True, "春节"),
        DayRow(date(2027, 10, 1), False, "国庆节"),
        DayRow(date(2027, 10, 9), True, "国庆节"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-30,放假,春节", "不是有效日期"),
        ("明天,放假,春节", "不是有效日期"),
        ("2026-02-06,放假,春节", "不在2027年"),
        ("2027-01-01,放假,元旦", "重复"),
        ("2027-02-06,也许,春节", "应为“放假”或“上班”"),
        ("2027-02-06", "应为“放假”或“上班”"),
        ("2027-02-08,上班,春节", "本就上班"),
    ],
)
def test_a_wrong_line_is_named(line: str, said: str) -> None:
    error = list(read_notice(["2027-01-01,放假,元旦", line], 2027))[1]
    assert isinstance(error, RowError) and error.line == 2 and "第2行" in error.message and said in error.message

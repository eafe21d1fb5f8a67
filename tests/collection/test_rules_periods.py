from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.rules.periods import PERIODIC, Period, ended_periods, period_of


@pytest.mark.parametrize(
    ("cycle", "day", "begins", "ends", "label"),
    [
        ("每日", date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20), "2026-11-20"),
        ("每周", date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), "2026-11-16 至 2026-11-22"),
        ("每月", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("每月", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        ("每季度", date(2026, 11, 20), date(2026, 10, 1), date(2026, 12, 31), "2026年第4季度"),
        ("每季度", date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31), "2026年第1季度"),
        ("每半年", date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        ("每半年", date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        ("每年", date(2026, 6, 30), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_the_period_of_a_day(cycle: str, day: date, begins: date, ends: date, label: str) -> None:
    period = period_of(cycle, day)
    assert period == Period(begins, ends)
    assert period.label() == label


@pytest.mark.parametrize("cycle", ["实时", "按产生"])
def test_a_cycle_without_periods_has_none(cycle: str) -> None:
    with pytest.raises(KeyError):
        period_of(cycle, date(2026, 11, 20))


@given(st.sampled_from(sorted(PERIODIC)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_periods_follow_each_other_without_a_gap(cycle: str, day: date) -> None:
    period = period_of(cycle, day)
    assert period.begins <= day <= period.ends
    assert period_of(cycle, period.begins) == period_of(cycle, period.ends) == period
    assert period_of(cycle, period.ends + timedelta(days=1)).begins == period.ends + timedelta(days=1)


def test_only_whole_periods_that_are_over_are_owed() -> None:
    owed = list(ended_periods("每月", since=date(2026, 8, 15), today=date(2026, 11, 1)))
    assert [p.label() for p in owed] == ["2026年9月", "2026年10月"]
    assert list(ended_periods("每月", since=date(2026, 10, 1), today=date(2026, 10, 31))) == []

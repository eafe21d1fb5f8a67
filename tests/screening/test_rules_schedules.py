"""Timetables in words: what is understood, what it means, when it is due, and what is refused."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.workdays import WorkCalendar
from screening.rules.schedules import (
    EXAMPLES,
    NONE,
    SHANGHAI,
    STEPS,
    Clause,
    Period,
    Schedule,
    ScheduleNotUnderstood,
    TooOften,
    next_due,
    next_dues,
    read_schedule,
)
from tools.places import ROOT

# 1 October to 7 October are holidays, Saturday 10 October is worked
CALENDAR = WorkCalendar(
    frozenset({2026, 2027}),
    {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True, date(2027, 1, 1): False},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "after", "dues"),
    [
        ("每天 06:00", "2026-11-20 05:59", ["2026-11-20 06:00", "2026-11-21 06:00"]),
        ("每天 06:00", "2026-11-20 06:00", ["2026-11-21 06:00"]),
        ("每天 14:00、6:00", "2026-11-20 07:00", ["2026-11-20 14:00", "2026-11-21 06:00"]),
        ("每个工作日 08:30", "2026-09-30 09:00", ["2026-10-08 08:30", "2026-10-09 08:30", "2026-10-10 08:30"]),
        ("每周一、四 08:30", "2026-11-20 10:00", ["2026-11-23 08:30", "2026-11-26 08:30", "2026-11-30 08:30"]),
        ("每周一至三", "2026-11-20 10:00", ["2026-11-23 06:00", "2026-11-24 06:00", "2026-11-25 06:00"]),
        ("每月 1、15 日 06:00", "2026-11-20 10:00", ["2026-12-01 06:00", "2026-12-15 06:00"]),
        ("每月 31 日", "2027-01-31 10:00", ["2027-02-28 06:00", "2027-03-31 06:00", "2027-04-30 06:00"]),
        ("每月最后一日 23:00", "2027-02-01 00:00", ["2027-02-28 23:00", "2027-03-31 23:00"]),
        ("每月首个工作日", "2026-09-30 10:00", ["2026-10-08 06:00", "2026-11-02 06:00"]),
        ("每月最后一个工作日 17:00", "2026-10-01 00:00", ["2026-10-30 17:00", "2026-11-30 17:00"]),
        ("每季度首个工作日", "2026-09-01 00:00", ["2026-10-08 06:00", "2027-01-04 06:00"]),
        ("每季度首日 07:00", "2026-09-01 00:00", ["2026-10-01 07:00", "2027-01-01 07:00"]),
        ("每 6 小时", "2026-11-20 05:00", ["2026-11-20 06:00", "2026-11-20 12:00"]),
        ("每小时", "2026-11-20 23:30", ["2026-11-21 00:00", "2026-11-21 01:00"]),
        ("每天 06:00；每周五 12:00", "2026-11-19 07:00", ["2026-11-20 06:00", "2026-11-20 12:00"]),
        ("名单变化时", "2026-11-20 10:00", []),
        ("", "2026-11-20 10:00", []),
        ("每个工作日 08:30", "2030-10-04 10:00", ["2030-10-07 08:30"]),  # a year that no calendar knows: weekdays
    ],
)
def test_when_it_is_due(text: str, after: str, dues: list[str]) -> None:
    found = next_dues(read_schedule(text), after=at(after), calendar=CALENDAR, count=max(1, len(dues)))
    assert found == [at(due) for due in dues]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("每日6：00", "每天 06:00"),
        ("每周一，四 08：30；名单变化时", "每周一、四 08:30；名单变化时"),
        ("每星期1,4 8:30;名单变化时。", "每周一、四 08:30；名单变化时"),
        ("  每月第一个工作日　０６：３０ ", "每月首个工作日 06:30"),
        ("每周日和周三", "每周三、日 06:00"),
        ("每月5号和20号 07:00", "每月 5、20 日 07:00"),
        ("06:00 每天", "每天 06:00"),
        ("每1小时", "每小时"),
        ("每天；每天 06:00", "每天 06:00"),
        ("仅手动运行", ""),
    ],
)
def test_many_ways_to_write_it_are_one(typed: str, words: str) -> None:
    assert read_schedule(typed).words() == words


@pytest.mark.parametrize(
    "text",
    [
        *("每秒", "每 1 秒", "每5分钟", "每分钟", "每半小时", "实时", "每天 06:00；每 30 秒", "每刻"),
        *("每天 06:00、06:30", "每天 00:00、23:30", "每天 06:00；每周一 06:59", "每小时；每天 06:30"),
    ],
)
def test_what_would_run_too_often_is_refused(text: str) -> None:
    with pytest.raises(TooOften, match="至少间隔一小时"):
        read_schedule(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("* * * * *", "不用 cron 表达式"),
        ("*/1 * * * * *", "不用 cron 表达式"),
        ("0 6 * * MON", "不用 cron 表达式"),
        ("每天 25:00", "00:00 至 23:59"),
        ("每天 06:00:30", "精确到分"),
        ("每月 32 日", "1 至 31"),
        ("每 5 小时", "1、2、3、4、6、8、12"),
        ("每 2 小时 06:00", "不用写时刻"),
        ("每周五至一", "每周一至五"),
        ("每周", "看不懂"),
        ("有空的时候", "可以这样写"),
        ("每天 06:00；'; DROP TABLE x", "看不懂"),
        ("每天 06:00、" * 60, "200 字"),
        ("；".join(f"每月 {day} 日" for day in range(1, 12)), "最多写 10 段"),
    ],
)
def test_what_is_not_understood_is_refused_with_how_to_write_it(text: str, said: str) -> None:
    with pytest.raises(ScheduleNotUnderstood, match=said):
        read_schedule(text)


def test_the_sentence_says_what_it_means() -> None:
    assert NONE.sentence() == "仅手动运行。"
    assert read_schedule("每 6 小时").sentence() == "每隔 6 小时（零时起算）筛查。"
    assert "当月最后一日" in read_schedule("每月 31 日").sentence()
    both = read_schedule("每周一、四 08:30；名单变化时").sentence()
    assert both == ("每周一、四 08:30 筛查；所比对的名单或信息有变化时随即筛查（每日零时后另核对一次到期情况）。")
    assert all(read_schedule(text).words() == text for text in EXAMPLES)


TIMES = st.lists(st.times(), min_size=1, max_size=3, unique=True).map(
    lambda times: tuple(sorted({one.replace(second=0, microsecond=0, fold=0) for one in times}))
)
PLAIN = [p for p in Period if p not in {Period.HOURLY, Period.WEEKLY, Period.MONTHLY}]


def _days(most: int, least: int) -> Any:
    return st.sets(st.integers(least, most), min_size=1, max_size=4).map(lambda days: tuple(sorted(days)))


CLAUSES = st.one_of(
    st.builds(Clause, st.sampled_from(PLAIN), TIMES),
    st.builds(Clause, st.just(Period.WEEKLY), TIMES, _days(6, 0)),
    st.builds(Clause, st.just(Period.MONTHLY), TIMES, _days(31, 1)),
    st.sampled_from(STEPS).map(lambda step: read_schedule(f"每 {step} 小时").clauses[0]),
)
SCHEDULES = st.builds(
    lambda clauses, change: Schedule(tuple(dict.fromkeys(clauses)), change),
    st.lists(CLAUSES, max_size=3),
    st.booleans(),
)
MOMENTS = st.integers(0, 700 * 24 * 60).map(lambda minutes: at("2026-01-01") + timedelta(minutes=minutes))
WORDS = "每天周月日一三小时工作首个最后季度0123456789:：、；名单变化 "


@settings(max_examples=60)
@given(schedule=SCHEDULES, after=MOMENTS)
def test_words_are_read_back_and_runs_are_an_hour_apart(schedule: Schedule, after: datetime) -> None:
    """Or it is refused for being too often: there is nothing between."""
    try:
        read = read_schedule(schedule.words())
    except TooOften:
        return
    assert read == schedule
    dues = next_dues(schedule, after=after, calendar=CALENDAR, count=4)
    assert bool(dues) == bool(schedule.clauses)
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in zip([*dues], dues[1:], strict=False))
    for due in dues:
        day, moment = due.date(), due.timetz().replace(tzinfo=None)
        assert any(moment in one.times and one.falls_on(day, CALENDAR) for one in schedule.clauses)
    if dues:  # none between was left out
        assert (
            dues[0] > after and next_due(schedule, after=dues[0] - timedelta(minutes=1), calendar=CALENDAR) == dues[0]
        )


@pytest.mark.parametrize("text", ["每月" + "1" * 190 + "x", "每月" + "1日" * 95 + "x", "每周" + "一" * 190 + "x"])
def test_a_long_text_is_refused_at_once(text: str) -> None:
    """In a process that can be ended: an expression that tries every parting of 190 digits never answers."""
    code = (
        f"from screening.rules.schedules import read_schedule as r\ntry: r({text!r})\nexcept Exception as e: print(e)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=20, capture_output=True, check=True)
    assert "看不懂" in ended.stdout.decode()


def test_days_are_parted() -> None:
    assert read_schedule("每月1日5日和20号").words() == "每月 1、5、20 日 06:00"
    with pytest.raises(ScheduleNotUnderstood):
        read_schedule("每月 115 日")


@settings(max_examples=60)
@given(
    text=st.text(max_size=60) | st.text("每天周月日一三小时工作首个最后季度0123456789:：、；名单变化 ", max_size=30)
)
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        schedule = read_schedule(text)
    except (ScheduleNotUnderstood, TooOften) as refusal:
        assert str(refusal)
    else:
        assert read_schedule(schedule.words()) == schedule

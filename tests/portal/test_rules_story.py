"""Offsets become the dates that the story prints when T is 2026-11-20, and stay working days on any other day."""

from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml

from kernel.workdays import WorkCalendar
from portal.rules.story import OffsetWrong, Story, document_of, last_day, open_story

CAST = yaml.safe_load(Path("portal/initial/demo/cast.yaml").read_text(encoding="utf-8"))
YEARS = range(2004, 2027)


def calendar() -> WorkCalendar:
    days = (date(2004, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days))
    differing = {d: w for d in days if (w := chinese_calendar.is_workday(d)) != (d.weekday() < 5)}
    return WorkCalendar(frozenset(YEARS), differing)


CALENDAR = calendar()
PRINTED = Story(date(2026, 11, 20), date(2026, 11, 20), CALENDAR)


@pytest.mark.parametrize(
    ("today", "working_day"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),  # a Sunday
        (date(2026, 10, 5), date(2026, 9, 30)),  # the National Day holidays
        (date(2026, 10, 10), date(2026, 10, 10)),  # a Saturday that is worked
    ],
)
def test_t_is_the_last_working_day(today: date, working_day: date) -> None:
    story = open_story(today, CALENDAR)
    assert (story.working_day, story.opened_on) == (working_day, today)


def test_the_printed_dates_come_out() -> None:
    """Part 1.4 of the story, line by line."""
    day = {p["document_no"]: PRINTED.day(p["decided_on"]) for p in CAST["penalties"]}
    assert {document_of(k, d): d.isoformat() for k, d in day.items()} == {
        "江市监处罚〔2026〕31号": "2026-02-26",
        "江住建罚〔2026〕19号": "2026-06-08",
        "江环罚〔2026〕47号": "2026-08-12",
        "江环罚〔2026〕66号": "2026-10-09",
        "江市监处罚〔2026〕218号": "2026-11-17",
    }
    entry = {(e["subject"], e["list"]): e for e in CAST["entries"]}

    def said(subject: str, code: str, what: str) -> str:
        return PRINTED.day(entry[subject, code][what]).isoformat()

    assert said("hengtai", "L2", "effective_from") == "2026-03-02"
    assert said("dingfeng", "L1", "notice_served_on") == "2025-10-20"
    assert said("dingfeng", "L1", "effective_from") == "2025-11-10"
    assert PRINTED.day(entry["dingfeng", "L1"]["release"]["day"]).isoformat() == "2026-11-19"
    assert said("hongsheng", "L3", "decided_on") == "2026-09-03"
    assert said("hongsheng", "L3", "registered_on") == "2026-09-10"
    assert said("qinyuan", "L8", "publicised_from") == "2026-05-11"
    assert said("qinyuan", "L8", "publicised_until") == "2026-05-18"
    assert said("qinyuan", "L8", "effective_from") == "2026-05-20"
    assert said("yunfan", "L4", "effective_from") == "2026-03-18"
    assert said("yunfan-software", "L6", "effective_from") == "2026-07-06"
    assert PRINTED.day(entry["yunfan-software", "L6"]["release"]["day"]).isoformat() == "2026-11-12"


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2026, 2, 26), "5y", date(2031, 2, 25)),  # the statutory ban of Y1
        (date(2026, 3, 2), "3y", date(2029, 3, 1)),
        (date(2026, 6, 8), "1y", date(2027, 6, 7)),
        (date(2024, 2, 29), "1y", date(2025, 2, 28)),
    ],
)
def test_last_day(start: date, term: str, end: date) -> None:
    assert last_day(start, term) == end


@pytest.mark.parametrize("today", [date(2026, 1, 4) + timedelta(days=9 * n) for n in range(38)])
def test_on_any_day_the_order_of_the_story_holds(today: date) -> None:
    story = open_story(today, CALENDAR)
    for entry in CAST["entries"]:
        days = [
            story.day(entry[key])
            for key in ("notice_served_on", "publicised_from", "publicised_until", "decided_on", "effective_from")
            if key in entry
        ]
        assert days == sorted(days), entry["document_no"]
        if "release" in entry:
            assert days[-1] < story.day(entry["release"]["day"]) <= story.working_day


def test_moments_are_in_shanghai() -> None:
    assert PRINTED.moment("D-1 05:40") == datetime.fromisoformat("2026-11-19T05:40:00+08:00")
    assert PRINTED.moment("T").isoformat() == "2026-11-20T10:00:00+08:00"


@pytest.mark.parametrize("text", ["", "T+3", "X-1", "T-w", "2026-11-20"])
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(OffsetWrong):
        PRINTED.day(text)

"""The working calendar of 2025 and 2026 as it was announced, with 2027 provisional."""

from datetime import date, timedelta

import chinese_calendar

from kernel.workdays import WorkCalendar


def _differing() -> dict[date, bool]:
    day, found = date(2025, 1, 1), {}
    while day.year < 2027:
        works = chinese_calendar.is_workday(day)
        if works != (day.weekday() < 5):
            found[day] = works
        day += timedelta(days=1)
    return found


CALENDAR = WorkCalendar(frozenset({2025, 2026, 2027}), _differing(), frozenset({2027}))

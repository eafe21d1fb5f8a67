"""The one place that counts terms of months and years. Pure; the last day is inclusive."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

MONTHS_OF_A_YEAR = 12


@lru_cache(maxsize=4096)
def last_day_of_months(begins: date, months: int) -> date:
    """The last day of a term of months: the day before the same day of the month in which it ends.

    Where that month has no such day, its last day: a term of a year that begins on 29 February ends with February
    (民法典 第二百零二条).
    """
    ends = month_later(begins, months)
    days = monthrange(ends.year, ends.month)[1]
    return ends.replace(day=days) if begins.day > days else ends.replace(day=begins.day) - timedelta(days=1)


def last_day_of_years(begins: date, years: int) -> date:
    """The last day of a term of years, see last_day_of_months."""
    return last_day_of_months(begins, years * MONTHS_OF_A_YEAR)


def month_later(day: date, months: int = 1) -> date:
    """The first day of the month so many months after that of `day`; before it where `months` is negative."""
    count = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    return date(count // MONTHS_OF_A_YEAR, count % MONTHS_OF_A_YEAR + 1, 1)


def same_day_later(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, its last day."""
    month = month_later(day, months)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))

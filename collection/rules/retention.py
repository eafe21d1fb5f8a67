"""How long a record is kept. Pure."""

from datetime import date, timedelta

from kernel.terms import month_later


def last_day_of_retention(today: date, months: int) -> date:
    """A record decided before this day has been kept for `months` and is to go today.

    《中华人民共和国个人信息保护法》 第十九条: the shortest time that the purpose needs; the catalogue says which.
    """
    first = month_later(today, -months)
    return min(first + timedelta(days=today.day - 1), month_later(first) - timedelta(days=1))

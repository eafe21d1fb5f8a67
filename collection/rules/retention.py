"""How long a record is kept. Pure."""

from datetime import date, timedelta


def last_day_of_retention(today: date, months: int) -> date:
    """A record decided before this day has been kept for `months` and is to go today.

    《中华人民共和国个人信息保护法》 第十九条: the shortest time that the purpose needs; the catalogue says which.
    """
    count = today.year * 12 + today.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=today.day - 1), following - timedelta(days=1))

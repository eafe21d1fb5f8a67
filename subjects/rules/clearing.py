"""How long the finding holds that two of a like name are not one. Pure."""

from datetime import date, timedelta

MOST_DAYS = 366  # whoever looked a year ago looks again


def still_cleared(*, compared: tuple[str, str], now: tuple[str, str], until: date, on: date) -> bool:
    """Whether both sides are what was compared, and the day has not passed (the last day counts).

    A name alone confirms nobody, so neither may an old finding about a name hide somebody (不变量 I6).
    """
    return compared == now and on <= until


def last_day(on: date) -> date:
    """The latest day until which something may be cleared."""
    return on + timedelta(days=MOST_DAYS)

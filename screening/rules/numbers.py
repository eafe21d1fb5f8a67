"""Receipt numbers: JL-20261120-000037. The day is in the number; the count comes from a sequence and has gaps."""

import re
from datetime import date, datetime

NUMBER = re.compile(r"^[A-Z]{2}-(\d{8})-\d{6,}$")


def day_in(number: str) -> date | None:
    """The day (Shanghai) on which a receipt of that number was made; None where it is no receipt number."""
    match = NUMBER.match(number.strip().upper())
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007  # a day, not a moment
    except ValueError:
        return None

"""Receipt numbers: JL-20261120-000037. The day and the receipt's id are in the number; ids have gaps."""

import re
from datetime import date

NUMBER = re.compile(r"JL-(20\d{6})-(\d{6,18})", re.ASCII)


def parts_of(number: str) -> tuple[date, int] | None:
    """The day (Shanghai) and the id of the receipt of that number; None where it is no receipt number."""
    match = NUMBER.fullmatch(number)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]), int(match[2])
    except ValueError:
        return None

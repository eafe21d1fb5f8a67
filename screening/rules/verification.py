"""What the public page says of a printed receipt: whether it is ours, and whether it is still of today. Pure."""

import unicodedata
from datetime import date, timedelta
from enum import StrEnum

from screening.rules.replay import is_kept

PURPOSE = "screening.receipt"  # of its check code
CLASSES = {"hit": "命中", "could_not_check": "未能核查", "clear": "未命中"}


class Validity(StrEnum):
    """A receipt tells the lists of one moment; after some days it says nothing about today."""

    VALID = "valid"
    OVER = "over"
    PAST_RETENTION = "past_retention"


def read_number(text: str) -> str:
    """A receipt's number as people type it: any width, any case, spaces, any dash."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join("-" if unicodedata.category(c) == "Pd" else c for c in folded if not c.isspace())


def last_day(day: date, *, valid_days: int) -> date:
    """The last day on which a receipt of `day` is shown as valid. No law says how long; lists change daily."""
    return day + timedelta(days=max(valid_days, 1) - 1)


def validity(day: date, *, today: date, valid_days: int, years: int) -> Validity:
    """Of a receipt of `day`. 国办发〔2020〕49号: a list tells while it is kept up to date, and so an answer."""
    if not is_kept(day, today=today, years=years):
        return Validity.PAST_RETENTION
    return Validity.VALID if today <= last_day(day, valid_days=valid_days) else Validity.OVER

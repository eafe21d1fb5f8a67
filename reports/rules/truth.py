"""Whether an issued report still tells the truth: its marks of then against those of today. Pure.

A mark stands for one record or entry and changes with it (records: version, publicity; entries: term, objection).
What left since (repaired, released, corrected, withdrawn, no longer published) or says something else now makes the
report untrue; what is only new does not, for a report tells of its own day.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

PURPOSE = "reports.report"  # of its check code
NUMBER = re.compile(r"XB-(20\d{6})-(\d{6,18})", re.ASCII)
LONGEST = 60  # characters that anybody may send for a number or a code


class Standing(StrEnum):
    VALID = "valid"
    NEWS_SINCE = "news_since"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Standing.VALID: "有效：报告所载信息至今没有变更",
    Standing.NEWS_SINCE: "有效：报告所载信息至今没有变更，出具之后另有新增信息",
    Standing.SUPERSEDED: "已被替代：报告所载信息在出具之后有变更，请使用新出具的报告",
}


def standing(then: Mapping[str, str], now: Mapping[str, str]) -> Standing:
    """信用修复管理办法: a repair ends the use of what was published, also in reports that were issued before."""
    if any(now.get(key) != mark for key, mark in then.items()):
        return Standing.SUPERSEDED
    return Standing.NEWS_SINCE if now.keys() - then.keys() else Standing.VALID


def number_of(day: date, report_id: int) -> str:
    """XB-20261120-000037: the day and the report's id; ids have gaps."""
    return f"XB-{day:%Y%m%d}-{report_id:06d}"


def read_number(text: str) -> str:
    """A report's number as people type it: any width, any case, spaces, any dash."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join("-" if unicodedata.category(c) == "Pd" else c for c in folded if not c.isspace())


def parts_of(number: str) -> tuple[date, int] | None:
    """The day and the id in a number; None where it is no report's."""
    match = NUMBER.fullmatch(number)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]), int(match[2])
    except ValueError:
        return None

"""A view of penalties, a clock that is moved by hand, and a run."""

from datetime import datetime, timedelta
from typing import Any

from collection.models import Record
from collection.services.extracting import run_extraction
from tests.collection.definitions import GOOD
from tests.conftest import NOW
from tests.factories import accounts

CODES = list(GOOD)
COLUMNS = {"id": "bigint", **dict.fromkeys(CODES, "text")}


def penalty(number: int, **changed: str) -> list[Any]:
    said = GOOD | {"CF_WSH": f"江环罚〔2026〕{number}号"} | changed
    return [number, *(said[code] for code in CODES)]


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: int) -> None:
        self.at += timedelta(**by)


def run(extraction_id: int, clock: Clock) -> Any:
    ran = run_extraction(extraction_id=extraction_id, clock=clock, actor=accounts.PLATFORM)
    clock.later(minutes=31)
    return ran


def numbers() -> list[str]:
    return sorted(Record.objects.order_by("id").values_list("document_no", flat=True))

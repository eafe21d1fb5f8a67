"""Extractions and handovers for tests of the pages. Rows, not services."""

from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

from accounts.models import Department
from collection.models import Extraction, Handover, HandoverRun
from office.services import store_file
from tests.factories.accounts import PLATFORM
from toolkit.clock import day_of

_numbers = count(1)


def extraction(department: Department, item_id: int, *, at: datetime, **fields: Any) -> Extraction:
    """A view that nobody can reach: port 1."""
    said = {
        "name": f"视图{next(_numbers)}",
        "kind": "postgresql",
        "host": "127.0.0.1",
        "port": 1,
        "database": "dept",
        "username": "reader",
        "relation": "penalty_v",
        "order_column": "id",
        "created_by": "user:u",
        "created_at": at,
    }
    return Extraction.objects.create(department=department, item_id=item_id, **said | fields)


def handover(item_id: int, *, at: datetime, **fields: Any) -> Handover:
    """Files of one day, made at its end."""
    files = {
        f"{kind}_id": store_file(
            stream=BytesIO(b"x"), name=f"x.{kind}", keep_until=None, limit=10, actor=PLATFORM, now=at
        ).id
        for kind in ("xlsx", "xml")
    }
    said = {"day": day_of(at), "records": 1, "made_at": at, "made_by": "user:u"}
    return Handover.objects.create(item_id=item_id, **said | files | fields)


def run(item_id: int, *, at: datetime) -> HandoverRun:
    """Somebody asked for the files of a day, and no worker is at it."""
    return HandoverRun.objects.create(item_id=item_id, day=day_of(at), asked_by="user:u", asked_at=at)

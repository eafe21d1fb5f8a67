"""Rosters, their members and runs, through the services."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from screening.models import Roster, RosterAnswer, RosterRun
from screening.services.rosters.members import Taken, take_rows
from screening.services.rosters.running import run_roster
from screening.services.rosters.starting import request_run
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)


def roster(*, sources: Sequence[int], **fields: Any) -> Roster:
    """A roster in use that compares with these lists and no measures, unless said otherwise."""
    said: dict[str, Any] = {
        "name": f"第{next(_numbers)}名单",
        "measures_from": "none",
        "made_by": PLATFORM.key,
        "made_at": LONG_AGO,
    }
    if "department_id" not in fields:
        fields["department"] = accounts.department()
    return Roster.objects.create(source_ids=list(sources), **said | fields)


def members(of: Roster, *codes: str, at: datetime = LONG_AGO) -> Taken:
    """Rows with these codes; "code|name" for a name beside it."""
    rows = [(number, *f"{code}|".split("|")[:2]) for number, code in enumerate(codes, start=2)]
    return take_rows(roster_id=of.pk, rows=rows, upload_id=None, actor=PLATFORM, now=at)  # type: ignore[arg-type]


def run(of: Roster, *, at: datetime, **fields: Any) -> RosterRun:
    """One run to its end."""
    asked = request_run(roster_id=of.pk, why="manual", actor=PLATFORM, now=at)
    made = RosterRun.objects.get(pk=asked)
    assert made.job_id is not None
    run_roster(job_id=made.job_id, clock=lambda: at, **fields)
    made.refresh_from_db()
    return made


def answers(of: Roster) -> list[RosterAnswer]:
    """In the order of the members."""
    return list(RosterAnswer.objects.filter(roster_id=of.pk).order_by("member_id"))

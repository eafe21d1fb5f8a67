"""Reactions to facts of lower floors: what has ended otherwise needs no repair; a calendar moves last days."""

from datetime import datetime
from typing import Any

from kernel.actor import system
from repair.services.clockwork import recompute
from repair.services.filing import close_moot

ACTOR = system("repair")


def on_record_over(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.record.ended, .withdrawn: by an objection, a result from above, the department itself."""
    reason = "该信息已经结束或者撤回，无需再修复。"
    close_moot(record_id=int(payload["record_id"]), entry_id=None, reason=reason, actor=ACTOR, now=now)


def on_entry_released(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.released: an objection was upheld, the term is over, the department took it off."""
    reason = f"该条目已{payload['kind']}，无需再修复。"
    close_moot(record_id=None, entry_id=int(payload["entry_id"]), reason=reason, actor=ACTOR, now=now)


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: last days that rest on that year are worked out again."""
    recompute(year=int(payload["year"]), actor=ACTOR, now=now)

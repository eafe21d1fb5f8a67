"""Reactions to facts of lower floors. Each is one idempotent call."""

from datetime import datetime
from typing import Any

from collection.services import duties
from collection.services.handing import ABOUT, fail_handover
from collection.services.receiving import fail_batch
from kernel.actor import system

BATCH = "collection.batch:"


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: the last days of open tasks that rest on that year are worked out again."""
    duties.recompute_tasks(year=int(payload["year"]), actor=system("collection"), now=now)


def on_job_ended(payload: dict[str, Any], *, now: datetime) -> None:
    """office.job.ended: what a job was given up at says so; a batch may be resumed."""
    if payload["state"] == "failed" and payload["about"].startswith(BATCH):
        batch_id = int(payload["about"].removeprefix(BATCH))
        fail_batch(batch_id=batch_id, job_id=payload["job_id"], now=now)
    if payload["state"] == "failed" and payload["about"].startswith(ABOUT):
        fail_handover(run_id=int(payload["about"].removeprefix(ABOUT)), job_id=payload["job_id"], now=now)

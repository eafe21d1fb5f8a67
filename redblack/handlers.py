"""Reactions to facts of lower floors. Each is one idempotent call."""

from datetime import datetime
from typing import Any

from kernel.actor import system
from office.selectors import job_of
from redblack.services import fail_version, hearing, recognising

VERSION = "redblack.listversion:"


def on_record_taken(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.record.taken: a grave record asks the recognisers of its subject's honours."""
    record_id = int(payload["record_id"])
    recognising.raise_for_records(first=record_id, last=record_id, actor=system("recognisers"), now=now)


def on_rows_taken(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.rows.taken: the same for what one chunk of a batch took or changed."""
    recognising.raise_for_records(
        first=int(payload["first_record"]),
        last=int(payload["last_record"]),
        changed_by_batch=int(payload["batch_id"]) if payload["changed"] else None,
        actor=system("recognisers"),
        now=now,
    )


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: open tasks and statement periods of that year get their last days anew."""
    recognising.recompute_tasks(year=int(payload["year"]), actor=system("recognisers"), now=now)
    hearing.recompute_periods(year=int(payload["year"]), actor=system("proceedings"), now=now)


def on_job_ended(payload: dict[str, Any], *, now: datetime) -> None:
    """office.job.ended: the version of a job that was given up is not taken; the last one stands."""
    if payload["state"] == "failed" and payload["about"].startswith(VERSION):
        job = job_of(payload["job_id"])
        fail_version(
            version_id=int(payload["about"].removeprefix(VERSION)),
            job_id=payload["job_id"],
            failure=job.failure if job else "",
            actor=system("received_lists"),
            now=now,
        )

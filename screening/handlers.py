"""Reactions to facts of lower floors: what a list, a record or a measure that changed means for response tasks.

Each is one call of `reconcile`, which compares and does nothing twice.
"""

from datetime import datetime
from typing import Any

from collection.selectors import source_ids
from kernel.actor import system
from screening.services.responses import Scope, recompute_tasks, reconcile
from screening.services.rosters.scheduling import set_forward
from screening.services.rosters.starting import end_lost
from screening.services.rosters.uploading import upload_stopped

ACTOR = system("responses")


def on_entry_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.entered, .released, .corrected, .disputed, .dispute_ended: measures that hang on this entry."""
    reconcile(scope=Scope(trigger=f"entry:{payload['entry_id']}"), actor=ACTOR, now=now)


def on_record_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.record.taken, .ended, .withdrawn, .disputed, .dispute_ended: measures that hang on this record."""
    reconcile(scope=Scope(trigger=f"record:{payload['record_id']}"), actor=ACTOR, now=now)


def on_list_received(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.list.received: a whole list came anew."""
    source = source_ids().get(payload["list_code"])
    if source is not None:
        reconcile(scope=Scope(sources=frozenset({source})), actor=ACTOR, now=now)


def on_source_loaded(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.source.loaded: an honour waits until every source that might pause it can be relied on."""
    if not payload["held"]:
        reconcile(scope=Scope(sources=frozenset({payload["source_id"]}), honours=True), actor=ACTOR, now=now)


def on_batch_done(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.batch.done: records came in bulk; which sources they raise triggers on is not the fact's to say."""
    if payload["taken"] or payload["changed"]:
        reconcile(scope=Scope(), actor=ACTOR, now=now)


def on_source_retired(payload: dict[str, Any], *, now: datetime) -> None:
    """collection.source.retired: nothing that it holds calls for a measure any more."""
    reconcile(scope=Scope(sources=frozenset({payload["source_id"]})), actor=ACTOR, now=now)


def on_measure_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """measures.item.published, .withdrawn: what already stands calls for it, or no longer."""
    reconcile(scope=Scope(item_code=payload["code"]), actor=ACTOR, now=now)


def on_calendar_imported(payload: dict[str, Any], *, now: datetime) -> None:
    """office.calendar.imported: last days that rest on that year are worked out again."""
    recompute_tasks(year=int(payload["year"]), actor=ACTOR, now=now)
    set_forward(now=now)


def on_job_ended(payload: dict[str, Any], *, now: datetime) -> None:
    """office.job.ended: a run of a roster whose job was given up has failed, and the next one may begin; a file of
    members whose job has stopped may come again.
    """
    kind, _, number = payload["about"].partition(":")
    if kind == "screening.rosterupload" and payload["state"] != "done":
        upload_stopped(upload_id=int(number), cancelled=payload["state"] == "cancelled")
    if kind == "screening.rosterrun" and payload["state"] == "failed":
        end_lost(run_id=int(number), now=now)

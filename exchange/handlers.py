"""Reactions to facts of lower floors: whoever subscribes to a list is to be told, whoever acted on an entry, too."""

from datetime import datetime
from typing import Any

from exchange.rules.liftings import Why
from exchange.services.lifting import open_liftings, turn_liftings
from exchange.services.numbering import call_workers
from kernel.actor import system
from redblack.rules.corrections import MATTERS

ACTOR = system("exchange")


def on_list_changed(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.*, redblack.list.received, collection.source.retired: something may have to be told."""
    call_workers()


def on_entry_released(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.released: whoever acted on it undoes it."""
    open_liftings(entry_ids=[payload["entry_id"]], actor=ACTOR, now=now)


def on_entry_restored(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.restored, .dispute_ended: what was to be undone is not, what was undone is looked at again."""
    turn_liftings(entry_id=payload["entry_id"], actor=ACTOR, now=now)


def on_entry_corrected(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.corrected: whoever acted on what was told before looks at it again."""
    if MATTERS.intersection(payload["changed"]):
        occasion = payload["version"][:60]
        open_liftings(entry_ids=[payload["entry_id"]], why=Why.CORRECTED, occasion=occasion, actor=ACTOR, now=now)


def on_entry_disputed(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.entry.disputed: measures rest, or rest no more."""
    if not payload["suspended"]:
        return on_entry_restored(payload, now=now)
    occasion = payload["marked_on"]
    open_liftings(entry_ids=[payload["entry_id"]], why=Why.SUSPENDED, occasion=occasion, actor=ACTOR, now=now)


def on_rows_applied(payload: dict[str, Any], *, now: datetime) -> None:
    """redblack.list.rows_applied: the same for those that a received version no longer names, or names otherwise.

    A fact from before `changed_matters` was told does not say which corrections matter, and asks nobody of them.
    """
    open_liftings(entry_ids=payload["released"], actor=ACTOR, now=now)
    occasion = f"版本 {payload['version_id']}"
    changed = payload.get("changed_matters", [])
    open_liftings(entry_ids=changed, why=Why.CORRECTED, occasion=occasion, actor=ACTOR, now=now)

"""A file on its way in: received at once, checked and taken by a worker, in pieces that survive a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Received:
    """The batch of a file. `known`: the same bytes were handed in before, and this is that batch."""

    batch_id: int
    known: bool


def receive_file(
    *,
    item_code: str,
    file_name: str,
    stream: BinaryIO,
    department_id: int,
    all_or_nothing: bool,
    actor: Actor,
    now: datetime,
) -> Received:
    """Store a file, open its batch and the job that works it off."""
    raise NotImplementedError


def run_import(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Work a batch off, from where it stopped. Called by collection.tasks.run_import."""
    raise NotImplementedError


def cancel_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Ask a batch that is under way to stop at the next chunk. What was taken stays."""
    raise NotImplementedError


def resume_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Go on with a batch that was cancelled or failed, from where it stopped."""
    raise NotImplementedError

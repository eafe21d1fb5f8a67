"""What every way to a receiver offers, and how it fails.

A channel holds no state between calls and touches no table of ours. Whatever it is handed may have been handed over
before, wholly or in part: the receiver's number decides what is new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.rules.channels import TROUBLES, Settings, Trouble
from exchange.selectors import Change
from kernel.errors import RuleBroken


class CannotDeliver(RuleBroken):
    """`trouble`: which kind of obstacle. The text of the other side's error is never kept: it may quote a row."""

    code = "exchange.cannot_deliver"

    def __init__(self, trouble: Trouble, message: str = "") -> None:
        super().__init__(message or TROUBLES[trouble])
        self.trouble = trouble


class Gap(CannotDeliver):
    """The receiver has applied nothing after row `seq`, and rows after it were to follow another."""

    def __init__(self, seq: int) -> None:
        super().__init__(Trouble.GAP)
        self.seq = seq


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver has applied everything up to row `seq` and then holds `count` entries.

    `count` is None where it says so later (files), or was not asked because more rows follow at once.
    """

    seq: int
    count: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a ledger without a gap, oldest first. `more`: others follow at once, so the count may wait."""

    subscription_id: int
    first_seq: int
    last_seq: int
    rows: Sequence[Change]
    made_at: datetime
    more: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the receiver is to hold, as of row `seq`: `count` entries by their id. `pages` is read once."""

    subscription_id: int
    seq: int
    count: int
    pages: Iterator[Sequence[Change]]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """Where to deliver, with the secret opened, in memory only. `caller`: under which name we sign, `now` when."""

    subscription_id: int
    settings: Settings
    secret: str
    now: datetime
    caller: str = ""

    def __repr__(self) -> str:  # a traceback or a log shows no secret
        return f"Target({self.subscription_id}, {self.settings.kind})"


class Channel(Protocol):
    """Each method raises CannotDeliver, and may be called again after a crash at any place in it."""

    def try_it(self) -> str:
        """Reach the receiver without sending any row; what was found, in Chinese."""

    def deliver(self, batch: Batch) -> Receipt:
        """Hand over the rows that it has not applied. Raises Gap where rows before them are missing there."""

    def replace(self, snapshot: Snapshot) -> Receipt:
        """Make the receiver hold exactly this, whatever it held."""

    def state(self) -> Receipt | None:
        """What the receiver says it has applied and holds; None: it has said nothing yet, or never does."""

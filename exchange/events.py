"""Facts of the exchange: ids, codes, counts."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SubscriptionProposed:
    NAME: ClassVar[str] = "exchange.subscription.proposed"
    subscription_id: int
    department_id: int
    lists: list[str]
    kinds: list[str]
    area: str


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """A step of its life: approve, refuse, pause, resume, end."""

    NAME: ClassVar[str] = "exchange.subscription.changed"
    subscription_id: int
    step: str
    state: str


@dataclass(frozen=True, slots=True)
class RowsNumbered:
    """Changes became rows of a subscription's ledger, up to this number; `recalled`: how many take something back."""

    NAME: ClassVar[str] = "exchange.ledger.written"
    subscription_id: int
    rows: int
    last_seq: int
    recalled: int


@dataclass(frozen=True, slots=True)
class ReceiptConfirmed:
    """The receiver has applied everything up to `seq` and holds `count` entries, where `expected` were told."""

    NAME: ClassVar[str] = "exchange.ledger.confirmed"
    subscription_id: int
    seq: int
    count: int
    expected: int
    recalls: int


@dataclass(frozen=True, slots=True)
class RowsGiven:
    """A receiver has read so many rows after that one: of the changes (a number) or of the snapshot (an entry)."""

    NAME: ClassVar[str] = "exchange.rows.given"
    subscription_id: int
    what: str
    after: int
    rows: int


@dataclass(frozen=True, slots=True)
class RecallsChased:
    """A department was reminded of recalls that it has not confirmed in time."""

    NAME: ClassVar[str] = "exchange.recalls.chased"
    department_id: int
    count: int

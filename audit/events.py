"""The audit's own facts: somebody read it."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LogViewed:
    """An audit administrator looked at the log, with these filters."""

    NAME: ClassVar[str] = "audit.log.viewed"
    filters: dict[str, str]
    shown: int


@dataclass(frozen=True, slots=True)
class DeliveryRetried:
    """An operator put a given-up delivery back into the queue."""

    NAME: ClassVar[str] = "audit.delivery.retried"
    delivery_id: int
    handler: str

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


@dataclass(frozen=True, slots=True)
class ChannelSaved:
    """Where a subscription's rows are to go, once approved; `secret`: whether a new password or key was set."""

    NAME: ClassVar[str] = "exchange.channel.saved"
    subscription_id: int
    kind: str
    place: str
    pace: str
    secret: bool


@dataclass(frozen=True, slots=True)
class ChannelTried:
    """Somebody had the receiver reached; `trouble` is empty when all was well."""

    NAME: ClassVar[str] = "exchange.channel.tried"
    subscription_id: int
    trouble: str


@dataclass(frozen=True, slots=True)
class ChannelApproved:
    NAME: ClassVar[str] = "exchange.channel.approved"
    subscription_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class ChannelOff:
    """Nothing goes out by it any more; the receiver pulls."""

    NAME: ClassVar[str] = "exchange.channel.off"
    subscription_id: int


@dataclass(frozen=True, slots=True)
class RowsDelivered:
    """The receiver has taken a batch. `what`: changes or snapshot; `count`: what it then held, -1: it did not say."""

    NAME: ClassVar[str] = "exchange.rows.delivered"
    subscription_id: int
    what: str
    first_seq: int
    last_seq: int
    rows: int
    attempts: int
    count: int


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """A batch was not taken, for the `attempts`th time; `given_up`: it waits for a person."""

    NAME: ClassVar[str] = "exchange.delivery.failed"
    subscription_id: int
    delivery_id: int
    trouble: str
    attempts: int
    given_up: bool


@dataclass(frozen=True, slots=True)
class DeliveryAsked:
    """A person had something sent: `what` is resend (a batch that failed), now (what waits) or full (everything)."""

    NAME: ClassVar[str] = "exchange.delivery.asked"
    subscription_id: int
    what: str


@dataclass(frozen=True, slots=True)
class GapFound:
    """The receiver stands at `seq` where it had been given rows up to `sent_seq`, or holds another count than it was
    told; what is missing is sent again.
    """

    NAME: ClassVar[str] = "exchange.gap.found"
    subscription_id: int
    seq: int
    sent_seq: int


@dataclass(frozen=True, slots=True)
class LiftingsOpened:
    """An entry left, or changed: so many cases of departments that acted on it are to be undone or looked at.
    `why`: exchange.rules.liftings.
    """

    NAME: ClassVar[str] = "exchange.liftings.opened"
    entry_id: int
    cases: int
    why: str = "left"


@dataclass(frozen=True, slots=True)
class LiftingsTurned:
    """What was asked because of an entry is asked no more; `closed`: how many were still waiting."""

    NAME: ClassVar[str] = "exchange.liftings.turned"
    entry_id: int
    closed: int


@dataclass(frozen=True, slots=True)
class LiftingConfirmed:
    """A department has undone it, or had applied nothing."""

    NAME: ClassVar[str] = "exchange.lifting.confirmed"
    lifting_id: int
    entry_id: int
    lifted: bool


@dataclass(frozen=True, slots=True)
class LiftingsChased:
    """A department was reminded of what it has not undone in time."""

    NAME: ClassVar[str] = "exchange.liftings.chased"
    department_id: int
    count: int

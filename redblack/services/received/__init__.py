"""Lists that are decided elsewhere and reach us as whole versions: received, staged, compared, applied or held."""

from redblack.services.received.deciding import discard_version, release_version
from redblack.services.received.memory import ReceivedRow, receive
from redblack.services.received.receiving import ReceivedVersion, fail_version, receive_version
from redblack.services.received.refusals import (
    CannotConfirm,
    CannotDeliver,
    ListDecidedHere,
    NoteMissing,
    NotHeld,
    SameHand,
    StatedInFuture,
    VersionKnown,
    VersionOlder,
    VersionUnnamed,
    VersionWaits,
)
from redblack.services.received.working import work_version

__all__ = [
    "CannotConfirm",
    "CannotDeliver",
    "ListDecidedHere",
    "NotHeld",
    "NoteMissing",
    "ReceivedRow",
    "ReceivedVersion",
    "SameHand",
    "StatedInFuture",
    "VersionKnown",
    "VersionOlder",
    "VersionUnnamed",
    "VersionWaits",
    "discard_version",
    "fail_version",
    "receive",
    "receive_version",
    "release_version",
    "work_version",
]

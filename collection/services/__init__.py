"""The verbs of this app, under one name for the floors above."""

from collection.services.records import (
    NothingPublished,
    PublicityUnknown,
    Raised,
    RecordUnknown,
    UnknownSubject,
    end_record,
    take_record,
)
from collection.services.sources import (
    LoadedInFuture,
    UnknownSource,
    advance,
    lock_register,
    mark_loaded,
    register_source,
    retire_source,
)

__all__ = [
    "LoadedInFuture",
    "NothingPublished",
    "PublicityUnknown",
    "Raised",
    "RecordUnknown",
    "UnknownSource",
    "UnknownSubject",
    "advance",
    "end_record",
    "lock_register",
    "mark_loaded",
    "register_source",
    "retire_source",
    "take_record",
]

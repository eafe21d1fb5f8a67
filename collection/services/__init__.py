"""The verbs of this app, under one name for the floors above."""

from collection.services.calls import Receipt, ReturnedRow, receive_rows
from collection.services.disputes import end_record_dispute, mark_record, rest_record
from collection.services.intake import run_import
from collection.services.mending import drop_rows, mend_rows
from collection.services.receiving import Received, cancel_batch, receive_file, resume_batch
from collection.services.records import (
    NothingPublished,
    PublicityUnknown,
    Raised,
    RecordUnknown,
    UnknownSubject,
    end_record,
    take_record,
)
from collection.services.returned import returned_file
from collection.services.sources import (
    LoadedInFuture,
    UnknownSource,
    advance,
    lock_register,
    mark_loaded,
    register_source,
    retire_source,
)
from collection.services.work import Correction

__all__ = [
    "Correction",
    "LoadedInFuture",
    "NothingPublished",
    "PublicityUnknown",
    "Raised",
    "Receipt",
    "Received",
    "RecordUnknown",
    "ReturnedRow",
    "UnknownSource",
    "UnknownSubject",
    "advance",
    "cancel_batch",
    "drop_rows",
    "end_record",
    "end_record_dispute",
    "lock_register",
    "mark_loaded",
    "mark_record",
    "mend_rows",
    "receive_file",
    "receive_rows",
    "register_source",
    "rest_record",
    "resume_batch",
    "retire_source",
    "returned_file",
    "run_import",
    "take_record",
]

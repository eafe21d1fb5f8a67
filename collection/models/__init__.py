"""The tables of collection: sources and triggers, records, what is on its way in, what is owed."""

from collection.models.duties import CollectionTask, Handover, HandoverRun, Tally
from collection.models.intake import Batch, Extraction, RowProblem, StagedRow
from collection.models.records import PUBLICITY_STATES, Promise, Record, RecordChange, RecordDispute, RecordKey
from collection.models.sources import Registry, Source, SourceFacts, SourceLoad, Trigger

__all__ = [
    "PUBLICITY_STATES",
    "Batch",
    "CollectionTask",
    "Extraction",
    "Handover",
    "HandoverRun",
    "Promise",
    "Record",
    "RecordChange",
    "RecordDispute",
    "RecordKey",
    "Registry",
    "RowProblem",
    "Source",
    "SourceFacts",
    "SourceLoad",
    "StagedRow",
    "Tally",
    "Trigger",
]

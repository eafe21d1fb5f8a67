"""The tables of the lists: types and editions, entries and their marks, what leads to them, versions received."""

from redblack.models.entries import Binding, Dispute, Entry
from redblack.models.lists import ListType, ListTypeEdition
from redblack.models.proceedings import (
    PAPERS,
    SERVED_WAYS,
    Paper,
    PeriodChange,
    Proceeding,
    RecogniserTask,
    Rehabilitation,
    Removal,
    Statement,
)
from redblack.models.received import Doubt, ListVersion, StagedEntry

__all__ = [
    "PAPERS",
    "SERVED_WAYS",
    "Binding",
    "Dispute",
    "Doubt",
    "Entry",
    "ListType",
    "ListTypeEdition",
    "ListVersion",
    "Paper",
    "PeriodChange",
    "Proceeding",
    "RecogniserTask",
    "Rehabilitation",
    "Removal",
    "StagedEntry",
    "Statement",
]

"""Reading what was delivered, under one name for the floors above."""

from collection.selectors.batches import (
    BatchFilters,
    BatchNotFound,
    batch_page,
    cells_of,
    get_batch,
    problem_page,
)
from collection.selectors.reporting import waiting_batches
from collection.selectors.sources import SourceAge, raisable_sources, source_ages, source_ids

__all__ = [
    "BatchFilters",
    "BatchNotFound",
    "SourceAge",
    "batch_page",
    "cells_of",
    "get_batch",
    "problem_page",
    "raisable_sources",
    "source_ages",
    "source_ids",
    "waiting_batches",
]

"""Reading what was delivered, under one name for the floors above."""

from collection.selectors.sources import SourceAge, source_ages, source_ids

__all__ = ["SourceAge", "source_ages", "source_ids"]

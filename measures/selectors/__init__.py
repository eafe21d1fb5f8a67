"""Reading measures: what a check applies, and what its editors work on."""

from measures.selectors.published import PublishedItem, items_of_matter, published_count

__all__ = ["PublishedItem", "items_of_matter", "published_count"]

"""Reading measures: what a check applies, and what its editors work on."""

from measures.selectors.items import (
    ItemFilters,
    ItemNotFound,
    documents_of,
    editions_of,
    item_by_id,
    item_count,
    item_page,
    own_term_source_ids,
    sent_back,
    sheet_items,
    source_names,
    standing,
    to_review,
    value_of,
    visible_to,
    waiting,
)
from measures.selectors.published import PublishedItem, draft_as_published, items_of_matter, published_count

__all__ = [
    "ItemFilters",
    "ItemNotFound",
    "PublishedItem",
    "documents_of",
    "draft_as_published",
    "editions_of",
    "item_by_id",
    "item_count",
    "item_page",
    "items_of_matter",
    "own_term_source_ids",
    "published_count",
    "sent_back",
    "sheet_items",
    "source_names",
    "standing",
    "to_review",
    "value_of",
    "visible_to",
    "waiting",
]

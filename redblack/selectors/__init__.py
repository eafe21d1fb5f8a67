"""Reading the lists: types, entries, and who may see them."""

from redblack.selectors.lists import (
    EntryNotFound,
    UnknownList,
    get_visible,
    list_type,
    list_types,
    recognises,
    visible_to,
)

__all__ = [
    "EntryNotFound",
    "UnknownList",
    "get_visible",
    "list_type",
    "list_types",
    "recognises",
    "visible_to",
]

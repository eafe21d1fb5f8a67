"""Reading the lists: types, entries, and who may see them."""

from redblack.selectors.lists import (
    EntryNotFound,
    UnknownList,
    current_list_codes,
    get_visible,
    list_type,
    list_types,
    recognises,
    visible_to,
)
from redblack.selectors.received import VersionNotFound, get_version, versions_to_confirm

__all__ = [
    "EntryNotFound",
    "UnknownList",
    "VersionNotFound",
    "current_list_codes",
    "get_version",
    "get_visible",
    "list_type",
    "list_types",
    "recognises",
    "versions_to_confirm",
    "visible_to",
]

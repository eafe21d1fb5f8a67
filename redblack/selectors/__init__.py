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
from redblack.selectors.received import VersionNotFound, get_version, versions_to_confirm

__all__ = [
    "EntryNotFound",
    "UnknownList",
    "VersionNotFound",
    "get_version",
    "get_visible",
    "list_type",
    "list_types",
    "recognises",
    "versions_to_confirm",
    "visible_to",
]

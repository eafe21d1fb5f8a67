"""What changes the measures: memoranda, and the measure items with their life."""

from measures.services.memoranda import Original, register_memorandum
from measures.services.publication import (
    Article,
    CannotPublish,
    CannotPublishHere,
    ItemContent,
    NotPublished,
    UnknownDocument,
    publish_item,
    withdraw_item,
)

__all__ = [
    "Article",
    "CannotPublish",
    "CannotPublishHere",
    "ItemContent",
    "NotPublished",
    "Original",
    "UnknownDocument",
    "publish_item",
    "register_memorandum",
    "withdraw_item",
]

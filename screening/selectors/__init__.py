"""Reading what was asked and answered; lists of matters and of response tasks are in modules of their own."""

from screening.selectors.checks import (
    PreparedPlan,
    ReceiptNotFound,
    Revisions,
    UnknownMatter,
    choice_of,
    consulted_sources,
    day_count,
    get_visible,
    make_plan,
    matters,
    prepared_plan,
    receipt,
    receipt_page,
    revisions,
    undecided,
    visible_to,
)
from screening.selectors.looking import FoundSubject, Looked, look

__all__ = [
    "FoundSubject",
    "Looked",
    "PreparedPlan",
    "ReceiptNotFound",
    "Revisions",
    "UnknownMatter",
    "choice_of",
    "consulted_sources",
    "day_count",
    "get_visible",
    "look",
    "make_plan",
    "matters",
    "prepared_plan",
    "receipt",
    "receipt_page",
    "revisions",
    "undecided",
    "visible_to",
]

"""Reading what is owed, what was reported and what came of it, scoped by department."""

from feedback.selectors.cases import (
    Counts,
    DueNotFound,
    Wanted,
    cases_by_number,
    cases_of,
    changed_cases,
    counts,
    dues_of_receipt,
    get_visible,
    open_dues,
    visible_to,
)
from feedback.selectors.letters import (
    LetterNotFound,
    carried_by_due,
    carried_by_response,
    get_letter,
    letter_page,
    letters_of,
    letters_visible_to,
)

__all__ = [
    "Counts",
    "DueNotFound",
    "LetterNotFound",
    "Wanted",
    "carried_by_due",
    "carried_by_response",
    "cases_by_number",
    "cases_of",
    "changed_cases",
    "counts",
    "dues_of_receipt",
    "get_letter",
    "get_visible",
    "letter_page",
    "letters_of",
    "letters_visible_to",
    "open_dues",
    "visible_to",
]

"""Personal numbers in texts that are kept or shown for another reason: names of files, notes."""

import re

from kernel.identifiers import citizen_id_problem, holds_citizen_id, mask, normalise_code

_RUN = re.compile(r"(?<!\d)\d(?:\s*\d){16}\s*[\dXxＸｘ](?!\d)")  # full-width digits are digits to Python, too


def hide_citizen_ids(text: str) -> str:
    """The text with every citizen's number masked; every digit, where it cannot be told which are the number's."""
    shown = _RUN.sub(_hidden, text)
    return re.sub(r"\d", "*", shown) if holds_citizen_id(shown) else shown


def _hidden(found: re.Match[str]) -> str:
    number = normalise_code(found.group())
    return mask(number) if citizen_id_problem(number) is None else found.group()

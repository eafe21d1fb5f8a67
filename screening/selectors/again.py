"""Checks of an application that were made before: by its file number, or by a receipt's own number."""

from kernel.actor import Actor
from screening.models import Receipt
from screening.selectors.checks import visible_to

MOST = 20


def of_file(actor: Actor, file_number: str) -> list[Receipt]:
    """The actor's receipts of that file number, newest first; the first MOST."""
    found = visible_to(actor).filter(file_number=file_number).exclude(file_number="")
    return list(found.select_related("matter").order_by("-checked_at", "-id")[:MOST])

"""Reading the catalogue."""

from typing import NamedTuple

from catalog.models import ItemVersion


class Current(NamedTuple):
    item_id: int
    version_id: int


def current_version(item_code: str) -> Current | None:
    """The newest published version of an item; None when nothing of it is published."""
    found = (
        ItemVersion.objects.filter(item__code=item_code, published_on__isnull=False)
        .order_by("-number")
        .values_list("item_id", "pk")
        .first()
    )
    return Current(*found) if found else None

"""What the public may read of the catalogue: current versions whose records are public or shared among offices."""

from django.db.models import Q, QuerySet

from catalog.models import ItemVersion
from catalog.selectors.versions import VersionNotFound, newest_published

SCOPES = ("社会公开", "政务共享")


def public_items(
    *, text: str = "", information_class: str = "", after: str = "", limit: int = 50
) -> list[ItemVersion]:
    """Current versions by code, after the code `after`; those of the two open scopes alone."""
    rows = _public()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(item__code__icontains=text))
    if information_class:
        rows = rows.filter(information_class=information_class)
    if after:
        rows = rows.filter(item__code__gt=after)
    return list(rows.order_by("item__code")[:limit])


def public_item(code: str) -> ItemVersion:
    """Raises VersionNotFound, for what is not published and for what is not open alike."""
    found = _public().filter(item__code=code).first()
    if found is None:
        raise VersionNotFound("公开目录中没有这个条目，可能尚未发布、已经撤销或不向社会公开。")
    return found


def _public() -> QuerySet[ItemVersion]:
    return newest_published().filter(sharing_scope__in=SCOPES)

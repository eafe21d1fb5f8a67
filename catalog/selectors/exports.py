"""Which versions the catalogue's own spreadsheet holds."""

from catalog import policies
from catalog.models import ItemVersion
from catalog.selectors.versions import VersionNotFound, newest_published, version, versions_of
from kernel.actor import Actor


def export_versions(actor: Actor, *, code: str = "", number: int | None = None) -> list[ItemVersion]:
    """The versions that an export holds: every current one by code; of one item its current one, else the newest
    that the actor may see; with `number` that one. Raises VersionNotFound.
    """
    if code and number is not None:
        return [version(actor, code, number)]
    current = newest_published().order_by("item__code")
    if not policies.may_see(actor):
        current = current.none()
    if not code:
        return list(current)
    found = list(current.filter(item__code=code)) or versions_of(actor, code)[:1]
    if not found:
        raise VersionNotFound
    return found

"""Reading the catalogue."""

from functools import lru_cache
from typing import Any, NamedTuple

from catalog.models import ItemVersion
from catalog.rules.definition import Definition, read
from catalog.rules.states import State
from kernel.errors import NotFound


class Current(NamedTuple):
    item_id: int
    version_id: int


def current_version(item_code: str) -> Current | None:
    """The newest published version of an item; None when nothing of it is published."""
    found = (
        ItemVersion.objects.filter(item__code=item_code, state=State.PUBLISHED)
        .order_by("-number")
        .values_list("item_id", "pk")
        .first()
    )
    return Current(*found) if found else None


class VersionNotFound(NotFound):
    code = "catalog.version_not_found"
    message = "目录中没有这个条目版本。"


def definition_of(version_id: int) -> Definition:
    """What a version says, ready for checking rows. A published version never changes, so it is kept by the process.

    Raises VersionNotFound, NotADefinition (a draft may be half written).
    """
    version = ItemVersion.objects.select_related("item").filter(pk=version_id).first()
    if version is None:
        raise VersionNotFound
    return _published(version_id) if version.published_on else read(said_by(version))


@lru_cache(maxsize=64)
def _published(version_id: int) -> Definition:
    return read(said_by(ItemVersion.objects.select_related("item").get(pk=version_id)))


def said_by(version: ItemVersion) -> dict[str, Any]:
    """A version as the mapping that catalog.rules.definition.read reads."""
    return {
        "item_code": version.item.code,
        "item_name": version.name,
        "version": version.number,
        "information_class": version.information_class,
        "class_edition": version.class_edition,
        "legal_basis": version.legal_basis,
        "subject_kinds": version.subject_kinds,
        "sharing_scope": version.sharing_scope,
        "report_within": version.report_within,
        "retention_months": version.retention_months,
        "publicity_months": version.publicity_months,
        "fields": version.fields,
        "rules": version.rules,
        "roles": version.roles,
        "raises": version.raises,
    }

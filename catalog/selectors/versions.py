"""Single versions of items: which one is current, what it says, who may report under it."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from catalog import policies
from catalog.models import ItemVersion
from catalog.rules.content import KEYS, Content, read_content
from catalog.rules.definition import Definition, read
from catalog.rules.states import State
from kernel.actor import Actor
from kernel.errors import NotFound
from office.selectors import DocumentValue, document_by_code

PERIODIC = ("每日", "每周", "每月", "每季度", "每半年", "每年")
ON_SHOW = (State.PUBLISHED, State.WITHDRAWN)


class VersionNotFound(NotFound):
    code = "catalog.version_not_found"
    message = "目录中没有这个条目版本。"


class Current(NamedTuple):
    item_id: int
    version_id: int


def visible_to(actor: Actor) -> QuerySet[ItemVersion]:
    """Who works with data sees what was published, the credit office drafts as well, administrators nothing."""
    versions = ItemVersion.objects.select_related("item")
    if policies.may_edit(actor):
        return versions
    if not policies.may_see(actor):
        return versions.none()
    return versions.filter(state__in=ON_SHOW)


def newest_published() -> QuerySet[ItemVersion]:
    """The newest version of each item that was ever published; where that one is withdrawn, the item has none."""
    later = ItemVersion.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"), state__in=ON_SHOW)
    return ItemVersion.objects.filter(~Exists(later), state=State.PUBLISHED).select_related("item")


def current_version(item_code: str) -> Current | None:
    """The version that a new record of an item comes under; None when nothing is published or it is withdrawn."""
    found = newest_published().filter(item__code=item_code).values_list("item_id", "pk").first()
    return Current(*found) if found else None


def definition_of(version_id: int) -> Definition:
    """What a version says, ready for checking rows. Raises VersionNotFound, NotADefinition (a draft may be half
    written)."""
    found = ItemVersion.objects.select_related("item").filter(pk=version_id).first()
    if found is None:
        raise VersionNotFound
    return read(said_by(found))


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


def content_of(version: ItemVersion) -> Content:
    """What a version says, as a value. Raises NotADefinition."""
    return read_content({key: getattr(version, key) for key in KEYS})


def version(actor: Actor, code: str, number: int) -> ItemVersion:
    """One version of an item, in the actor's sight. Raises VersionNotFound."""
    found = visible_to(actor).filter(item__code=code, number=number).first()
    if found is None:
        raise VersionNotFound
    return found


def version_by_id(actor: Actor, version_id: int, *, for_update: bool = False) -> ItemVersion:
    """As `version`, by its id; `for_update` locks the row. Raises VersionNotFound."""
    versions = visible_to(actor).filter(pk=version_id)
    found = (versions.select_for_update(of=("self",)) if for_update else versions).first()
    if found is None:
        raise VersionNotFound
    return found


def versions_of(actor: Actor, code: str) -> list[ItemVersion]:
    """All versions of an item that the actor may see, the newest first; at most some dozens."""
    return list(visible_to(actor).filter(item__code=code).order_by("-number")[:200])


def latest_number(item_id: int) -> int:
    """The highest number that a version of the item has; 0 for none."""
    found = ItemVersion.objects.filter(item_id=item_id).order_by("-number").values_list("number", flat=True).first()
    return found or 0


def cited_documents(contents: Iterable[Content]) -> dict[str, DocumentValue]:
    """The registered documents that the contents rest on, by code; one that is not registered is left out."""
    codes = {basis.document for content in contents for basis in content.bases}
    found = {code: document_by_code(code) for code in sorted(codes)}
    return {code: document for code, document in found.items() if document is not None}


def known_sources() -> Collection[str]:
    """Codes of the kinds of record that a record may raise; they are registered above, in settings.RAISED_SOURCES."""
    codes: Collection[str] = frozenset(import_string(settings.RAISED_SOURCES)())
    return codes


def own_term_sources() -> frozenset[str]:
    """Codes of the kinds of record that a published version raises with a statutory term of their own."""
    rows = ItemVersion.objects.filter(state=State.PUBLISHED).order_by("id").values_list("raises", flat=True)
    return frozenset(one["source"] for raises in rows for one in raises or () if one.get("own_term"))


class ItemToReport(NamedTuple):
    """An item under which a department may report now."""

    item_id: int
    version_id: int
    code: str
    name: str
    number: int
    information_class: str
    update_cycle: str
    report_within: int | None
    provider_units: list[str]


def items_for(department_code: str) -> list[ItemToReport]:
    """The current versions under which this department may report, by code: those that name it, or name nobody."""
    mine = Q(provider_units__len=0) | Q(provider_units__contains=[department_code])
    return [
        ItemToReport(
            v.item_id,
            v.pk,
            v.item.code,
            v.name,
            v.number,
            v.information_class,
            v.update_cycle,
            v.report_within,
            v.provider_units,
        )
        for v in newest_published().filter(mine).order_by("item__code")
    ]


class DutyValue(NamedTuple):
    """An item that named departments must report in every period of its cycle."""

    item_id: int
    item_code: str
    name: str
    update_cycle: str
    report_within: int | None
    provider_units: list[str]
    published_on: date


def duties() -> list[DutyValue]:
    """The current versions with a periodic cycle and named providers, by code: what collection makes tasks of."""
    rows = newest_published().filter(update_cycle__in=PERIODIC, provider_units__len__gt=0).order_by("item__code")
    return [
        DutyValue(v.item_id, v.item.code, v.name, v.update_cycle, v.report_within, v.provider_units, v.published_on)
        for v in rows
        if v.published_on is not None
    ]


def kept_for_a_time() -> list[tuple[int, int]]:
    """(item id, version id) of every version, also a withdrawn one, whose records are kept for a time only."""
    rows = ItemVersion.objects.filter(published_on__isnull=False, retention_months__isnull=False)
    return list(rows.order_by("pk").values_list("item_id", "pk"))

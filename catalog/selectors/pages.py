"""Pages of the catalogue: items, what is being drafted, powers and duties, upkeep. All turn by key."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog import policies
from catalog.models import ItemVersion, Power, Upkeep
from catalog.rules.states import State
from catalog.selectors.versions import ON_SHOW, newest_published, visible_to
from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class ItemFilters:
    """What a list of items is narrowed to; empty: everything. `state`: of the newest version that is on show."""

    q: str = ""  # within name or code
    information_class: str = ""
    class_edition: str = ""
    state: str = ""
    sharing_scope: str = ""
    department: str = ""  # code of a department that may report it


@dataclass(frozen=True, slots=True)
class PowerFilters:
    """What a list of powers is narrowed to. `underived`: only those that no item was derived from."""

    q: str = ""  # within name or code
    kind: str = ""
    department_id: int | None = None
    underived: bool = False


@dataclass(frozen=True, slots=True)
class UpkeepFilters:
    """What the list of upkeep is narrowed to; empty: everything that is open. `overdue_on`: due before that day."""

    closed: bool = False
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item in the list: its newest published or withdrawn version, and whether a draft is open."""

    item_id: int
    code: str
    version: ItemVersion
    draft: ItemVersion | None


def item_page(actor: Actor, *, filters: ItemFilters | None = None, after: str = "", limit: int = 50) -> list[ItemRow]:
    """Items by code, from the one after the code `after` on. An item that has only a draft is shown to editors."""
    filters = filters or ItemFilters()
    later = ItemVersion.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"), state__in=ON_SHOW)
    shown = ItemVersion.objects.filter(item=OuterRef("item"), state__in=ON_SHOW)
    newest = Q(state__in=ON_SHOW) & ~Exists(later) | ~Q(state__in=ON_SHOW) & ~Exists(shown)
    rows = visible_to(actor).filter(newest)
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(item__code__icontains=filters.q))
    for key in ("information_class", "class_edition", "state", "sharing_scope"):
        if value := getattr(filters, key):
            rows = rows.filter(**{key: value})
    if filters.department:
        rows = rows.filter(Q(provider_units__len=0) | Q(provider_units__contains=[filters.department]))
    if after:
        rows = rows.filter(item__code__gt=after)
    found = list(rows.order_by("item__code")[:limit])
    open_ones: dict[int, ItemVersion] = {}
    if policies.may_edit(actor):
        open_ones = {d.item_id: d for d in _open().filter(item_id__in=[row.item_id for row in found])}
    return [ItemRow(row.item_id, row.item.code, row, open_ones.get(row.item_id)) for row in found]


def class_counts() -> dict[tuple[str, str], int]:
    """How many items stand today: (edition, class) -> count."""
    rows = newest_published().values_list("class_edition", "information_class").order_by()
    return {(edition, name): count for edition, name, count in rows.annotate(count=Count("pk"))}


def _open() -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(state__in=[State.DRAFT, State.IN_REVIEW]).select_related("item")


def drafts(actor: Actor, *, after: str = "", limit: int = 50) -> list[ItemVersion]:
    """What is being drafted or waits for review, by the item's code, after that code. None for who may not edit."""
    if not policies.may_edit(actor):
        return []
    rows = _open()
    if after:
        rows = rows.filter(item__code__gt=after)
    return list(rows.order_by("item__code")[:limit])


def waiting_review(actor: Actor, *, limit: int = 50) -> list[ItemVersion]:
    """What this actor may review: submitted, and drafted by somebody else; the longest waiting first."""
    if not policies.may_edit(actor):
        return []
    rows = _open().filter(state=State.IN_REVIEW).exclude(drafted_by=actor.key)
    return list(rows.order_by("submitted_at", "id")[:limit])


def powers_page(
    actor: Actor, *, filters: PowerFilters | None = None, after: str = "", limit: int = 50
) -> list[Power]:
    """Rows of the lists of powers and duties by code, after the code `after`. None for who may not edit."""
    if not policies.may_edit(actor):
        return []
    filters = filters or PowerFilters()
    rows = Power.objects.select_related("department", "item")
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(code__icontains=filters.q))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.department_id is not None:
        rows = rows.filter(department_id=filters.department_id)
    if filters.underived:
        rows = rows.filter(item=None)
    if after:
        rows = rows.filter(code__gt=after)
    return list(rows.order_by("code")[:limit])


def open_upkeep(actor: Actor) -> QuerySet[Upkeep]:
    """Changes that have not reached the catalogue yet; none for who may not edit."""
    return Upkeep.objects.filter(closed_at=None) if policies.may_edit(actor) else Upkeep.objects.none()


def upkeep_page(
    actor: Actor,
    *,
    filters: UpkeepFilters | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[Upkeep]:
    """Changes of law or functions, the most urgent first; the closed ones as they were noted, the newest first.

    `after`: (due_on, id) of the last row seen.
    """
    filters = filters or UpkeepFilters()
    if filters.closed:
        return _closed_upkeep(actor, after, limit)
    rows = open_upkeep(actor)
    if filters.overdue_on is not None:
        rows = rows.filter(due_on__lt=filters.overdue_on)
    if after is not None:
        day, last = after
        rows = rows.filter(Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(id__gt=last)))
    return list(rows.select_related("department", "item").order_by("due_on", "id")[:limit])


def _closed_upkeep(actor: Actor, after: tuple[date, int] | None, limit: int) -> list[Upkeep]:
    if not policies.may_edit(actor):
        return []
    rows = Upkeep.objects.exclude(closed_at=None).select_related("department", "item")
    if after is not None:
        rows = rows.filter(id__lt=after[1])
    return list(rows.order_by("-id")[:limit])

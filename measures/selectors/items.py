"""Reading measure items as their editors, reviewers and the public do."""

from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Q, QuerySet

from catalog.selectors import own_term_sources
from collection.rules.freshness import SourceKind
from collection.selectors import source_ages, source_ids
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from measures import policies
from measures.models import Basis, MeasureItem
from measures.rules.content import Article, ItemContent, ItemValue
from measures.rules.states import ItemState
from office.selectors import DocumentValue, registered_documents
from toolkit.keyset import Capped, count_of

ON_SHOW = (ItemState.PUBLISHED.value, ItemState.REPLACED.value, ItemState.WITHDRAWN.value)
OPEN = (ItemState.DRAFT.value, ItemState.IN_REVIEW.value)


class ItemNotFound(NotFound):
    code = "measures.item_not_found"
    message = "没有找到该措施清单事项，或您没有查看的权限。"


def visible_to(actor: Actor) -> QuerySet[MeasureItem]:
    """What was published is everybody's who works with data; drafts are their drafters', and the credit office's."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return MeasureItem.objects.all()
    if not policies.may_see(actor):
        return MeasureItem.objects.none()
    published = Q(state__in=ON_SHOW)
    if not actor.has(Role.UPLOADER):
        return MeasureItem.objects.filter(published)
    return MeasureItem.objects.filter(published | Q(department_id__in=actor.departments))


def item_by_id(actor: Actor, item_id: int, *, for_update: bool = False) -> MeasureItem:
    """One item in the actor's scope. Raises ItemNotFound for "not there" and "not yours" alike."""
    rows = visible_to(actor)
    if for_update:
        rows = rows.select_for_update(of=("self",))
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise ItemNotFound
    return item


def value_of(item: MeasureItem) -> ItemValue:
    """Everything that an item says, as one value."""
    bases = Basis.objects.filter(item=item).select_related("document").order_by("document_id", "article")
    calls = list(item.calls.order_by("source_id").values_list("source_id", "unless_bad"))
    content = ItemContent(**{field.name: getattr(item, field.name) for field in fields(ItemContent)})
    return ItemValue(
        content=content,
        articles=tuple(Article(document_code=b.document.code, article=b.article) for b in bases),
        triggers=frozenset(source for source, unless in calls if not unless),
        unless_bad=frozenset(source for source, unless in calls if unless),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilters:
    """The head of the list. `department_id` 0: of every department; `kind` 4: rewards."""

    text: str = ""
    department_id: int = 0
    state: str = ""
    kind: int = 0
    matter_code: str = ""


def _filtered(rows: QuerySet[MeasureItem], filters: ItemFilters) -> QuerySet[MeasureItem]:
    states = [filters.state] if filters.state else [ItemState.PUBLISHED.value, *OPEN]
    rows = rows.filter(state__in=states)
    if filters.text:
        rows = rows.filter(
            Q(content__icontains=filters.text)
            | Q(code__icontains=filters.text)
            | Q(matter_name__icontains=filters.text)
            | Q(target_text__icontains=filters.text)
        )
    if filters.department_id:
        rows = rows.filter(department_id=filters.department_id)
    if filters.kind:
        rows = rows.filter(reward=True) if filters.kind == REWARDS else rows.filter(kind=filters.kind)
    if filters.matter_code:
        rows = rows.filter(matter_code=filters.matter_code)
    return rows


REWARDS = 4


def item_page(
    actor: Actor, filters: ItemFilters, *, after: tuple[str, int] | None = None, limit: int = 50
) -> list[MeasureItem]:
    """Items by code, then id; `after`: code and id of the last one seen (keyset)."""
    rows = _filtered(visible_to(actor), filters)
    if after is not None:
        code, last = after
        rows = rows.filter(Q(code__gte=code) & (Q(code__gt=code) | Q(id__gt=last)))
    return list(rows.select_related("department", "basic", "original").order_by("code", "id")[:limit])


def item_count(actor: Actor, filters: ItemFilters) -> Capped:
    """How many items; the rows are `item_page`'s."""
    return count_of(_filtered(visible_to(actor), filters))


def waiting(actor: Actor, *, limit: int = 20) -> list[MeasureItem]:
    """Drafts and items in review that the actor may see, the oldest first."""
    rows = visible_to(actor).filter(state__in=OPEN).select_related("department")
    return list(rows.order_by("drafted_at", "id")[:limit])


def to_review(actor: Actor, *, limit: int = 20) -> list[MeasureItem]:
    """What this actor may publish: submitted, and drafted by somebody else; the longest waiting first."""
    if not policies.may_publish(actor):
        return []
    rows = MeasureItem.objects.filter(state=ItemState.IN_REVIEW.value).exclude(drafted_by=actor.key)
    return list(rows.select_related("department").order_by("submitted_at", "id")[:limit])


def sent_back(actor: Actor, *, limit: int = 20) -> list[MeasureItem]:
    """Drafts of this actor that the reviewer gave back with a note, the oldest first."""
    rows = visible_to(actor).filter(state=ItemState.DRAFT.value, drafted_by=actor.key).exclude(review_note="")
    return list(rows.order_by("drafted_at", "id")[:limit])


def editions_of(actor: Actor, code: str) -> list[MeasureItem]:
    """Every edition of a code that the actor may see, the newest first; discarded drafts left out."""
    rows = visible_to(actor).filter(code=code).exclude(state=ItemState.DISCARDED.value)
    return list(rows.select_related("department").order_by("-edition", "-id")[:200])


def standing(code: str) -> MeasureItem | None:
    """The published item of a code."""
    return MeasureItem.objects.filter(code=code, state=ItemState.PUBLISHED.value).first()


def sheet_items(actor: Actor, *, department_id: int, state: str) -> list[MeasureItem]:
    """The items of one department for its spreadsheet, in the order in which they were begun."""
    rows = visible_to(actor).filter(department_id=department_id, state=state)
    return list(rows.order_by("id")[:5000])


def own_term_source_ids() -> frozenset[int]:
    """Ids of the kinds of record that carry a statutory term of their own, which no release ends."""
    codes = own_term_sources()
    return frozenset(number for code, number in source_ids().items() if code in codes)


def list_source_ids(*, as_of: date) -> frozenset[int]:
    """Ids of the lists that may be consulted: every source that is no kind of record."""
    return frozenset(one.id for one in source_ages(as_of=as_of) if one.kind is not SourceKind.RECORD)


def documents_of(value: ItemValue) -> dict[str, DocumentValue]:
    """The registered documents that an item rests on, by code."""
    codes = {one.document_code for one in value.articles}
    return {document.code: document for document in registered_documents() if document.code in codes}


def source_names(*, as_of: date) -> dict[int, tuple[str, str]]:
    """Every source that may be consulted: id -> code and name."""
    return {one.id: (one.code, one.name) for one in source_ages(as_of=as_of)}

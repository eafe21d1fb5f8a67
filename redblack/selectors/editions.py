"""Reading list types and their editions: the register of 名单类型, what a wording says, what it differs in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from catalog.rules.powers import bases_in
from kernel.actor import Actor
from kernel.errors import NotFound
from office.selectors import DocumentValue, registered_documents
from redblack import policies
from redblack.models import ListType, ListTypeEdition
from redblack.rules import editions
from redblack.rules.editions import TypeContent
from redblack.rules.states import EditionState

OPEN = (EditionState.DRAFT.value, EditionState.IN_REVIEW.value)


class EditionNotFound(NotFound):
    code = "redblack.edition_not_found"
    message = "没有找到这个版本，可能已经作废。请返回名单类型页面查看。"


class TypeNotFound(NotFound):
    code = "redblack.type_not_found"
    message = "没有登记该名单类型。请返回名单类型页面选择。"


@dataclass(frozen=True, slots=True)
class TypeFilters:
    """`status`, `kind`: values; `waiting`: only types with facts that wait for confirmation."""

    q: str = ""
    status: str = ""
    kind: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A row of the register. `waiting`: facts that nobody has confirmed yet."""

    type: ListType
    waiting: list[str]


def types_page(filters: TypeFilters) -> list[TypeLine]:
    """Every list type that the filters leave, 现行 first, then as 篇十三 numbers them; a city has about a hundred."""
    rows = ListType.objects.select_related("initiator_department", "merged_into").order_by("number", "code")
    if filters.q:
        rows = rows.filter(title__icontains=filters.q) | rows.filter(code__iexact=filters.q)
    if filters.status:
        rows = rows.filter(legal_status=filters.status)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    found, said = sorted(rows, key=lambda row: row.legal_status != "现行"), standing_contents()
    lines = [TypeLine(row, _waiting(row, said.get(row.code))) for row in found]
    return [line for line in lines if line.waiting] if filters.waiting else lines


def type_by_code(code: str) -> ListType:
    """Raises TypeNotFound."""
    found = ListType.objects.select_related("initiator_department", "merged_into").filter(code=code).first()
    if found is None:
        raise TypeNotFound
    return found


def editions_of(code: str, *, actor: Actor) -> list[ListTypeEdition]:
    """The editions of a type, the newest first; drafts are the credit office's."""
    rows = ListTypeEdition.objects.filter(code=code).order_by("-number")
    return list(rows if policies.may_register_types(actor) else rows.filter(state=EditionState.PUBLISHED.value))


def open_editions() -> QuerySet[ListTypeEdition]:
    """Drafts and what waits for its second person, over all types."""
    return ListTypeEdition.objects.filter(state__in=OPEN).order_by("-drafted_at", "-id")


def waiting_review(actor: Actor, *, limit: int) -> list[ListTypeEdition]:
    """Editions that another person has submitted, the oldest first, for somebody who may publish them."""
    if not policies.may_register_types(actor):
        return []
    rows = ListTypeEdition.objects.filter(state=EditionState.IN_REVIEW.value).exclude(drafted_by=actor.key)
    return list(rows.order_by("submitted_at", "id")[:limit])


def edition_by_id(edition_id: int, *, actor: Actor, for_update: bool = False) -> ListTypeEdition:
    """One edition. Raises EditionNotFound: not there, or a draft that is none of the reader's business."""
    rows = ListTypeEdition.objects.all()
    if for_update:
        rows = rows.select_for_update()
    found = rows.filter(pk=edition_id).first()
    if found is None or not policies.may_register_types(actor):
        raise EditionNotFound
    return found


def content_of(edition: ListTypeEdition) -> TypeContent:
    return editions.read(edition.content)


def standing(code: str) -> ListTypeEdition | None:
    """The newest published edition; number 0 is what shipped."""
    return ListTypeEdition.objects.filter(code=code, state=EditionState.PUBLISHED.value).order_by("-number").first()


def cited_documents(content: TypeContent, *, on: date) -> list[DocumentValue]:
    """The registered documents that the basis cites and that are in force on the day."""
    documents = registered_documents()
    by_code = {one.code: one for one in documents}
    cited = [by_code[basis.document] for basis in bases_in(content.legal_basis, documents)]
    return [one for one in cited if one.in_force(on)]


def merged_into() -> dict[str, str]:
    """Which list went into which, by code."""
    rows = ListType.objects.exclude(merged_into=None).order_by("code")
    return dict(rows.values_list("code", "merged_into__code"))


def standing_contents() -> dict[str, TypeContent]:
    """What every type says today, by code, in one query."""
    rows = ListTypeEdition.objects.filter(state=EditionState.PUBLISHED.value).order_by("code", "-number")
    return {row.code: content_of(row) for row in rows.distinct("code")}


def waiting_facts(list_type: ListType) -> list[str]:
    """Facts of the standing wording that nobody has confirmed and that may not be relied on by their mark."""
    published = standing(list_type.code)
    return _waiting(list_type, content_of(published) if published else None)


def _waiting(list_type: ListType, content: TypeContent | None) -> list[str]:
    return editions.unconfirmed(content, list_type.confidence, list_type.confirmations) if content else []

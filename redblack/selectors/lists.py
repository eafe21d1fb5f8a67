"""Reading lists: types, entries, and who may see them."""

from django.db.models import Q, QuerySet

from accounts.selectors import with_subordinates
from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from redblack import policies
from redblack.models import Entry, ListType
from redblack.rules.lists import LegalStatus


class EntryNotFound(NotFound):
    code = "redblack.entry_not_found"
    message = "没有找到该名单条目，或您没有查看的权限。"


class UnknownList(NotFound):
    code = "redblack.unknown_list"
    message = "没有登记该名单。"


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """Entries that this actor may know as rows: the authority's own, or all for the credit office and the platform.

    What a window is told about a subject comes from a check, which is recorded; this is the working list.
    """
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Entry.objects.all()
    if not policies.may_see_entries(actor):
        return Entry.objects.none()
    return Entry.objects.filter(
        Q(authority_department_id__in=actor.departments) | Q(list_type__initiator_department_id__in=actor.departments)
    )


def get_visible(actor: Actor, entry_id: int, *, for_update: bool = False) -> Entry:
    """One entry in the actor's scope. Raises EntryNotFound for "not there" and "not yours" alike."""
    entries = visible_to(actor).select_related("list_type")
    if for_update:
        entries = entries.select_for_update(of=("self",))
    entry = entries.filter(pk=entry_id).first()
    if entry is None:
        raise EntryNotFound
    return entry


def list_type(code: str) -> ListType:
    """A list type by its code. Raises UnknownList."""
    found = ListType.objects.filter(code=code).first()
    if found is None:
        raise UnknownList(f"没有登记名单“{code}”。")
    return found


def recognises(list_type: ListType, *, authority_department_id: int | None) -> bool:
    """谁认定、谁负责: a list that names its initiating department is entered on by that one or one below it."""
    initiator = list_type.initiator_department_id
    return initiator is None or authority_department_id in with_subordinates(initiator)


def current_list_codes() -> frozenset[str]:
    """Codes of the lists that are 现行 and take entries."""
    rows = ListType.objects.filter(legal_status=LegalStatus.CURRENT.value, source__isnull=False).order_by("code")
    return frozenset(rows.values_list("code", flat=True))


def list_types() -> QuerySet[ListType]:
    """All list types in the order of their number and code, for the page 名单时效 and the public list."""
    return ListType.objects.order_by("number", "code")

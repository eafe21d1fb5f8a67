"""Reading what was delivered of received lists: versions, what they brought, what is not certain meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel.actor import Actor, Kind, Role
from kernel.errors import NotFound
from redblack import policies
from redblack.models import Binding, Doubt, ListType, ListVersion, StagedEntry
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import VersionState
from toolkit.keyset import Capped, count_of

RECEIVED = [o.value for o in Origin if not o.decided_here]


class VersionNotFound(NotFound):
    code = "redblack.version_not_found"
    message = "没有找到该名单版本，或您没有查看的权限。"


def versions_visible_to(actor: Actor) -> QuerySet[ListVersion]:
    """Versions of the lists that the actor's departments recognise; the credit office: all; a system: its own."""
    every = ListVersion.objects.select_related("list_type")
    if actor.kind is Kind.SYSTEM or (actor.has(Role.CREDIT_OFFICE) and policies.may_see_versions(actor)):
        return every
    if actor.kind is Kind.CLIENT:
        return every.filter(sent_by=actor.key)
    if not policies.may_see_versions(actor):
        return every.none()
    return every.filter(list_type__initiator_department_id__in=actor.departments)


def get_version(actor: Actor, version_id: int, *, for_update: bool = False) -> ListVersion:
    """One version in the actor's scope. Raises VersionNotFound for "not there" and "not yours" alike."""
    versions = versions_visible_to(actor)
    if for_update:
        versions = versions.select_for_update(of=("self",))
    found = versions.filter(pk=version_id).first()
    if found is None:
        raise VersionNotFound
    return found


def receivable_lists(actor: Actor) -> list[ListType]:
    """The received lists of which the actor may hand in a version."""
    lists = ListType.objects.filter(legal_status=LegalStatus.CURRENT, origin__in=RECEIVED).order_by("number", "code")
    return [one for one in lists if policies.may_deliver(actor, initiator_department_id=one.initiator_department_id)]


def lists_with_versions(actor: Actor) -> list[ListType]:
    """The lists of which the actor may see versions, for the filter of the page."""
    lists = versions_visible_to(actor).order_by().values("list_type_id").distinct()
    return list(ListType.objects.filter(pk__in=lists).order_by("number", "code"))


def version_page(
    actor: Actor, *, list_code: str = "", state: str = "", after: tuple[datetime, int] | None = None, limit: int
) -> list[ListVersion]:
    """Newest first; `after`: (received_at, id) of the last one seen."""
    versions = versions_visible_to(actor)
    if list_code:
        versions = versions.filter(list_type__code=list_code)
    if state:
        versions = versions.filter(state=state)
    if after is not None:
        moment, last = after
        versions = versions.filter(Q(received_at__lte=moment) & (Q(received_at__lt=moment) | Q(pk__lt=last)))
    return list(versions.order_by("-received_at", "-pk")[:limit])


def versions_to_confirm(actor: Actor, *, limit: int) -> list[ListVersion]:
    """Held versions about which the actor may decide, oldest first; not those that he handed in himself."""
    held = versions_visible_to(actor).filter(state=VersionState.HELD, decided_by="").exclude(sent_by=actor.key)
    return [
        one
        for one in held.order_by("received_at", "pk")[:limit]
        if policies.may_confirm_version(actor, initiator_department_id=one.list_type.initiator_department_id)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRow:
    """A row of a version beside what stood. `key`: where the next page goes on."""

    key: int
    number: int | None
    subject_id: int | None
    name: str
    code: str
    document_no: str
    authority: str
    since: str
    until: str
    problem: str = ""


def diff_page(version: ListVersion, *, what: str, after: int = 0, limit: int) -> list[DiffRow]:
    """Rows of one kind: added, changed, removed, kept (only while held), lost, refused, twice.

    While a version is compared or held they are its staged rows; once it is applied, what took effect under its
    revision, for ever.
    """
    if what in ("lost", "refused", "twice"):
        return _staged(version, what, after, limit)
    if version.state == VersionState.HELD:
        if what == "removed":
            return _vanishing(version, after, limit)
        return _staged(version, what, after, limit)
    if version.state == VersionState.APPLIED and version.revision is not None and what != "kept":
        return _took_effect(version, what, after, limit)
    return []


def untaken_rows(version: ListVersion, *, limit: int) -> list[StagedEntry]:
    """Rows of a version that were not taken, in their order."""
    rows = StagedEntry.objects.filter(list_version=version, outcome__in=["lost", "refused", "twice"])
    return list(rows.order_by("row_number")[:limit])


def doubt_count(version: ListVersion) -> Capped:
    """How many subjects could not be checked because the version is held."""
    return count_of(Doubt.objects.filter(list_version=version, rev_to=None))


def _staged(version: ListVersion, what: str, after: int, limit: int) -> list[DiffRow]:
    rows = StagedEntry.objects.filter(list_version=version, outcome=what, row_number__gt=after)
    return [
        DiffRow(
            key=row.row_number,
            number=row.row_number,
            subject_id=row.subject_id,
            name=row.name,
            code=row.code,
            document_no=row.document_no,
            authority=row.authority,
            since=_day(row.effective_from),
            until=_day(row.effective_until),
            problem=row.problem,
        )
        for row in rows.order_by("row_number")[:limit]
    ]


def _vanishing(version: ListVersion, after: int, limit: int) -> list[DiffRow]:
    stays = StagedEntry.objects.filter(list_version=version, outcome="changed", entry_id=OuterRef("entry_id"))
    doubts = Doubt.objects.filter(~Exists(stays), list_version=version, entry__isnull=False, pk__gt=after)
    return [
        DiffRow(
            key=doubt.pk,
            number=None,
            subject_id=doubt.subject_id,
            name="",
            code="",
            document_no=doubt.entry.document_no,
            authority=doubt.entry.authority,
            since=_day(doubt.entry.effective_from),
            until=_day(doubt.entry.effective_until),
        )
        for doubt in doubts.select_related("entry").order_by("pk")[:limit]
        if doubt.entry is not None
    ]


def _took_effect(version: ListVersion, what: str, after: int, limit: int) -> list[DiffRow]:
    source_id, revision = version.list_type.source_id, version.revision
    assert source_id is not None and revision is not None  # it was applied
    earlier = Binding.objects.filter(entry_id=OuterRef("entry_id"), rev_to=revision)
    rows = Binding.objects.filter(source_id=source_id, rev_from=revision, pk__gt=after)
    rows = rows.annotate(earlier=Exists(earlier))
    wanted = {
        "added": Q(earlier=False),
        "changed": Q(earlier=True, released_on=None),
        "removed": Q(released_on__isnull=False),
    }
    return [
        DiffRow(
            key=row.pk,
            number=None,
            subject_id=row.subject_id,
            name="",
            code="",
            document_no=row.document_no,
            authority=row.authority,
            since=_day(row.valid_from),
            until=_day(row.valid_until),
        )
        for row in rows.filter(wanted[what]).order_by("pk")[:limit]
    ]


def _day(value: object) -> str:
    return "" if value is None else str(value)

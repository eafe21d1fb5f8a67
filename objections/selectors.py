"""Reading objections, scoped by department; what an objection is about, as its rules and its pages need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.selectors import departments_with
from collection.rules.states import RecordState
from collection.selectors.records import RecordNotFound, get_record, open_dispute_of, triggers_of
from collection.selectors.records import visible_to as records_of
from kernel.actor import Actor, Kind, Role, system
from kernel.errors import NotFound
from objections import policies
from objections.models import Attachment, Clock, Objection
from objections.rules.clocks import Pause
from objections.rules.kinds import Channel, Target
from objections.rules.states import OPEN, State
from redblack.rules.lists import Origin
from redblack.selectors import get_visible as visible_entry
from redblack.selectors.entries import in_force, state_label
from redblack.selectors.own import own_entries
from screening.selectors import receipt as receipt_by_number
from subjects.selectors import subject_of, subjects_of
from toolkit.keyset import Capped, count_of, cursor_of

PLATFORM = system("objections")
OPEN_STATES = sorted(one.value for one in OPEN)
NO_DAY = date.max  # an open objection without a day, in the place of the queue
INNER = frozenset({"核查材料", "异议核查转办函"})  # papers of the authorities among themselves


class ObjectionNotFound(NotFound):
    code = "objections.not_found"
    message = "没有找到该异议，或您没有查看的权限。"


class PaperNotFound(NotFound):
    code = "objections.paper_not_found"
    message = "没有找到该材料，或您没有查看的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an objection is about. `received`: decided elsewhere and kept here as it came. `standing`: not gone."""

    subject_id: int
    title: str
    document_no: str
    authority: str
    provider_id: int | None
    authority_department_id: int | None = None
    court: bool = False
    received: bool = False
    own_term: bool = False
    standing: bool = True
    in_force: bool = True
    other: str = ""

    @property
    def text(self) -> str:
        parts = [self.title, self.document_no, self.authority, self.other]
        return "，".join(one for one in parts if one) + "。"


def visible_to(actor: Actor) -> QuerySet[Objection]:
    """What the actor's departments received or verify, and what he filed; the credit office sees all; a visitor what
    is about him or whom he represents and was filed by such a one.
    """
    rows = Objection.objects.all()
    if policies.sees_all(actor):
        return rows
    if actor.kind is Kind.VISITOR:
        return rows.filter(subject_id__in=actor.subjects).exclude(channel="department")
    if actor.kind is Kind.CLIENT:
        return rows.filter(upstream_client_id=actor.id) if actor.id else rows.none()
    if not policies.may_see(actor):
        return rows.none()
    mine = Q(filed_by=actor.key)
    if policies.HANDLERS & actor.roles:
        mine |= Q(department_id__in=actor.departments) | Q(provider_id__in=actor.departments)
        mine |= Q(authority_department_id__in=actor.departments)
    return rows.filter(mine)


def get_visible(actor: Actor, objection_id: int, *, for_update: bool = False) -> Objection:
    """One objection in the actor's scope. Raises ObjectionNotFound."""
    rows = visible_to(actor).filter(pk=objection_id)
    rows = rows.select_for_update(of=("self",)) if for_update else rows
    found = rows.select_related("department", "provider", "entry__list_type").first()
    if found is None:
        raise ObjectionNotFound
    return found


def page(
    actor: Actor,
    *,
    state: str = "open",
    overdue_on: date | None = None,
    q: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[Objection]:
    """Open ones: what is due first on top, `after` being (due_on or NO_DAY, id). All others: the newest first,
    (filed_on, id).

    `state`: "open", "over", "all" or one state.
    """
    rows = _filtered(actor, state, overdue_on, q).select_related("department", "provider", "entry__list_type")
    if _by_due(state):
        day, last = after or (date.min, 0)
        dated = rows.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(id__gt=last))
        found = list(dated.order_by("due_on", "id")[:limit])
        undated = rows.filter(due_on=None, id__gt=last if day == NO_DAY else 0)
        return found + list(undated.order_by("id")[: limit - len(found)])
    if after is not None:
        day, last = after
        rows = rows.filter(filed_on__lte=day).filter(Q(filed_on__lt=day) | Q(id__lt=last))
    return list(rows.order_by("-filed_on", "-id")[:limit])


def cursor(row: Objection, state: str) -> str:
    """Where the queue of that state goes on behind the row: what `page` takes as `after`, written out."""
    return cursor_of((row.due_on or NO_DAY) if _by_due(state) else row.filed_on, row.pk)


def _by_due(state: str) -> bool:
    """Whether that queue is in the order of its days; behind them stands what is open and has none (a rule set
    that names no days, a conclusion whose answer has no limit of its own).
    """
    return state == "open"


def count(actor: Actor, *, state: str = "open", overdue_on: date | None = None) -> Capped:
    return count_of(_filtered(actor, state, overdue_on, ""))


def _filtered(actor: Actor, state: str, overdue_on: date | None, q: str) -> QuerySet[Objection]:
    rows = visible_to(actor)
    if state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif state == "over":
        rows = rows.exclude(state__in=OPEN_STATES)
    elif state in set(State):
        rows = rows.filter(state=state)
    if overdue_on is not None:
        rows = rows.filter(due_on__lt=overdue_on)
    if q:
        rows = rows.filter(Q(number=q) | Q(upstream_number=q) | Q(answer_no=q))
    return rows


def waiting(actor: Actor, *, limit: int) -> list[Objection]:
    """What waits for the actor's own hand: to accept, forward or answer; to verify or decide as provider."""
    if actor.kind is not Kind.USER or not policies.HANDLERS & actor.roles:
        return []
    receiver = Q(department_id__in=actor.departments, state__in=[State.FILED, State.ACCEPTED, State.CONCLUDED])
    verifier = Q(provider_id__in=actor.departments, state__in=[State.FORWARDED, State.VERIFYING])
    wanted = receiver | verifier
    if actor.has(Role.REVIEWER):
        wanted |= Q(provider_id__in=actor.departments, state=State.PROPOSED)
    rows = Objection.objects.filter(wanted).order_by("due_on", "id")
    return list(rows[:limit])


def of_entry(actor: Actor, entry_id: int) -> list[Objection]:
    return list(visible_to(actor).filter(entry_id=entry_id).order_by("-id")[:50])


def of_record(actor: Actor, record_id: int) -> list[Objection]:
    return list(visible_to(actor).filter(record_id=record_id).order_by("-id")[:50])


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectionable:
    """What is held of a subject, as its own page offers it. `open_number`: the objection that is under way; `own`:
    it was not raised by a department.
    """

    target: Target
    id: int
    title: str
    document_no: str
    authority: str
    state: str
    open_number: str = ""
    own: bool = True


def objectionable(subject_id: int, *, on: date, limit: int = 200) -> list[Objectionable]:
    """Entries that stand, then current records, the latest first. Whoever shows them sees to it that he may.

    《中华人民共和国个人信息保护法》 第四十六条. What is shared with nobody (不予共享) stays out, as on the page 我的.
    """
    entries = [one for one in own_entries(subject_id=subject_id, on=on, limit=limit) if one.row.released_on is None]
    records = records_of(PLATFORM).filter(subject_id=subject_id, state=RecordState.CURRENT.value)
    records = records.exclude(item_version__sharing_scope="不予共享").select_related("item")
    rows = list(records.order_by("-decided_on", "-id")[:limit])
    running = Objection.objects.filter(state__in=OPEN_STATES)
    entry_ids, record_ids = [one.row.pk for one in entries], [one.pk for one in rows]
    of_entries = {one.entry_id: one for one in running.filter(entry_id__in=entry_ids).order_by("id")}
    of_records = {one.record_id: one for one in running.filter(record_id__in=record_ids).order_by("id")}
    return [
        Objectionable(
            target=Target.ENTRY,
            id=one.row.pk,
            title=one.row.list_type.title,
            document_no=one.row.document_no,
            authority=one.row.authority,
            state=state_label(one.row, on=on),
            **_under_way(of_entries.get(one.row.pk)),
        )
        for one in entries
    ] + [
        Objectionable(
            target=Target.RECORD,
            id=one.pk,
            title=one.item.name,
            document_no=one.document_no,
            authority=one.authority,
            state=one.publicity_state,
            **_under_way(of_records.get(one.pk)),
        )
        for one in rows
    ]


def _under_way(found: Objection | None) -> dict[str, Any]:
    return {"open_number": found.number, "own": found.channel != Channel.DEPARTMENT} if found else {}


def others_in(number: str, *, subject_id: int) -> list[tuple[int, str, str]]:
    """(id, name, code) of those whom a check answered about, but for the one; of a person the masked name."""
    subjects = receipt_by_number(number).content["subjects"]
    return [(one["id"], one["name"], one["code"] or "") for one in subjects if one["id"] not in (None, subject_id)]


def of_subjects(actor: Actor, *, limit: int = 50) -> list[Objection]:
    """A visitor's own objections, the newest first."""
    return list(visible_to(actor).select_related("department", "entry__list_type").order_by("-id")[:limit])


def upstream(*, client_id: int, number: str) -> Objection | None:
    return Objection.objects.filter(upstream_client_id=client_id, upstream_number=number).first()


def clocks_of(objection_id: int) -> list[Clock]:
    return list(Clock.objects.filter(objection_id=objection_id).order_by("id"))


def pauses_of(objection: Objection) -> list[Pause]:
    return [Pause(one.begins, one.until) for one in objection.pauses.order_by("begins")]


def attachments_of(objection_id: int) -> list[Attachment]:
    return list(Attachment.objects.filter(objection_id=objection_id).select_related("file").order_by("id"))


def get_attachment(actor: Actor, *, objection_id: int, attachment_id: int) -> Attachment:
    """Raises ObjectionNotFound, PaperNotFound. A visitor reads his own proof and the letters to him."""
    get_visible(actor, objection_id)
    rows = Attachment.objects.filter(objection_id=objection_id, pk=attachment_id).select_related("file")
    if actor.kind is Kind.VISITOR:
        rows = rows.exclude(kind__in=INNER)
    found = rows.first()
    if found is None:
        raise PaperNotFound
    return found


def about_entry(entry_id: int, *, on: date) -> About:
    """Raises redblack.selectors.EntryNotFound."""
    entry = visible_entry(PLATFORM, entry_id)
    origin = Origin(entry.origin)
    return About(
        subject_id=entry.subject_id,
        title=entry.list_type.title,
        document_no=entry.document_no,
        authority=entry.authority,
        provider_id=entry.authority_department_id if origin.decided_here else None,
        authority_department_id=entry.authority_department_id,
        court=origin is Origin.COURT,
        received=not origin.decided_here,
        standing=entry.released_on is None,
        in_force=in_force(entry, on=on),
    )


def about_record(record_id: int) -> About:
    """Raises collection.selectors.records.RecordNotFound."""
    row = get_record(PLATFORM, record_id)
    raised = [one for one in triggers_of(record_id) if one.released_on is None]
    return About(
        subject_id=row.subject_id,
        title=row.item.name,
        document_no=row.document_no,
        authority=row.authority,
        provider_id=row.provider_id or row.authority_department_id,
        own_term=bool(raised) and all(one.own_term for one in raised),
        standing=row.state == RecordState.CURRENT,
    )


def about_check(number: str, *, subject_id: int, other_id: int) -> About:
    """Raises screening.selectors.ReceiptNotFound, ObjectionNotFound where the receipt is not about the other."""
    receipt = receipt_by_number(number)
    if other_id not in {one["id"] for one in receipt.content["subjects"]} or other_id == subject_id:
        raise ObjectionNotFound("该回执没有核查所指的主体，请核对回执编号。")
    other = subject_of(other_id)
    return About(
        subject_id=subject_id,
        title="核查结果",
        document_no=number,
        authority="",
        provider_id=receipt.implementing_department_id,
        other=f"被核查为{other.name}" if other else "",
    )


def about(objection: Objection, *, on: date) -> About:
    """What it is about, as it stands now."""
    if objection.target == Target.ENTRY and objection.entry_id is not None:
        return about_entry(objection.entry_id, on=on)
    if objection.target == Target.RECORD and objection.record_id is not None:
        try:
            return about_record(objection.record_id)
        except RecordNotFound:  # its retention is over
            return About(
                subject_id=objection.subject_id,
                title="记录已超过保存期限",
                document_no="",
                authority="",
                provider_id=objection.provider_id,
                standing=False,
            )
    return about_check(
        objection.receipt_number, subject_id=objection.subject_id, other_id=objection.other_subject_id or 0
    )


def href_of(objection: Objection) -> str:
    """The page of what it is about, for staff."""
    if objection.entry_id is not None:
        return reverse("redblack:entry", args=[objection.entry_id])
    if objection.record_id is not None:
        return reverse("collection:record", args=[objection.record_id])
    return reverse("screening:receipt", args=[objection.receipt_number])


def receiving_department(provider_id: int | None) -> int | None:
    """Who receives what a visitor or a counter files: the credit office, else whoever recognised it."""
    return next(iter(departments_with(Role.CREDIT_OFFICE)), provider_id)


def same_before(*, target: Target, entry_id: int | None, record_id: int | None, kind: str) -> bool:
    """Whether an objection against the same on the same ground was concluded before (invariant I4)."""
    rows = Objection.objects.filter(kind=kind, accepted_at__isnull=False).exclude(state__in=OPEN_STATES)
    if target is Target.ENTRY and entry_id is not None:
        return rows.filter(entry_id=entry_id).exists()
    return target is Target.RECORD and rows.filter(record_id=record_id).exists()


def handlers_of(objection: Objection) -> frozenset[str]:
    """Everybody who took a step of it."""
    named = (objection.verified_by, objection.proposed_by, objection.concluded_by)
    return frozenset(one for one in named if one)


def names_of(objections: Iterable[Objection]) -> dict[int, str]:
    """Subject id -> name; of a person the masked one."""
    return {key: one.name for key, one in subjects_of({one.subject_id for one in objections}).items()}


def record_is_disputed(record_id: int) -> bool:
    try:
        get_record(PLATFORM, record_id)
    except RecordNotFound:
        return False
    return open_dispute_of(record_id) is not None


def answered_with(code: str) -> Objection | None:
    """The objection whose answer carries that code; it cannot be guessed (96 bits)."""
    if len(code) < 12:
        return None
    return Objection.objects.filter(answer_code=code, state=State.ANSWERED).select_related("department").first()

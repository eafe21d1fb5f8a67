"""Entering, releasing and disputing list entries. Each change of legal state closes the row that checks read and
writes a new one, under a new revision of its source, in one transaction with its fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from collection.services import advance, mark_loaded, register_source
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted, RuleBroken
from kernel.law import Rank
from redblack import policies, selectors
from redblack.events import (
    DisputeEnded,
    EntryBinds,
    EntryDisputed,
    EntryReleased,
    ListReceived,
    ListTypeRegistered,
)
from redblack.models import Binding, Dispute, Entry, ListType
from redblack.rules.disputes import suspends
from redblack.rules.evidence import Papers, may_bind, may_take_entries
from redblack.rules.lists import Ground, LegalStatus, Origin, ReleaseKind
from subjects.selectors import subject_of
from toolkit.clock import day_of
from toolkit.db import refusing

GROUND_SHOWN = 300  # characters of the ground that a check shows; the entry keeps the whole text


class CannotRegister(NotPermitted):
    code = "redblack.cannot_register"
    message = "只有信用办可以登记名单类型。"


class CannotDecide(NotPermitted):
    code = "redblack.cannot_decide"
    message = "谁认定、谁负责：只有认定部门的审核人员可以办理列入、移出和异议标注。"


class UnknownSubject(NotFound):
    code = "redblack.unknown_subject"
    message = "没有登记该主体，请先按统一社会信用代码或证件登记。"


class CannotBind(RuleBroken):
    code = "redblack.cannot_bind"
    message = "材料不全或日期有误，不能列入。"


class AlreadyEntered(RuleBroken):
    code = "redblack.already_entered"
    message = "该主体已凭同一文号列入本名单，尚未移出。"


class AlreadyReleased(RuleBroken):
    code = "redblack.already_released"
    message = "该条目已经移出。"


class AlreadyDisputed(RuleBroken):
    code = "redblack.already_disputed"
    message = "该条目已有正在办理的异议。"


class NotDisputed(RuleBroken):
    code = "redblack.not_disputed"
    message = "该条目没有正在办理的异议。"


@transaction.atomic
def register_list_type(
    *,
    code: str,
    title: str,
    number: int | None,
    kind: str,
    origin: Origin,
    legal_status: LegalStatus,
    initiator: str,
    initiator_department_id: int | None,
    memorandum: str,
    legal_basis: str,
    basis_rank: Rank | None,
    term_rule: str,
    exit_rule: str,
    publicity: str,
    freshness_days: int | None,
    confidence: dict[str, str],
    actor: Actor,
    now: datetime,
) -> int:
    """Register a list type or bring it up to date. A 现行 list becomes a source that matters may consult.

    Raises CannotRegister. Returns the list type's id.
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    source_id = None
    if legal_status is LegalStatus.CURRENT:
        source_id = register_source(
            code=code,
            name=title,
            kind=kind,
            authority=initiator,
            freshness_days=freshness_days,
            actor=actor,
            now=now,
        )
    said = {
        "title": title,
        "number": number,
        "kind": kind,
        "origin": origin.value,
        "legal_status": legal_status.value,
        "initiator": initiator,
        "initiator_department_id": initiator_department_id,
        "memorandum": memorandum,
        "legal_basis": legal_basis,
        "basis_rank": basis_rank and int(basis_rank),
        "term_rule": term_rule,
        "exit_rule": exit_rule,
        "publicity": publicity,
        "confidence": confidence,
        "source_id": source_id,
    }
    known = ListType.objects.filter(code=code).first()
    if known is not None and all(getattr(known, key) == value for key, value in said.items()):
        return known.pk
    list_type, _ = ListType.objects.update_or_create(code=code, defaults=said)
    record(
        ListTypeRegistered(list_type.pk, code, legal_status.value),
        about=f"redblack.list_type:{list_type.pk}",
        actor=actor,
        now=now,
    )
    return list_type.pk


@transaction.atomic
def enter(
    *,
    list_code: str,
    subject_id: int,
    papers: Papers,
    authority_department_id: int | None,
    performance: str = "",
    responsible_persons: Sequence[int] = (),
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a subject on a list by a decision already made, here or upstream, judged by the list's origin.

    Returns the entry's id. Raises CannotDecide, CannotBind (with each missing paper and its article), UnknownSubject,
    AlreadyEntered.
    """
    if not policies.may_enter(actor, authority_department_id=authority_department_id):
        raise CannotDecide
    list_type = selectors.list_type(list_code)
    _demand(list_type, papers, on=day_of(now))
    if subject_of(subject_id) is None:
        raise UnknownSubject
    assert papers.effective_from is not None  # demanded above
    with refusing("redblack_entry_one_open_per_decision", AlreadyEntered):
        entry = Entry.objects.create(
            list_type=list_type,
            origin=list_type.origin,
            reward=list_type.kind == "reward",
            subject_id=subject_id,
            document_no=papers.document_no,
            authority=papers.authority,
            authority_department_id=authority_department_id,
            ground=papers.ground,
            legal_basis=papers.legal_basis or list_type.legal_basis,
            notice_served_on=papers.notice_served_on,
            publicised_from=papers.publicised_from,
            publicised_until=papers.publicised_until,
            decided_on=papers.decided_on,
            effective_from=papers.effective_from,
            effective_until=papers.effective_until,
            exit_route=papers.exit_route or list_type.exit_rule,
            performance=performance,
            responsible_persons=list(responsible_persons),
            registered_at=now,
        )
    assert list_type.source_id is not None  # 现行 lists have a source, by constraint
    Binding.objects.create(
        source_id=list_type.source_id,
        entry=entry,
        subject_id=subject_id,
        document_no=entry.document_no,
        authority=entry.authority,
        ground=entry.ground[:GROUND_SHOWN],
        valid_from=entry.effective_from,
        valid_until=entry.effective_until,
        rev_from=advance(source_id=list_type.source_id),
    )
    fact = EntryBinds(entry.pk, list_code, subject_id, entry.document_no, entry.effective_from.isoformat())
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return entry.pk


@transaction.atomic
def release(
    *,
    entry_id: int,
    kind: ReleaseKind,
    released_on: date,
    document_no: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take an entry off its list from that day on. Every measure that hangs on it ends with it (invariant I5).

    Raises EntryNotFound, CannotDecide, AlreadyReleased.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    if entry.released_on is not None:
        raise AlreadyReleased
    entry.released_on, entry.release_kind = released_on, kind.value
    entry.release_document, entry.release_reason = document_no, reason
    entry.save(update_fields=["released_on", "release_kind", "release_document", "release_reason"])
    _rewrite(entry, released_on=released_on)
    fact = EntryReleased(
        entry.pk, entry.list_type.code, entry.subject_id, kind.value, released_on.isoformat(), document_no
    )
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)


@transaction.atomic
def mark_disputed(*, entry_id: int, ground: Ground, marked_on: date, actor: Actor, now: datetime) -> bool:
    """Mark an entry as disputed everywhere at once. Returns whether its punitive measures are suspended.

    Raises EntryNotFound, CannotDecide, AlreadyReleased, AlreadyDisputed.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    if entry.released_on is not None:
        raise AlreadyReleased
    again = Dispute.objects.filter(entry=entry, ground=ground.value, ended_on__isnull=False).exists()
    suspended = suspends(ground, origin=Origin(entry.origin), same_facts_before=again)
    with refusing("redblack_dispute_one_open_per_entry", AlreadyDisputed):
        Dispute.objects.create(entry=entry, ground=ground.value, marked_on=marked_on, suspended=suspended)
    _rewrite(entry, disputed_on=marked_on, suspended=suspended)
    fact = EntryDisputed(
        entry.pk, entry.list_type.code, entry.subject_id, ground.value, suspended, marked_on.isoformat()
    )
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return suspended


@transaction.atomic
def end_dispute(*, entry_id: int, outcome: str, ended_on: date, actor: Actor, now: datetime) -> None:
    """Take the mark off again (维持 ...). Raises EntryNotFound, CannotDecide, NotDisputed."""
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    if not Dispute.objects.filter(entry=entry, ended_on=None).update(ended_on=ended_on, outcome=outcome):
        raise NotDisputed
    _rewrite(entry, disputed_on=None, suspended=False)
    fact = DisputeEnded(entry.pk, entry.list_type.code, entry.subject_id, outcome)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRow:
    """A row of a received list, resolved to a subject of ours."""

    subject_id: int
    papers: Papers
    performance: str = ""


@transaction.atomic
def receive(
    *,
    list_code: str,
    version: str,
    rows: Sequence[ReceivedRow],
    loaded_at: datetime,
    actor: Actor,
    now: datetime,
) -> ListReceived:
    """Replace what we hold of a received list by a new version of it: new rows enter, vanished rows leave.

    The same version again changes nothing but its age. Raises CannotDecide, and CannotBind for a row whose papers do
    not suffice.
    """
    list_type = selectors.list_type(list_code)
    if not policies.may_enter(actor, authority_department_id=list_type.initiator_department_id):
        raise CannotDecide  # also where nothing would change: an old list must not look fresh
    open_ones = {
        (e.subject_id, e.document_no): e.pk
        for e in Entry.objects.filter(list_type=list_type, released_on=None).order_by("id")
    }
    wanted = {(row.subject_id, row.papers.document_no): row for row in rows}
    added = [row for key, row in wanted.items() if key not in open_ones]
    for row in added:
        enter(
            list_code=list_code,
            subject_id=row.subject_id,
            papers=row.papers,
            authority_department_id=list_type.initiator_department_id,
            performance=row.performance,
            actor=actor,
            now=now,
        )
    gone = [entry_id for key, entry_id in open_ones.items() if key not in wanted]
    for entry_id in gone:
        release(
            entry_id=entry_id,
            kind=ReleaseKind.EXPIRED,
            released_on=day_of(loaded_at),
            document_no="",
            reason=f"上级下发的名单版本 {version} 中已无该主体",
            actor=actor,
            now=now,
        )
    assert list_type.source_id is not None
    mark_loaded(
        source_id=list_type.source_id,
        version=version,
        loaded_at=loaded_at,
        rows=len(wanted),
        held=False,
        actor=actor,
        now=now,
    )
    fact = ListReceived(list_code, version, len(added), len(wanted) - len(added), len(gone))
    record(fact, about=f"redblack.list_type:{list_type.pk}", actor=actor, now=now)
    return fact


def _demand(list_type: ListType, papers: Papers, *, on: date) -> None:
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    binding = may_bind(
        papers,
        origin=Origin(list_type.origin),
        reward=list_type.kind == "reward",
        type_basis=list_type.legal_basis,
        type_exit=list_type.exit_rule,
        on=on,
    )
    if not (taking and binding):
        reasons = taking.against + binding.against
        raise CannotBind("".join(r.message for r in reasons), reasons=reasons)


def _rewrite(entry: Entry, **changes: date | bool | None) -> None:
    """Close the row that checks read and write it anew under the next revision of its source."""
    old = Binding.objects.select_for_update().get(entry=entry, rev_to=None)
    revision = advance(source_id=old.source_id)
    Binding.objects.filter(pk=old.pk).update(rev_to=revision)
    for name, value in changes.items():
        setattr(old, name, value)
    old.pk, old.rev_from, old.rev_to = None, revision, None
    old.save(force_insert=True)

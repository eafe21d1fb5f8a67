"""Entering, correcting, releasing and disputing list entries. Each change of legal state closes the row that checks
read and writes a new one, under a new revision of its source, in one transaction with its fact.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.services import record
from collection.services import advance
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted, RuleBroken
from kernel.law import Reason
from redblack import policies, selectors
from redblack.events import DisputeEnded, EntryBinds, EntryCorrected, EntryDisputed, EntryReleased
from redblack.models import Binding, Dispute, Entry, ListType
from redblack.rules.disputes import suspends
from redblack.rules.evidence import Papers, may_bind, may_take_entries
from redblack.rules.lists import Ground, LegalStatus, Origin, ReleaseKind
from redblack.rules.removals import already_released
from redblack.rules.sources import ONE_STANDING
from redblack.selectors.entries import standing_of
from redblack.services.exit_papers import drop_proposals
from redblack.services.recognising import raise_for_entries
from subjects.selectors import subject_of
from toolkit.clock import day_of
from toolkit.db import refusing

GROUND_SHOWN = 300  # characters of the ground that a check shows; the entry keeps the whole text


class CannotDecide(NotPermitted):
    code = "redblack.cannot_decide"
    message = "谁认定、谁负责：只有认定部门的审核人员可以办理列入、移出和异议标注。"


class NotTheRecogniser(NotPermitted):
    code = "redblack.not_the_recogniser"
    message = "谁认定、谁负责：本名单只由其认定部门及下级部门列入。"


class UnknownSubject(NotFound):
    code = "redblack.unknown_subject"
    message = "没有登记该主体，请先按统一社会信用代码或证件登记。"


class CannotBind(RuleBroken):
    code = "redblack.cannot_bind"
    message = "材料不全或日期有误，不能列入。"


class AlreadyEntered(RuleBroken):
    code = "redblack.already_entered"
    message = "该主体已凭同一文号列入本名单，尚未移出。"


class TermsOverlap(RuleBroken):
    code = "redblack.terms_overlap"
    message = "该主体已在本名单上，期限与本次列入重叠，不得重复列入。请先办理原条目的移出、撤销或更正。"


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
def enter(
    *,
    list_code: str,
    subject_id: int,
    papers: Papers,
    authority_department_id: int | None,
    performance: str = "",
    responsible_persons: Sequence[int] = (),
    grade: str = "",
    amount: Decimal | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a subject on a list by a decision already made, here or upstream, judged by the list's origin.

    `responsible_persons`: ids of natural persons as subjects. `grade`: of the repair scale. `amount`: in yuan.
    Returns the entry's id. Raises CannotDecide, NotTheRecogniser, CannotBind (with each missing paper and its
    article), UnknownSubject, AlreadyEntered, TermsOverlap.
    """
    if not policies.may_enter(actor, authority_department_id=authority_department_id):
        raise CannotDecide
    list_type = selectors.list_type(list_code)
    if not selectors.recognises(list_type, authority_department_id=authority_department_id):
        raise NotTheRecogniser(f"“{list_type.title}”由{list_type.initiator}认定，其他部门不能列入。")
    _demand(list_type, papers, on=day_of(now))
    if subject_of(subject_id) is None:
        raise UnknownSubject
    assert papers.effective_from is not None  # demanded above
    with _never_twice(list_type, subject_id, papers.document_no):
        entry = Entry.objects.create(
            list_type=list_type,
            origin=list_type.origin,
            reward=list_type.kind == "reward",
            subject_id=subject_id,
            document_no=papers.document_no,
            authority_department_id=authority_department_id,
            **_stated(papers, performance, list_type),
            responsible_persons=list(responsible_persons),
            grade=grade,
            amount=amount,
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
        grade=grade,
        amount=amount,
        rev_from=advance(source_id=list_type.source_id),
    )
    fact = EntryBinds(entry.pk, list_code, subject_id, entry.document_no, entry.effective_from.isoformat())
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    raise_for_entries(entry_ids=[entry.pk], actor=actor, now=now)
    return entry.pk


@transaction.atomic
def correct(*, entry_id: int, papers: Papers, performance: str, version: str, actor: Actor, now: datetime) -> bool:
    """Bring an open entry to what its authority now states of the same decision. Returns whether it differed.

    What was told before stays known at its revision. Raises EntryNotFound, CannotDecide, AlreadyReleased, CannotBind.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    _demand_open(entry)
    _demand(entry.list_type, papers, on=day_of(now))
    changed = changes(entry, papers, performance, entry.list_type)
    if not changed:
        return False
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(changed))
    _rewrite(
        entry,
        authority=entry.authority,
        ground=entry.ground[:GROUND_SHOWN],
        valid_from=entry.effective_from,
        valid_until=entry.effective_until,
    )
    fact = EntryCorrected(entry.pk, entry.list_type.code, entry.subject_id, version, sorted(changed))
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return True


def changes(entry: Entry, papers: Papers, performance: str, list_type: ListType) -> dict[str, Any]:
    """What these papers state otherwise than the entry does, by field. Where they are silent about basis and exit,
    the entry keeps what it was entered with: a list type that changes is no correction of its entries.
    """
    said = _stated(papers, performance, list_type)
    if not papers.legal_basis:
        del said["legal_basis"]
    if not papers.exit_route:
        del said["exit_route"]
    return {name: value for name, value in said.items() if getattr(entry, name) != value}


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
    """Take an entry off its list from that day on. Every measure that hangs on it ends with it (invariant I5), and
    so does an objection or a removal that is pending.

    Raises EntryNotFound, CannotDecide, AlreadyReleased.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    _demand_open(entry)
    entry.released_on, entry.release_kind = released_on, kind.value
    entry.release_document, entry.release_reason = document_no, reason
    entry.save(update_fields=["released_on", "release_kind", "release_document", "release_reason"])
    outcome = "更正" if kind is ReleaseKind.CORRECTED else "移出"
    Dispute.objects.filter(entry=entry, ended_on=None).update(ended_on=day_of(now), outcome=outcome)
    drop_proposals(entry_ids=[entry.pk], actor=actor, now=now)
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
    _demand_open(entry)
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
def rest_measures(*, entry_id: int, rest: bool, actor: Actor, now: datetime) -> bool:
    """Let the measures of a disputed entry rest, or no longer, by a decision of its authority; whether they rest now.

    A court's list is marked only (rules.disputes). Raises EntryNotFound, CannotDecide, NotDisputed.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    dispute = Dispute.objects.filter(entry=entry, ended_on=None).first()
    if dispute is None:
        raise NotDisputed
    dispute.suspended = rest and Origin(entry.origin) is not Origin.COURT
    dispute.save(update_fields=["suspended"])
    _rewrite(entry, disputed_on=dispute.marked_on, suspended=dispute.suspended)
    fact = EntryDisputed(
        entry.pk,
        entry.list_type.code,
        entry.subject_id,
        dispute.ground,
        dispute.suspended,
        dispute.marked_on.isoformat(),
    )
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return dispute.suspended


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


@contextmanager
def _never_twice(list_type: ListType, subject_id: int, document_no: str) -> Iterator[None]:
    """What the database refuses of a second entry, in words: the same decision again, or terms that overlap.

    The same decision breaks both; which of the two PostgreSQL names hangs on which was made first, and a restored
    database has made them in another order.
    """
    same = {"list_type": list_type, "subject_id": subject_id, "document_no": document_no, "released_on": None}
    try:
        with (
            refusing("redblack_entry_one_open_per_decision", AlreadyEntered),
            refusing("redblack_entry_no_overlap_where_decided_here", TermsOverlap),
        ):
            yield
    except (AlreadyEntered, TermsOverlap) as refusal:
        told = AlreadyEntered if Entry.objects.filter(**same).exists() else type(refusal)
        reason = Reason(told.code.partition(".")[2], ONE_STANDING, told.message)
        raise told(reasons=(reason,)) from refusal


def _demand_open(entry: Entry) -> None:
    """An exit happens once. Raises AlreadyReleased with its article."""
    if entry.released_on is not None:
        reason = already_released(standing_of(entry))
        raise AlreadyReleased(reason.message, reasons=(reason,))


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


def _stated(papers: Papers, performance: str, list_type: ListType) -> dict[str, Any]:
    """What an entry keeps of its papers, with what the list type itself states where they are silent."""
    return {
        "authority": papers.authority,
        "ground": papers.ground,
        "legal_basis": papers.legal_basis or list_type.legal_basis,
        "notice_served_on": papers.notice_served_on,
        "publicised_from": papers.publicised_from,
        "publicised_until": papers.publicised_until,
        "decided_on": papers.decided_on,
        "effective_from": papers.effective_from,
        "effective_until": papers.effective_until,
        "exit_route": papers.exit_route or list_type.exit_rule,
        "performance": performance,
    }


def _rewrite(entry: Entry, **changes: date | str | bool | None) -> None:
    """Close the row that checks read and write it anew under the next revision of its source."""
    old = Binding.objects.select_for_update().get(entry=entry, rev_to=None)
    revision = advance(source_id=old.source_id)
    Binding.objects.filter(pk=old.pk).update(rev_to=revision)
    for name, value in changes.items():
        setattr(old, name, value)
    old.pk, old.rev_from, old.rev_to = None, revision, None
    old.save(force_insert=True)

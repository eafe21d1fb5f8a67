"""Taking an entry off its list: one person proposes, another decides; papers, and everything that hung on it ends."""

from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason
from redblack import policies, selectors
from redblack.events import RemovalDecided, RemovalDropped, RemovalProposed
from redblack.models import Entry, Removal
from redblack.rules.lists import ReleaseKind
from redblack.rules.removals import may_release
from redblack.rules.sources import LIST_MANAGEMENT
from redblack.rules.states import REMOVAL_LIFE, RemovalState
from redblack.selectors import exits
from redblack.selectors.entries import seen_of, standing_of
from redblack.services.entries import AlreadyReleased, release
from redblack.services.exit_papers import write_exit
from redblack.services.recognising import close_removed
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotPropose(NotPermitted):
    code = "redblack.cannot_propose"
    message = "谁认定、谁负责：移出由认定部门的经办人员提出。"


class CannotDecideRemoval(NotPermitted):
    code = "redblack.cannot_decide_removal"
    message = "谁认定、谁负责：移出由认定部门的审核人员决定。"


class DecidedByAnother(NotPermitted):
    code = "redblack.decided_by_another"
    message = "提出人不能决定自己提出的移出。请由认定部门的另一名审核人员决定。"


class CannotRelease(RuleBroken):
    code = "redblack.cannot_release"
    message = "该条目不能移出。"


class RemovalOpen(RuleBroken):
    code = "redblack.removal_open"
    message = "该条目已有一件待决定的移出。请在那一件上办理，或者先由提出人撤回。"


class RemovalOver(RuleBroken):
    code = "redblack.removal_over"
    message = "这件移出刚刚已经办结。请刷新后再看。"


class EntryMoved(RuleBroken):
    code = "redblack.entry_moved"
    message = "该条目刚刚有了变化（如标注存在异议），尚未移出。请刷新后核对，再作决定。"


class RemovalIncomplete(Malformed):
    code = "redblack.removal_incomplete"
    message = "请填写移出决定书文号和移出事由，且不得写入公民身份号码。"


@transaction.atomic
def propose_removal(
    *,
    entry_id: int,
    kind: ReleaseKind,
    document_no: str,
    reason: str,
    released_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Propose that an entry leave its list from `released_on`. Nothing changes until another person decides.

    Returns the removal's id. Raises EntryNotFound, CannotPropose, AlreadyReleased, CannotRelease (with each reason
    and its article), RemovalOpen, RemovalIncomplete.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_propose_removal(actor, authority_department_id=entry.authority_department_id):
        raise CannotPropose
    if not document_no.strip() or len(reason.strip()) < 2 or holds_citizen_id(reason + " " + document_no):
        raise RemovalIncomplete
    _demand(entry, kind, released_on, on=day_of(now))
    with refusing("redblack_removal_one_open_per_entry", RemovalOpen):
        removal = Removal.objects.create(
            entry=entry,
            state=RemovalState.PROPOSED,
            kind=kind.value,
            document_no=document_no.strip(),
            reason=reason.strip(),
            released_on=released_on,
            proposed_by=actor.key,
            proposed_at=now,
        )
    fact = RemovalProposed(removal.pk, entry.pk, entry.list_type.code, kind.value, removal.document_no)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return removal.pk


@transaction.atomic
def decide_removal(*, removal_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Decide what another person proposed: the entry is released, its papers are written, tasks about it close.

    `seen`: seen_of the entry that the decider read; whoever marked it as disputed meanwhile is noticed.
    Raises RemovalNotFound, CannotDecideRemoval, DecidedByAnother, RemovalOver, EntryMoved, AlreadyReleased,
    CannotRelease, and what a letter raises.
    """
    removal, entry = _locked(removal_id, actor)
    if not policies.may_decide_removal(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecideRemoval
    if removal.proposed_by == actor.key:
        text = "提出人与决定人应为不同的人。"
        raise DecidedByAnother(reasons=(Reason("second_person", LIST_MANAGEMENT, text),))
    target = _after("decide", removal)
    kind = ReleaseKind(removal.kind)
    _demand(entry, kind, removal.released_on, on=day_of(now))
    if seen_of(entry, exits.open_dispute(entry.pk)) != seen:
        raise EntryMoved
    _finish(removal, target, actor, now)
    release(
        entry_id=entry.pk,
        kind=kind,
        released_on=removal.released_on,
        document_no=removal.document_no,
        reason=removal.reason,
        actor=actor,
        now=now,
    )
    entry.refresh_from_db()
    write_exit(entry=entry, actor=actor, now=now)
    close_removed(entry_id=entry.pk, document_no=removal.document_no, actor=actor, now=now)
    fact = RemovalDecided(removal.pk, entry.pk, entry.list_type.code, removal.kind)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)


@transaction.atomic
def drop_removal(*, removal_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The entry stays: the reviewer declines, or who proposed it takes it back.

    Raises RemovalNotFound, CannotDecideRemoval, RemovalOver, RemovalIncomplete.
    """
    removal, entry = _locked(removal_id, actor)
    own = removal.proposed_by == actor.key
    if not own and not policies.may_decide_removal(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecideRemoval
    target = _after("drop", removal)
    if len(reason.strip()) < 2 or holds_citizen_id(reason):
        raise RemovalIncomplete("请写明不予移出的理由，且不得写入公民身份号码。")
    removal.outcome_reason = reason.strip()
    _finish(removal, target, actor, now)
    fact = RemovalDropped(removal.pk, entry.pk, entry.list_type.code)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)


def _locked(removal_id: int, actor: Actor) -> tuple[Removal, Entry]:
    """Removal and entry, locked in the order in which everything locks them: the entry first."""
    seen = exits.get_removal(actor, removal_id)
    entry = selectors.get_visible(actor, seen.entry_id, for_update=True)
    return Removal.objects.select_for_update().get(pk=removal_id), entry


def _after(verb: str, removal: Removal) -> RemovalState:
    state = RemovalState(removal.state)
    if verb not in REMOVAL_LIFE.open_to(state):
        raise RemovalOver(f"这件移出已经办结（{state.label}）。请刷新后再看。")
    return REMOVAL_LIFE.after(verb, state)


def _finish(removal: Removal, target: RemovalState, actor: Actor, now: datetime) -> None:
    removal.state, removal.decided_by, removal.decided_at = target, actor.key, now
    removal.save(update_fields=["state", "decided_by", "decided_at", "outcome_reason"])


def _demand(entry: Entry, kind: ReleaseKind, released_on: date, *, on: date) -> None:
    verdict = may_release(standing_of(entry), kind=kind, released_on=released_on, on=on)
    if not verdict:
        refusal = AlreadyReleased if entry.released_on is not None else CannotRelease
        raise refusal("".join(r.message for r in verdict.against), reasons=verdict.against)

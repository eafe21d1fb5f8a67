"""Taking a release back: it was obtained by deceit, or it was for a time only and its ground has failed."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from collection.services import advance
from kernel.actor import Actor
from kernel.errors import RuleBroken
from redblack import policies, selectors
from redblack.events import EntryRestored
from redblack.models import Binding
from redblack.rules.evidence import may_take_entries
from redblack.rules.lists import LegalStatus, ReleaseKind
from redblack.services.entries import AlreadyEntered, CannotBind, CannotDecide, TermsOverlap
from toolkit.db import refusing


class NotReleased(RuleBroken):
    code = "redblack.not_released"
    message = "该条目没有提前移出，不能恢复。"


@transaction.atomic
def restore_entry(*, entry_id: int, document_no: str, actor: Actor, now: datetime) -> None:
    """An entry that was taken off early stands again, with its own term. What was known meanwhile stays known.

    Raises EntryNotFound, CannotDecide, NotReleased, CannotBind (its list takes no entries any more), AlreadyEntered,
    TermsOverlap.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_enter(actor, authority_department_id=entry.authority_department_id):
        raise CannotDecide
    if entry.release_kind != ReleaseKind.EARLY.value:
        raise NotReleased
    taking = may_take_entries(LegalStatus(entry.list_type.legal_status))
    if not taking:
        raise CannotBind("".join(one.message for one in taking.against), reasons=taking.against)
    entry.released_on, entry.release_kind, entry.release_document, entry.release_reason = None, "", "", ""
    with (
        refusing("redblack_entry_one_open_per_decision", AlreadyEntered),
        refusing("redblack_entry_no_overlap_where_decided_here", TermsOverlap),
    ):
        entry.save(update_fields=["released_on", "release_kind", "release_document", "release_reason"])
    old = Binding.objects.select_for_update().get(entry=entry, rev_to=None)
    revision = advance(source_id=old.source_id)
    Binding.objects.filter(pk=old.pk).update(rev_to=revision)
    old.pk, old.rev_from, old.rev_to, old.released_on = None, revision, None, None
    old.disputed_on, old.suspended = None, False
    old.save(force_insert=True)
    fact = EntryRestored(entry.pk, entry.list_type.code, entry.subject_id, document_no)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)

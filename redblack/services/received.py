"""Lists that are decided elsewhere and reach us as whole versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from collection.services import mark_loaded
from kernel.actor import Actor
from redblack import policies, selectors
from redblack.events import ListReceived
from redblack.models import Entry
from redblack.rules.evidence import Papers, may_take_entries
from redblack.rules.lists import LegalStatus, ReleaseKind
from redblack.services.entries import CannotBind, CannotDecide, changes, correct, enter, release
from toolkit.clock import day_of


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
    """Replace what we hold of a received list by a new version of it: new rows enter, vanished rows leave, known
    rows whose dates, ground or authority were changed upstream are corrected.

    The same version again changes nothing but its age. Raises CannotDecide, and CannotBind for a list that is not
    现行 or a row whose papers do not suffice.
    """
    list_type = selectors.list_type(list_code)
    if not policies.may_enter(actor, authority_department_id=list_type.initiator_department_id):
        raise CannotDecide  # also where nothing would change: an old list must not look fresh
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    if not taking:
        raise CannotBind("".join(r.message for r in taking.against), reasons=taking.against)
    wanted = {(row.subject_id, row.papers.document_no): row for row in rows}
    open_ones, differing = {}, []
    for entry in Entry.objects.filter(list_type=list_type, released_on=None).order_by("id").iterator():
        key = (entry.subject_id, entry.document_no)
        open_ones[key] = entry.pk
        if key in wanted and changes(entry, wanted[key].papers, wanted[key].performance, list_type):
            differing.append(key)
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
    for key in differing:
        correct(
            entry_id=open_ones[key],
            papers=wanted[key].papers,
            performance=wanted[key].performance,
            version=version,
            actor=actor,
            now=now,
        )
    gone = [entry_id for key, entry_id in open_ones.items() if key not in wanted]
    for entry_id in gone:
        release(
            entry_id=entry_id,
            kind=_how_it_left(entry_id, on=day_of(loaded_at)),
            released_on=day_of(loaded_at),
            document_no="",
            reason=f"上级下发的名单版本 {version} 中已无该主体",
            actor=actor,
            now=now,
        )
    assert list_type.source_id is not None  # 现行 lists have a source, by constraint
    mark_loaded(
        source_id=list_type.source_id,
        version=version,
        loaded_at=loaded_at,
        rows=len(wanted),
        held=False,
        actor=actor,
        now=now,
    )
    kept = len(wanted) - len(added) - len(differing)
    fact = ListReceived(list_code, version, len(added), kept, len(differing), len(gone))
    record(fact, about=f"redblack.list_type:{list_type.pk}", actor=actor, now=now)
    return fact


def _how_it_left(entry_id: int, *, on: date) -> ReleaseKind:
    """A row that vanished upstream ran out if its term was over; else it left early, and upstream knows why."""
    until = Entry.objects.values_list("effective_until", flat=True).get(pk=entry_id)
    return ReleaseKind.EXPIRED if until is not None and until < on else ReleaseKind.EARLY

"""A version whose rows are resolved already and that the caller vouches for: initial data, a command, an import."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db import transaction

from audit.services import record
from collection.services import mark_loaded
from kernel.actor import Actor
from redblack import policies, selectors
from redblack.events import ListReceived
from redblack.models import ListType, ListVersion
from redblack.rules.evidence import Papers, may_bind, may_take_entries
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.received_rows import ReadRow
from redblack.rules.states import VersionState
from redblack.services.entries import CannotBind, CannotDecide
from redblack.services.received.applying import settle
from redblack.services.received.receiving import open_version
from redblack.services.received.refusals import VersionKnown
from redblack.services.received.staging import Known, stage
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
    """Replace what we hold of a received list by a new version of it, at once: the caller vouches, so no fuse.

    国办发〔2020〕49号 名单共享和更新. New rows enter, vanished rows leave, rows that were changed upstream are
    corrected. The same version again changes nothing but its age. Raises CannotDecide, VersionKnown, VersionWaits,
    and CannotBind for a list that is not 现行 or a row whose papers do not suffice.
    """
    list_type = selectors.list_type(list_code)
    if not policies.may_enter(actor, authority_department_id=list_type.initiator_department_id):
        raise CannotDecide  # also where nothing would change: an old list must not look fresh
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    if not taking:
        raise CannotBind("".join(r.message for r in taking.against), reasons=taking.against)
    wanted = list({(row.subject_id, row.papers.document_no): row for row in rows}.values())
    for row in wanted:
        _demand(list_type, row, now)
    sha256 = _digest(wanted)
    ListType.objects.select_for_update().get(pk=list_type.pk)
    known = ListVersion.objects.filter(list_type=list_type, version=version, state=VersionState.APPLIED).first()
    if known is not None:
        return _again(known, sha256, loaded_at, actor, now)
    made = open_version(
        list_type=list_type,
        version=version,
        stated_at=loaded_at,
        channel="push",
        sha256=sha256,
        file_id=None,
        actor=actor,
        now=now,
    )
    stage(version_id=made.pk, rows=[_known(number, row) for number, row in enumerate(wanted, start=1)])
    found = settle(version=made, fused=False, actor=actor, now=now).compared
    return ListReceived(
        list_code, version, found.added, found.kept, found.changed, found.removed + found.expired, made.pk
    )


def _again(known: ListVersion, sha256: str, loaded_at: datetime, actor: Actor, now: datetime) -> ListReceived:
    if known.sha256 != sha256:
        raise VersionKnown
    standing = known.added + known.kept + known.changed
    source_id = known.list_type.source_id
    assert source_id is not None  # 现行 lists have a source, by constraint
    mark_loaded(
        source_id=source_id,
        version=known.version,
        loaded_at=loaded_at,
        rows=standing,
        held=False,
        actor=actor,
        now=now,
    )
    fact = ListReceived(known.list_type.code, known.version, 0, standing, 0, 0, known.pk)
    record(fact, about=f"redblack.list_type:{known.list_type_id}", actor=actor, now=now)
    return fact


def _demand(list_type: ListType, row: ReceivedRow, now: datetime) -> None:
    binding = may_bind(
        row.papers,
        origin=Origin(list_type.origin),
        reward=list_type.kind == "reward",
        type_basis=list_type.legal_basis,
        type_exit=list_type.exit_rule,
        on=day_of(now),
    )
    if not binding:
        raise CannotBind("".join(r.message for r in binding.against), reasons=binding.against)


def _digest(rows: Sequence[ReceivedRow]) -> str:
    said = sorted((row.subject_id, *map(str, astuple(row.papers)), row.performance) for row in rows)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _known(number: int, row: ReceivedRow) -> Known:
    said = ReadRow(
        number=number,
        name="",
        code="",
        code_kind="",
        papers=row.papers,
        performance=row.performance,
        amount=None,
    )
    return Known(said, row.subject_id)

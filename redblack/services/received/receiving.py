"""Taking a version in: which list, from whom, whether it came before. The work itself follows (working.py)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK
from collection.selectors import source_ages
from kernel.actor import Actor
from office.services import open_job, store_file
from redblack import policies, selectors
from redblack.events import ListVersionDecided, ListVersionReceived, ListVersionRefused
from redblack.models import ListType, ListVersion
from redblack.rules.evidence import may_take_entries
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import VERSION_LIFE, VersionState
from redblack.services.entries import CannotBind
from redblack.services.received.applying import about
from redblack.services.received.refusals import (
    CannotDeliver,
    FileChanged,
    ListDecidedHere,
    StatedInFuture,
    VersionKnown,
    VersionOlder,
    VersionUnnamed,
    VersionWaits,
)
from toolkit.clock import day_of
from toolkit.db import refusing

TASK = "redblack.tasks.work_version"
PIECE = 1024 * 1024
LONGEST_VERSION = 60
STANDING = (VersionState.STAGING, VersionState.HELD, VersionState.APPLIED)


@dataclass(frozen=True, slots=True)
class ReceivedVersion:
    """The version of a delivery. `known`: the same bytes came before under that name, and this is that version."""

    version_id: int
    known: bool


@transaction.atomic
def receive_version(
    *,
    list_code: str,
    version: str,
    stated_at: datetime,
    file_name: str,
    stream: BinaryIO,
    channel: str,
    actor: Actor,
    now: datetime,
) -> ReceivedVersion:
    """Store a delivered version of a received list and open the job that compares it; `stream` is seekable.

    国办发〔2020〕49号 名单共享和更新. `stated_at`: as of when its authority states it; its age counts from there.
    The same bytes under the same name lead to the version that is there. Raises CannotDeliver, UnknownList,
    ListDecidedHere, CannotBind (not 现行), VersionUnnamed, StatedInFuture, VersionOlder, VersionKnown, VersionWaits,
    FileRefused and its kinds, FileChanged, office's FileTooLarge and DiskFull.
    """
    list_type = demand_receivable(list_code=list_code, actor=actor)
    version = " ".join(version.split())
    if not 0 < len(version) <= LONGEST_VERSION:
        raise VersionUnnamed
    if stated_at > now:
        raise StatedInFuture
    sheet_guard.check_size(stream.seek(0, 2), BULK)
    sheet_guard.kind_of(stream)
    sha256 = _digest(stream)
    ListType.objects.select_for_update().get(pk=list_type.pk)  # of two deliveries at once the second sees the first
    known = ListVersion.objects.filter(list_type=list_type, version=version, state__in=STANDING).first()
    if known is not None:
        if known.sha256 != sha256:
            raise VersionKnown
        return ReceivedVersion(known.pk, known=True)
    demand_newer(list_type, stated_at)
    stream.seek(0)
    stored = store_file(
        stream=stream,
        name=file_name,
        keep_until=day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS),
        limit=BULK.size,
        actor=actor,
        now=now,
    )
    if stored.sha256 != sha256:
        raise FileChanged
    made = open_version(
        list_type=list_type,
        version=version,
        stated_at=stated_at,
        channel=channel,
        sha256=sha256,
        file_id=stored.id,
        actor=actor,
        now=now,
    )
    made.job_id = open_job(task=TASK, about=about(made), actor=actor, now=now)
    made.save(update_fields=["job_id"])
    return ReceivedVersion(made.pk, known=False)


def demand_receivable(*, list_code: str, actor: Actor) -> ListType:
    """The list, if whole versions of it may come from this actor.

    Raises UnknownList, CannotDeliver, ListDecidedHere, CannotBind.
    """
    list_type = selectors.list_type(list_code)
    if not policies.may_deliver(actor, initiator_department_id=list_type.initiator_department_id):
        raise CannotDeliver
    if Origin(list_type.origin).decided_here:
        raise ListDecidedHere
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    if not taking:
        raise CannotBind("".join(r.message for r in taking.against), reasons=taking.against)
    return list_type


def demand_newer(list_type: ListType, stated_at: datetime) -> None:
    """Old data never replace newer ones. Raises VersionOlder."""
    for age in source_ages(as_of=day_of(stated_at)):
        if age.id == list_type.source_id and age.loaded_at is not None and stated_at < age.loaded_at:
            raise VersionOlder


def open_version(
    *,
    list_type: ListType,
    version: str,
    stated_at: datetime,
    channel: str,
    sha256: str,
    file_id: int | None,
    actor: Actor,
    now: datetime,
) -> ListVersion:
    """The row of a version and the fact that it came. Inside a transaction. Raises VersionWaits."""
    with refusing("redblack_listversion_one_open", VersionWaits):
        made = ListVersion.objects.create(
            list_type=list_type,
            version=version,
            stated_at=stated_at,
            received_at=now,
            channel=channel,
            sha256=sha256,
            file_id=file_id,
            state=VersionState.STAGING,
            sent_by=actor.key,
            sender_name=actor.display[:100],
        )
    fact = ListVersionReceived(made.pk, list_type.code, version, channel, sha256)
    record(fact, about=about(made), actor=actor, now=now)
    return made


def refuse_version(*, version: ListVersion, code: str, message: str, actor: Actor, now: datetime) -> None:
    """It cannot be read: nothing of it counts, the last one stands. Inside a transaction that has locked it."""
    version.state = VERSION_LIFE.after("refuse", VersionState(version.state))
    version.reasons = [{"code": code, "message": message}]
    version.save(update_fields=["state", "reasons"])
    version.staged.all().delete()
    fact = ListVersionRefused(version.pk, version.list_type.code, version.version, code)
    record(fact, about=about(version), actor=actor, now=now)


@transaction.atomic
def fail_version(*, version_id: int, job_id: int, failure: str, actor: Actor, now: datetime) -> None:
    """Its job was given up while it was compared, or while it was to take effect. Again changes nothing."""
    version = ListVersion.objects.select_for_update(of=("self",)).select_related("list_type").filter(
        pk=version_id, job_id=job_id
    ).first()  # fmt: skip
    if version is not None and version.state == VersionState.STAGING:
        refuse_version(version=version, code="redblack.version_failed", message=failure, actor=actor, now=now)
    elif version is not None and version.state == VersionState.HELD and version.decided_by:
        take_back(version=version, code="redblack.version_failed", message=failure, actor=actor, now=now)


def take_back(*, version: ListVersion, code: str, message: str, actor: Actor, now: datetime) -> None:
    """A release that came to nothing: it waits for a decision again, and why is told beside why it is held."""
    version.decided_by, version.decided_at, version.decision_note = "", None, ""
    failed = {"code": code, "message": f"上次确认采用后未能生效：{message}请排除后重新确认。"}
    version.reasons = [r for r in version.reasons if not r["message"].startswith("上次确认采用后")] + [failed]
    version.save(update_fields=["decided_by", "decided_at", "decision_note", "reasons"])
    fact = ListVersionDecided(version.pk, version.list_type.code, version.version, "failed")
    record(fact, about=about(version), actor=actor, now=now)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()

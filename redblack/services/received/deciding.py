"""A version that is held: a second person releases it or sets it aside."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from office.services import open_job
from redblack import policies, selectors
from redblack.events import ListVersionDecided
from redblack.models import ListVersion
from redblack.rules.states import VERSION_LIFE, VersionState
from redblack.services.received.applying import about, discard_rows
from redblack.services.received.receiving import TASK
from redblack.services.received.refusals import CannotConfirm, NoteMissing, NotHeld, SameHand

SHORTEST_NOTE, LONGEST_NOTE = 2, 500


@transaction.atomic
def release_version(*, version_id: int, note: str, actor: Actor, now: datetime) -> None:
    """The version is right after all: it takes the place of the last one, as soon as a worker has applied it.

    国办发〔2020〕49号 名单共享和更新. Raises VersionNotFound, CannotConfirm, NotHeld, SameHand, NoteMissing.
    """
    version = _to_decide(version_id, note, actor)
    VERSION_LIFE.after("release", VersionState(version.state))
    _decide(version, note, actor, now)
    version.job_id = open_job(task=TASK, about=about(version), actor=actor, now=now)
    version.save()
    fact = ListVersionDecided(version.pk, version.list_type.code, version.version, "released")
    record(fact, about=about(version), actor=actor, now=now)


@transaction.atomic
def discard_version(*, version_id: int, note: str, actor: Actor, now: datetime) -> None:
    """The version is not used; the last one stands, and nobody's standing is doubtful because of it any more.

    国办发〔2020〕49号 名单共享和更新. Raises VersionNotFound, CannotConfirm, NotHeld, SameHand, NoteMissing.
    """
    version = _to_decide(version_id, note, actor)
    version.state = VERSION_LIFE.after("discard", VersionState(version.state))
    _decide(version, note, actor, now)
    version.save()
    discard_rows(version)
    fact = ListVersionDecided(version.pk, version.list_type.code, version.version, "discarded")
    record(fact, about=about(version), actor=actor, now=now)


def _to_decide(version_id: int, note: str, actor: Actor) -> ListVersion:
    version = selectors.get_version(actor, version_id, for_update=True)
    initiator = version.list_type.initiator_department_id
    if not policies.may_confirm_version(actor, initiator_department_id=initiator):
        raise CannotConfirm
    if version.state != VersionState.HELD or version.decided_by:
        raise NotHeld
    if version.sent_by == actor.key:
        raise SameHand
    if not SHORTEST_NOTE <= len(note.strip()) <= LONGEST_NOTE:
        raise NoteMissing
    return version


def _decide(version: ListVersion, note: str, actor: Actor, now: datetime) -> None:
    version.decided_by, version.decided_at, version.decision_note = actor.key, now, note.strip()

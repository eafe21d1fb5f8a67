"""A version worked off by a worker: staged chunk by chunk, compared, applied or held; it survives a crash anywhere.

Staged rows stay where they are: the next worker goes on after the last of them. Comparing and applying is the
database's work in one transaction, whose last step ends the job; meanwhile this thread renews the lease.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Max

from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import Line, Sheet, read_sheet
from kernel.actor import Actor, Kind, system
from kernel.errors import Refusal
from office.services import FileGone, JobTaken, claim, finish_job, open_file, step
from redblack.models import ListVersion
from redblack.rules import received_rows
from redblack.rules.states import VersionState
from redblack.services.entries import CannotBind
from redblack.services.received.applying import settle
from redblack.services.received.receiving import refuse_version, take_back
from redblack.services.received.staging import resolve, rules_of, stage

log = logging.getLogger(__name__)
CHUNK = 5_000
RENEW = 20.0  # seconds
READING, COMPARING = "逐行读取", "比对和更新"
REGISTRAR = "received_lists"


@dataclass(frozen=True, slots=True)
class _Hold:
    job_id: int
    attempt: int
    clock: Callable[[], datetime]

    def step(self, done: int, total: int | None, stage: str) -> None:
        step(
            job_id=self.job_id, attempt=self.attempt, done=done, total=total, stage=stage, now=self.clock()
        )  # nothing to stop: a version that is not wanted is discarded


def sender_of(version: ListVersion) -> Actor:
    """Whoever handed the version in: the version attests it, even when he has left meanwhile."""
    kind, _, name = version.sent_by.partition(":")
    return Actor(kind=Kind(kind), name=name, display=version.sender_name)


def work_version(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Work a version off, from where it stopped; or apply one that was held and that a person has released.

    Whatever is unexpected escapes: the lease lapses, and the sweep hands the job out again.
    """
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    hold = _Hold(job_id, attempt, clock)
    version = ListVersion.objects.select_related("list_type").get(job_id=job_id)
    try:
        try:
            if version.state == VersionState.STAGING:
                _stage(version, hold)
            _settle(version, hold)
        except (FileRefused, FileGone, CannotBind) as refusal:
            _refuse(version.pk, hold, refusal)
    except JobTaken:
        log.warning("job %s is another worker's", job_id)


def _stage(version: ListVersion, hold: _Hold) -> None:
    assert version.file_id is not None
    with closing(open_file(file_id=version.file_id)) as stream:
        sheet = read_sheet(stream, expected=received_rows.EXPECTED, limits=BULK)
        rows = _rows(version, sheet, hold)
        done = version.staged.count()
        while chunk := list(islice(rows, CHUNK)):
            done += len(chunk)
            _stage_chunk(version, chunk, hold, done, max(sheet.total or 0, done))
    with connection.cursor() as cursor:  # where the server has not counted it expects one row, and joins by that
        cursor.execute("ANALYZE redblack_stagedentry, redblack_entry")


def _rows(version: ListVersion, sheet: Sheet, hold: _Hold) -> Iterator[received_rows.ReadRow]:
    """The rows that are not yet staged, each with what is wrong with it."""
    places = received_rows.places_of(sheet.headers)
    read = received_rows.reader(rules_of(version.list_type, now=hold.clock()))
    keys = tuple(places)
    pick = itemgetter(*places.values())  # at least three are required
    read_to = version.staged.aggregate(last=Max("row_number"))["last"] or 0
    ours = {sheet.headers[place] for place in places.values()}
    line: Line
    for line in sheet.lines:
        number, texts, flaws = line
        if number > read_to:
            flaw = "".join(f"“{f.header}”{f.message}。" for f in flaws if f.header in ours or not f.header)
            yield read(number, dict(zip(keys, pick(texts), strict=True)), flaw)


@transaction.atomic
def _stage_chunk(
    version: ListVersion, chunk: list[received_rows.ReadRow], hold: _Hold, done: int, total: int
) -> None:
    source = f"{version.list_type.title} {version.version}"
    known = resolve(rows=chunk, source=source, actor=system(REGISTRAR), now=hold.clock())
    stage(version_id=version.pk, rows=known)
    hold.step(done, total, READING)


def _settle(version: ListVersion, hold: _Hold) -> None:
    """One transaction in a lane of its own; this thread renews the lease, which nobody would see from inside."""
    with ThreadPoolExecutor(1, thread_name_prefix="received") as lane:
        whole: Future[None] = lane.submit(_settle_whole, version.pk, hold)
        while not wait([whole], timeout=RENEW).done:
            try:
                hold.step(0, None, COMPARING)
            except JobTaken:
                if not whole.done():
                    raise
        lane.submit(_hang_up).result()
        whole.result()


def _hang_up() -> None:
    connection.close()  # the lane's own: which one that is, is asked in its thread


@transaction.atomic
def _settle_whole(version_id: int, hold: _Hold) -> None:
    version = ListVersion.objects.select_for_update().get(pk=version_id)
    if version.state == VersionState.STAGING or (version.state == VersionState.HELD and version.decided_by):
        actor = sender_of(version) if version.state == VersionState.STAGING else _decider_of(version)
        settle(version=version, fused=version.state == VersionState.STAGING, actor=actor, now=hold.clock())
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=sender_of(version), now=hold.clock())


def _decider_of(version: ListVersion) -> Actor:
    kind, _, name = version.decided_by.partition(":")
    return Actor(kind=Kind(kind), name=name)


@transaction.atomic
def _refuse(version_id: int, hold: _Hold, refusal: Refusal) -> None:
    version = ListVersion.objects.select_for_update(of=("self",)).select_related("list_type").get(pk=version_id)
    if version.state == VersionState.STAGING:
        refuse_version(
            version=version, code=refusal.code, message=str(refusal), actor=sender_of(version), now=hold.clock()
        )
    elif version.state == VersionState.HELD and version.decided_by:
        take_back(version=version, code=refusal.code, message=str(refusal), actor=system(REGISTRAR), now=hold.clock())
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=sender_of(version), now=hold.clock())

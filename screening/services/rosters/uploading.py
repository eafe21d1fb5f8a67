"""A file of members, taken by a worker in chunks; killed anywhere, the next worker goes on after the last chunk."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import CODE_HEADERS, NAME_HEADERS, Line, column_of, read_sheet
from kernel.actor import Actor
from office.services import (
    FileGone,
    JobTaken,
    cancel_job,
    claim,
    fail_job,
    finish_job,
    open_file,
    open_job,
    step,
    store_file,
)
from screening.events import RosterFileReceived
from screening.models import RosterMember, RosterRun, RosterUpload
from screening.services.rosters.members import Taken, locked, remove_others, take_rows
from screening.services.rosters.starting import ACTOR, RosterNotInUse, request_run
from toolkit.clock import day_of

TAKE = "screening.tasks.take_roster_file"
CHUNK = 200_000
STAGE = "录入名单"
NAMES = tuple(header for header in NAME_HEADERS if header != "姓名")  # a person is known by his number alone
STOPPED = "已按要求停止录入，已经录入的保留。需要录完的，请重新上传。"
GIVEN_UP = "录入多次中断，系统已停止重试，已经录入的保留。请联系系统管理员查明原因后重新上传。"


class NoColumnOfMembers(FileRefused):
    code = "screening.no_column_of_members"
    message = "没有找到“统一社会信用代码”或“名称”列。请在表头写明列名，或者下载模板填写后重新上传。"


@transaction.atomic
def receive_members(
    *, roster_id: int, file_name: str, stream: BinaryIO, replaces: bool, actor: Actor, now: datetime
) -> int:
    """Store a file of members and open the job that takes it; `stream` is seekable. The upload's id.

    The bytes of the latest upload again are that upload, unless it came to nothing or members have come or gone since
    it was taken. The caller has asked whether the
    actor may. Raises RosterUnknown, RosterNotInUse, FileRefused and its kinds, office's FileTooLarge and DiskFull.
    """
    roster = locked(roster_id)
    sheet_guard.check_size(stream.seek(0, 2), BULK)
    sheet_guard.kind_of(stream)
    stream.seek(0)
    stored = store_file(
        stream=stream,
        name=file_name,
        keep_until=day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS),
        limit=BULK.size,
        actor=actor,
        now=now,
    )
    latest = roster.uploads.order_by("-id").first()
    same = latest is not None and (latest.sha256, latest.replaces) == (stored.sha256, replaces)
    if latest is not None and same and not latest.failure and not _moved_since(latest):
        return latest.pk
    upload = RosterUpload.objects.create(
        roster=roster,
        file_id=stored.id,
        file_name=stored.name,
        sha256=stored.sha256,
        replaces=replaces,
        uploaded_by=actor.key,
        uploaded_at=now,
    )
    upload.job_id = open_job(task=TAKE, about=f"screening.rosterupload:{upload.pk}", actor=actor, now=now)
    upload.save(update_fields=["job_id"])
    fact = RosterFileReceived(roster_id, upload.pk, stored.sha256, replaces)
    record(fact, about=f"screening.roster:{roster_id}", actor=actor, now=now)
    return upload.pk


def _moved_since(upload: RosterUpload) -> bool:
    """Whether a member has come or gone since this file was taken; while it is being taken, none has."""
    if upload.done_at is None:
        return False
    moved = Q(added_at__gt=upload.done_at) | Q(removed_at__gt=upload.done_at)
    return RosterMember.objects.filter(moved, roster_id=upload.roster_id).exists()


@transaction.atomic
def upload_stopped(*, upload_id: int, cancelled: bool) -> None:
    """Its job was given up or cancelled: it says so, and the same file may come again. Whoever resumes the job after
    all ends the upload as usual.
    """
    standing = RosterUpload.objects.filter(pk=upload_id, done_at=None, failure="")
    standing.update(failure=STOPPED if cancelled else GIVEN_UP)


@dataclass(frozen=True, slots=True)
class _Hold:
    job_id: int
    attempt: int
    clock: Callable[[], datetime]


def take_file(*, job_id: int, clock: Callable[[], datetime], chunk: int = CHUNK) -> None:
    """Work a file of members off; then the roster is run."""
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    upload = RosterUpload.objects.get(job_id=job_id)
    hold = _Hold(job_id, attempt, clock)
    try:
        with closing(open_file(file_id=upload.file_id)) as stream:
            rows, total = _rows(stream)
            going_on = True
            rest = (row for row in rows if row[0] >= upload.taken_to)
            while part := tuple(islice(rest, chunk)):
                going_on = _take(upload, part, total, hold)
                if not going_on:
                    break
        _end(upload, hold, going_on=going_on)
    except (FileRefused, FileGone, RosterNotInUse) as refusal:
        with transaction.atomic():
            RosterUpload.objects.filter(pk=upload.pk).update(failure=str(refusal)[:500])
            fail_job(job_id=job_id, attempt=attempt, failure=str(refusal), actor=ACTOR, now=clock())
    except JobTaken:
        return


def _rows(stream: BinaryIO) -> tuple[Iterator[tuple[int, str, str]], int | None]:
    """(row number as the spreadsheet shows it, code, name), once. Raises FileRefused kinds."""
    sheet = read_sheet(stream, expected=(*CODE_HEADERS, *NAMES), limits=BULK)
    code, name = column_of(sheet.headers, CODE_HEADERS), column_of(sheet.headers, NAMES)
    if code is None and name is None:
        raise NoColumnOfMembers
    places = [sheet.headers.index(one) if one is not None else -1 for one in (code, name)]
    return (_cells(line, *places) for line in sheet.lines), sheet.total


def _cells(line: Line, code: int, name: int) -> tuple[int, str, str]:
    number, texts, _ = line
    return number, texts[code] if code >= 0 else "", texts[name] if name >= 0 else ""


@transaction.atomic
def _take(upload: RosterUpload, part: tuple[tuple[int, str, str], ...], total: int | None, hold: _Hold) -> bool:
    """One chunk, with the counts and the job's step. False: asked to stop."""
    now = hold.clock()
    taken = take_rows(roster_id=upload.roster_id, rows=part, upload_id=upload.pk, actor=ACTOR, now=now)
    _count(upload, taken)
    upload.taken_to = part[-1][0] + 1
    upload.save()
    done = {"done": upload.rows, "total": max(total or 0, upload.rows)}
    return step(job_id=hold.job_id, attempt=hold.attempt, stage=STAGE, now=now, **done)


def _count(upload: RosterUpload, taken: Taken) -> None:
    for name in ("rows", "matched", "unknown", "identify", "invalid", "wrong_kind", "duplicate"):
        setattr(upload, name, getattr(upload, name) + getattr(taken, name))


@transaction.atomic
def _end(upload: RosterUpload, hold: _Hold, *, going_on: bool) -> None:
    now = hold.clock()
    if not going_on:
        cancel_job(job_id=hold.job_id, attempt=hold.attempt, actor=ACTOR, now=now)
        return
    if upload.replaces:
        remove_others(roster_id=upload.roster_id, upload_id=upload.pk, actor=ACTOR, now=now)
    upload.done_at, upload.failure = now, ""
    upload.save(update_fields=["done_at", "failure"])
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=ACTOR, now=now)
    if locked(upload.roster_id).state == "active":
        request_run(roster_id=upload.roster_id, why=RosterRun.Why.CHANGE, actor=ACTOR, now=now)

"""Taking something in: who may, for which item, whether it came before. The work itself follows (intake.py)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from catalog.selectors import ItemToReport, current_version, items_for
from collection import events, policies
from collection.models import Batch
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.stamp import stamp_in
from collection.rules.states import BATCH_LIFE, STANDING, UNDER_WAY, BatchState, Channel
from collection.selectors.batches import BatchNotFound, get_batch
from collection.services.records import NothingPublished
from collection.services.work import sender_of, stop, work_of
from kernel.actor import Actor
from kernel.errors import NotPermitted, RuleBroken
from office.services import JobOver, ask_cancel, failure_of, open_job, resume_job, store_file
from toolkit.clock import day_of
from toolkit.db import refusing

TASK = "collection.tasks.run_import"
PIECE = 1024 * 1024


class MayNotReport(NotPermitted):
    code = "collection.may_not_report"
    message = "您不能以该部门的名义报送信息。请由该部门的报送人员办理。"


class NotAProvider(NotPermitted):
    code = "collection.not_a_provider"
    message = "目录没有把该部门列为本条目的信息提供单位，不能报送。如有变化请联系信用办调整目录。"


class NothingToMend(RuleBroken):
    code = "collection.nothing_to_mend"
    message = "该批次没有待修正的行，可能已全部修正。整批退回的文件，请改正后重新报送原文件。"


class FileChanged(RuleBroken):
    code = "collection.file_changed"
    message = "文件在上传过程中被修改，没有保存。请关闭正在编辑它的程序后重新上传。"


class BatchOver(RuleBroken):
    code = "collection.batch_over"
    message = "该批次已处理完毕，不能取消。"


class BatchNotStopped(RuleBroken):
    code = "collection.batch_not_stopped"
    message = "该批次没有停止，无需继续。"


class _SameBytes(RuleBroken):
    """Somebody has just handed in the same file."""

    code = "collection.same_bytes"


@dataclass(frozen=True, slots=True)
class Received:
    """The batch of a file. `known`: the same bytes were handed in before, and this is that batch."""

    batch_id: int
    known: bool


def demand_reporter(*, department_id: int, actor: Actor) -> None:
    """Raises MayNotReport."""
    if not policies.may_report(actor, department_id=department_id):
        raise MayNotReport


def demand_provider(*, item_code: str, department_id: int, actor: Actor) -> ItemToReport:
    """The item, with the version that the department may report under now.

    谁产生、谁负责 (公共信用信息报送). Raises MayNotReport, NothingPublished, NotAProvider.
    """
    demand_reporter(department_id=department_id, actor=actor)
    code = departments_by_id([department_id])[department_id].code
    for item in items_for(code):
        if item.code == item_code:
            return item
    raise NothingPublished if current_version(item_code) is None else NotAProvider


@transaction.atomic
def receive_file(
    *,
    item_code: str,
    file_name: str,
    stream: BinaryIO,
    department_id: int,
    all_or_nothing: bool,
    channel: str = Channel.FILE,
    extraction_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Received:
    """Store a file, open its batch and the job that works it off; `stream` is seekable.

    The same bytes again lead to the batch that is there, unless it came to nothing. A returned workbook is known by
    its stamp: then only its rows are checked, for the batch that they came from. Raises MayNotReport,
    NothingPublished, NotAProvider, FileRefused and its kinds, FileChanged, NothingToMend, office's FileTooLarge and
    DiskFull.
    """
    item = demand_provider(item_code=item_code, department_id=department_id, actor=actor)
    sheet_guard.check_size(stream.seek(0, 2), BULK)
    sheet_guard.kind_of(stream)
    sha256 = _digest(stream)
    same = Batch.objects.filter(
        department_id=department_id, item_id=item.item_id, sha256=sha256, state__in=STANDING
    ).order_by("-id")
    if known := same.values_list("pk", flat=True).first():
        return Received(known, known=True)
    mends = _mended(stream, item, department_id, actor)
    try:
        with refusing("collection_batch_same_bytes_once", _SameBytes):
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
            batch = new_batch(
                item=item, department_id=department_id, channel=channel, actor=actor, now=now,
                all_or_nothing=all_or_nothing, limit_percent=settings.COLLECTION_LIMIT_PERCENT,
                file_id=stored.id, file_name=stored.name, sha256=sha256, mends=mends, extraction_id=extraction_id,
            )  # fmt: skip
    except _SameBytes:
        return Received(same.values_list("pk", flat=True)[0], known=True)
    batch.job_id = open_job(task=TASK, about=f"collection.batch:{batch.pk}", actor=actor, now=now)
    batch.save(update_fields=["job_id"])
    return Received(batch.pk, known=False)


def new_batch(
    *,
    item: ItemToReport,
    department_id: int,
    channel: str,
    all_or_nothing: bool,
    limit_percent: int,
    mends: Batch | None,
    actor: Actor,
    now: datetime,
    file_id: int | None = None,
    file_name: str = "",
    sha256: str = "",
    call_key: str = "",
    call_digest: str = "",
    extraction_id: int | None = None,
) -> Batch:
    """The row of a batch and the fact that it came. Inside a transaction."""
    batch = Batch.objects.create(
        item_version_id=item.version_id,
        item_id=item.item_id,
        department_id=department_id,
        channel=channel,
        all_or_nothing=all_or_nothing,
        limit_percent=100 if mends else limit_percent,
        mends=mends,
        sender=actor.key,
        sender_name=actor.display,
        created_at=now,
        file_id=file_id,
        file_name=file_name,
        sha256=sha256,
        call_key=call_key,
        call_digest=call_digest,
        extraction_id=extraction_id,
    )
    fact = events.BatchReceived(batch.pk, item.code, department_id, channel, batch.sha256, mends.pk if mends else 0)
    record(fact, about=f"collection.batch:{batch.pk}", actor=actor, now=now)
    return batch


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _mended(stream: BinaryIO, item: ItemToReport, department_id: int, actor: Actor) -> Batch | None:
    """The batch whose returned rows a workbook brings back; None: it is no returned workbook."""
    stream.seek(0)
    stamp = stamp_in(stream)
    if stamp is None:
        return None
    if stamp.item_code != item.code:
        raise FileRefused(
            f"这是另一个目录条目（{stamp.item_code}）的模板，不能在“{item.name}”下报送。"
            "请选择对应的条目，或下载本条目的模板。"
        )
    if stamp.batch_id is None:
        return None
    try:
        batch = get_batch(actor, stamp.batch_id)
    except BatchNotFound as error:
        raise FileRefused("该退回修正表所属的批次不存在，或不是本部门的批次。请核对后重新上传。") from error
    if batch.department_id != department_id or batch.item_id != item.item_id:
        raise FileRefused("该退回修正表属于其他部门或其他条目的批次。请选择原来的部门和条目上传。")
    demand_to_mend(batch)
    return batch


def demand_to_mend(batch: Batch) -> None:
    """Raises NothingToMend."""
    if batch.state != BatchState.DONE or not batch.open_problems:
        raise NothingToMend


@transaction.atomic
def cancel_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Ask a batch that is under way to stop at the next chunk. What was taken stays.

    The job is asked before the batch is locked: a worker that takes all or nothing holds the batch to its end. Raises
    BatchNotFound, MayNotReport, BatchOver.
    """
    batch = _own(batch_id, actor)
    if batch.state not in UNDER_WAY or batch.job_id is None:
        raise BatchOver
    try:
        nobody_at_it = ask_cancel(job_id=batch.job_id, actor=actor, now=now)
    except JobOver as over:
        raise BatchOver from over
    if nobody_at_it:
        stop(work=work_of(batch=batch, actor=actor), actor=actor, now=now)


@transaction.atomic
def resume_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Go on with a batch that was cancelled or failed, from where it stopped.

    Raises BatchNotFound, MayNotReport, BatchNotStopped.
    """
    batch = _own(batch_id, actor)
    if batch.job_id is None or batch.state not in (*_STOPPED, *UNDER_WAY):
        raise BatchNotStopped
    resume_job(job_id=batch.job_id, actor=actor, now=now)
    stopped = Batch.objects.select_for_update().filter(pk=batch_id, state__in=_STOPPED).first()
    if stopped is not None:
        state = BATCH_LIFE.after("resume", BatchState(stopped.state))
        with refusing("collection_batch_same_bytes_once", BatchNotStopped):
            Batch.objects.filter(pk=batch.pk).update(state=state, finished_at=None, refusal="", told_at=None)
        fact = events.BatchResumed(batch.pk, batch.item.code)
        record(fact, about=f"collection.batch:{batch.pk}", actor=actor, now=now)


_STOPPED = (BatchState.CANCELLED, BatchState.FAILED)


@transaction.atomic
def fail_batch(*, batch_id: int, job_id: int, now: datetime) -> None:
    """Its job was given up. What was taken stays; it may be resumed. Again, or once it was resumed: nothing."""
    failure = failure_of(job_id=job_id)
    if failure is None:
        return
    batch = Batch.objects.select_for_update().filter(pk=batch_id, job_id=job_id).first()
    if batch is None or batch.state not in UNDER_WAY:
        return
    batch.state, batch.refusal, batch.finished_at = BatchState.FAILED, failure, now
    batch.save(update_fields=["state", "refusal", "finished_at"])
    fact = events.BatchFailed(batch_id, job_id)
    record(fact, about=f"collection.batch:{batch_id}", actor=sender_of(batch), now=now)


def _own(batch_id: int, actor: Actor) -> Batch:
    get_batch(actor, batch_id)
    batch = Batch.objects.select_related("item").get(pk=batch_id)
    demand_reporter(department_id=batch.department_id, actor=actor)
    return batch

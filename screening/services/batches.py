"""A spreadsheet of applicants as a job: every row a check with its own receipt, the answers in a workbook.

A row's idempotency key is made of batch and row number: a worker that takes over after a crash gets the same receipts
again for whatever was checked and not yet noted, so no row is checked twice and none is left out.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.selectors import shown_names
from audit.services import record
from collection.rules import sheet_guard
from collection.rules.sheet_guard import BULK, FileRefused, Limits
from collection.rules.sheets import CODE_HEADERS, NAME_HEADERS, Sheet, SheetRow, column_of, read_sheet
from kernel.actor import Actor, Kind, Role
from kernel.errors import Refusal, RuleBroken, Unavailable
from office.services import (
    FileGone,
    JobTaken,
    ask_cancel,
    cancel_job,
    claim,
    fail_job,
    finish_job,
    open_file,
    open_job,
    resume_job,
    step,
    store_file,
)
from screening import policies
from screening.events import CheckBatchDone, CheckBatchRead, CheckBatchReceived
from screening.models import CheckBatch, CheckBatchRow
from screening.selectors import UnknownMatter
from screening.selectors.asking import askable
from screening.selectors.batches import get_batch, receipts_of
from screening.services.batch import NoColumnToCheck, RowAnswer, check_rows, write_answers
from screening.services.checking import Checked, MayNotCheck, NotYourMatter
from toolkit.clock import day_of
from toolkit.db import refusing

RUN = "screening.tasks.run_check_batch"
MOST_ROWS = 100_000
CHUNK = 200
RESULT_BYTES = 1024**3
LIMITS = Limits(200 * 1024**2, BULK.unpacked, BULK.members, BULK.cells, MOST_ROWS)
FILE_HEADERS = ("办件号", "办件编号", "受理号", "受理编号", "业务流水号")
STAGES = ("读取文件", "逐行核查", "生成结果文件")


class SameBytes(Refusal):
    """Somebody has just handed in the same file."""

    code = "screening.same_bytes"


class ResultNotThere(RuleBroken):
    code = "screening.result_not_there"
    message = "核查还没有完成，结果文件尚未生成。请稍后再下载。"


@dataclass(frozen=True, slots=True)
class Received:
    """The batch of a file. `known`: the same bytes came today for the same matter, and this is that batch."""

    batch_id: int
    known: bool


@transaction.atomic
def receive_batch(
    *, matter_code: str, stage: str, file_name: str, stream: BinaryIO, actor: Actor, now: datetime
) -> Received:
    """Store a spreadsheet and open the job that checks it; `stream` is seekable.

    Raises MayNotCheck, NotYourMatter, UnknownMatter, FileRefused and its kinds, NoColumnToCheck, office's
    FileTooLarge and DiskFull.
    """
    if not policies.is_staff(actor) or actor.department_id is None:
        raise MayNotCheck
    matter = askable(actor).filter(code=matter_code).first()
    if matter is None:
        raise NotYourMatter
    if stage not in matter.stages:
        raise UnknownMatter
    sheet_guard.check_size(stream.seek(0, 2), LIMITS)
    _columns(_opened(stream))  # what cannot be read is said while the person is still there
    stream.seek(0)
    stored = store_file(
        stream=stream,
        name=file_name,
        keep_until=day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS),
        limit=LIMITS.size,
        actor=actor,
        now=now,
    )
    said = {
        "department_id": actor.department_id,
        "matter_id": matter.pk,
        "stage": stage,
        "as_of": day_of(now),
        "sha256": stored.sha256,
    }
    known = CheckBatch.objects.filter(**said).first()
    if known is not None:
        return Received(known.pk, known=True)
    try:
        with refusing("screening_checkbatch_same_bytes_once", SameBytes):
            batch = CheckBatch.objects.create(
                file_id=stored.id, file_name=stored.name, made_by=actor.key, made_at=now, **said
            )
    except SameBytes:
        return Received(CheckBatch.objects.get(**said).pk, known=True)
    batch.job_id = open_job(task=RUN, about=f"screening.checkbatch:{batch.pk}", actor=actor, now=now)
    batch.save(update_fields=["job_id"])
    fact = CheckBatchReceived(batch.pk, matter.code, stage, stored.sha256)
    record(fact, about=f"screening.checkbatch:{batch.pk}", actor=actor, now=now)
    return Received(batch.pk, known=False)


def _opened(stream: BinaryIO) -> Sheet:
    stream.seek(0)
    return read_sheet(stream, expected=(*CODE_HEADERS, *NAME_HEADERS), limits=LIMITS)


def _columns(sheet: Sheet) -> tuple[str | None, str | None, str | None]:
    code, name = column_of(sheet.headers, CODE_HEADERS), column_of(sheet.headers, NAME_HEADERS)
    if code is None and name is None:
        raise NoColumnToCheck
    return code, name, column_of(sheet.headers, FILE_HEADERS)


@dataclass(frozen=True, slots=True)
class _Hold:
    job_id: int
    attempt: int
    clock: Callable[[], datetime]

    def step(self, batch: CheckBatch, stage: str) -> bool:
        done, total = batch.checked, batch.rows or None
        return step(job_id=self.job_id, attempt=self.attempt, done=done, total=total, stage=stage, now=self.clock())


def run_batch(*, job_id: int, clock: Callable[[], datetime], chunk: int = CHUNK) -> None:
    """Check a spreadsheet from where it stopped. Whatever is unexpected escapes: the sweep hands the job out anew."""
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    batch = CheckBatch.objects.select_related("matter").get(job_id=job_id)
    hold = _Hold(job_id, attempt, clock)
    actor = _sender(batch)
    try:
        with closing(open_file(file_id=batch.file_id)) as stream:
            going_on = _count(batch, stream, hold) and _check(batch, stream, hold, actor, chunk)
            if going_on:
                _finish(batch, stream, hold, actor)
        if not going_on:
            with transaction.atomic():
                cancel_job(job_id=job_id, attempt=attempt, actor=actor, now=clock())
    except Unavailable:
        raise  # the lists are moving or the disk is full: later
    except (FileRefused, FileGone, MayNotCheck, NotYourMatter, UnknownMatter) as refusal:
        with transaction.atomic():
            CheckBatch.objects.filter(pk=batch.pk).update(failure=str(refusal)[:500])
            fail_job(job_id=job_id, attempt=attempt, failure=str(refusal), actor=actor, now=clock())
    except JobTaken:
        return


def _sender(batch: CheckBatch) -> Actor:
    """Whoever handed the file in, with the right that he had then: the batch attests it, and what was received is
    checked even when he has left meanwhile. A matter that is not his department's only the credit office could ask.
    """
    kind, _, name = batch.made_by.partition(":")
    sender = Actor(
        kind=Kind(kind),
        name=name,
        display=shown_names([batch.made_by])[batch.made_by],
        department_id=batch.department_id,
        departments=frozenset({batch.department_id}),
        roles=frozenset({Role.CLERK}),
    )
    if askable(sender).filter(pk=batch.matter_id).exists():
        return sender
    return replace(sender, roles=frozenset({Role.CREDIT_OFFICE}))


def _count(batch: CheckBatch, stream: BinaryIO, hold: _Hold) -> bool:
    """How many rows there are; a file with more than may be checked is refused before its first check."""
    if batch.rows:
        return hold.step(batch, STAGES[1])
    if not hold.step(batch, STAGES[0]):
        return False
    sheet = _opened(stream)
    _columns(sheet)
    number = sum(1 for _ in sheet.lines)
    if number == 0:
        raise FileRefused("表格中没有可核查的行。请检查后重新上传。")
    with transaction.atomic():
        batch.rows, batch.failure = number, ""
        batch.save(update_fields=["rows", "failure"])
        return hold.step(batch, STAGES[1])


def _check(batch: CheckBatch, stream: BinaryIO, hold: _Hold, actor: Actor, chunk: int) -> bool:
    sheet = _opened(stream)
    code, name, file_number = _columns(sheet)
    rest = islice(sheet.rows, batch.checked, None)
    while part := list(islice(rest, chunk)):
        answers = check_rows(
            rows=part,
            code_column=code,
            name_column=name,
            file_column=file_number,
            matter_code=batch.matter.code,
            stage=batch.stage,
            run=f"batch-{batch.pk}",
            actor=actor,
            now=hold.clock(),
        )
        if not _note(batch, list(answers), hold):
            return False
    return True


@transaction.atomic
def _note(batch: CheckBatch, answers: list[RowAnswer], hold: _Hold) -> bool:
    """What a chunk was answered, together with the job's step. False: asked to stop."""
    CheckBatchRow.objects.bulk_create(
        CheckBatchRow(
            batch_id=batch.pk,
            row_number=one.row.number,
            answer=one.answer,
            receipt=one.checked.number if one.checked else "",
            problem=one.problem[:300],
        )
        for one in answers
    )
    batch.checked += len(answers)
    for name in ("hit", "clear", "could_not_check"):
        setattr(batch, name, getattr(batch, name) + sum(one.answer == name for one in answers))
    batch.no_measure += sum(bool(one.checked and one.checked.no_measure) for one in answers)
    batch.save()
    return hold.step(batch, STAGES[1])


def _finish(batch: CheckBatch, stream: BinaryIO, hold: _Hold, actor: Actor) -> None:
    """The workbook: the user's own columns with the answers beside them."""
    if not hold.step(batch, STAGES[2]):
        with transaction.atomic():
            cancel_job(job_id=hold.job_id, attempt=hold.attempt, actor=actor, now=hold.clock())
        return
    sheet = _opened(stream)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.xlsx"
        write_answers(path=path, headers=sheet.headers, answers=_told(batch, sheet.rows))
        now = hold.clock()
        with path.open("rb") as result, transaction.atomic():
            stored = store_file(
                stream=result,
                name=f"{Path(batch.file_name).stem}-核查结果.xlsx",
                keep_until=day_of(now) + timedelta(days=settings.COLLECTION_FILE_DAYS),
                limit=RESULT_BYTES,
                actor=actor,
                now=now,
            )
            batch.result_file_id, batch.done_at, batch.failure = stored.id, now, ""
            batch.save(update_fields=["result_file_id", "done_at", "failure"])
            finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=actor, now=now)
            fact = CheckBatchDone(batch.pk, batch.rows, batch.hit, batch.clear, batch.could_not_check)
            record(fact, about=f"screening.checkbatch:{batch.pk}", actor=actor, now=now)


def _told(batch: CheckBatch, rows: Iterator[SheetRow]) -> Iterator[RowAnswer]:
    """Every row with its receipt, read back in the order of the file."""
    noted = CheckBatchRow.objects.filter(batch_id=batch.pk).order_by("row_number").iterator(chunk_size=2000)
    while part := list(islice(rows, CHUNK)):
        said = list(islice(noted, len(part)))
        receipts = receipts_of([one.receipt for one in said if one.receipt])
        for row, one in zip(part, said, strict=True):
            receipt = receipts.get(one.receipt)
            yield RowAnswer(row, Checked.of(receipt) if receipt else None, one.problem)


@transaction.atomic
def stop_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Stop after the rows that are being checked. Raises BatchNotFound, office's JobOver."""
    batch = get_batch(actor, batch_id)
    assert batch.job_id is not None
    ask_cancel(job_id=batch.job_id, actor=actor, now=now)


@transaction.atomic
def go_on(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Go on after the last row that was answered. Raises BatchNotFound, office's JobNotStopped."""
    batch = get_batch(actor, batch_id)
    assert batch.job_id is not None
    resume_job(job_id=batch.job_id, actor=actor, now=now)


@transaction.atomic
def take_result(*, batch_id: int, actor: Actor, now: datetime) -> tuple[BinaryIO, str]:
    """The workbook and its name; the look is recorded. Raises BatchNotFound, ResultNotThere, office's FileGone."""
    batch = get_batch(actor, batch_id)
    if batch.result_file_id is None:
        raise ResultNotThere
    stream = open_file(file_id=batch.result_file_id)
    record(CheckBatchRead(batch.pk), about=f"screening.checkbatch:{batch.pk}", actor=actor, now=now)
    return stream, f"{Path(batch.file_name).stem}-核查结果.xlsx"


def template() -> bytes:
    """An empty sheet with the headings that are understood."""
    return ("\ufeff统一社会信用代码,名称,办件号\r\n").encode()

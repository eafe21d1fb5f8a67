"""A file worked off by a worker: checked, decided about, taken, in chunks that survive a crash at any moment.

This thread reads, helpers judge (judges.py); of two lanes beside it, threads with a connection of their own, one asks
the database about a chunk while the other settles the one before. Taking is the database's work alone: two lanes take
different chunks at once. Each chunk's transaction renews the job's lease as its
last step, so that a worker who was given up meanwhile writes nothing more.
"""

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from threading import Event

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected

from collection.models import Batch
from collection.rules.sheet_guard import FileRefused
from collection.rules.states import UNDER_WAY, BatchState
from collection.services import taking, work
from collection.services.checking import Checker, Chunk, SettledByOther
from collection.services.judges import judge_for
from collection.services.reading import open_table
from collection.services.work import Bad, Work
from office.services import FileGone, JobTaken, cancel_job, claim, finish_job, open_file, step

log = logging.getLogger(__name__)
LANES = 2  # of taking
TRIES = 5
LISTEN = 2.0  # seconds after which all-or-nothing says how far it is, and hears that it shall stop
CELLS_GONE = "部分退回行的原有内容已随文件按保存期限销毁，请对照原件重新填写。"
CHECKING, TAKING = "校验", "入库"
GONE = "文件已按保存期限销毁，不能继续处理。请重新报送。"


class _Stopped(Exception):
    """Somebody asked the batch to stop; what was done so far is committed."""


@dataclass(frozen=True, slots=True)
class _Hold:
    """The worker's hold on the job. `stopping` is set where a step hears that it shall stop."""

    job_id: int
    attempt: int
    clock: Callable[[], datetime]
    stopping: Event

    def step(self, done: int, total: int | None, stage: str) -> None:
        if not step(job_id=self.job_id, attempt=self.attempt, done=done, total=total, stage=stage, now=self.clock()):
            self.stopping.set()


def run_import(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Work a batch off, from where it stopped. Called by collection.tasks.run_import.

    Whatever is unexpected escapes: the lease lapses, and the sweep hands the job out again.
    """
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    batch = Batch.objects.select_related("mends").get(job_id=job_id)
    hold = _Hold(job_id, attempt, clock, Event())
    job = work.work_of(batch=batch, actor=work.sender_of(batch))
    try:
        if batch.state not in UNDER_WAY:
            return _nothing_left(job, hold)
        if batch.taken + batch.changed:
            _go_on_taking(job, hold)
        elif batch.state != BatchState.TAKING:
            _check(batch, job, hold)
            _decide(job, hold)
        if Batch.objects.values_list("state", flat=True).get(pk=batch.pk) == BatchState.TAKING:
            _take(batch, job, hold)
            _finish(batch, job, hold)
    except taking.NotWhole as torn:
        _return_whole(batch, job, hold, torn.rows)
    except _Stopped:
        with transaction.atomic():
            cancel_job(job_id=job_id, attempt=attempt, actor=job.actor, now=clock())
            work.stop(work=job, actor=job.actor, now=clock())
    except (FileRefused, FileGone) as refusal:
        _refuse(job, hold, GONE if isinstance(refusal, FileGone) else str(refusal))
    except (JobTaken, SettledByOther):
        log.warning("job %s is another worker's", job_id)


# --- phase 1 --------------------------------------------------------------------------------------------------------
def _check(batch: Batch, job: Work, hold: _Hold) -> None:
    with transaction.atomic():
        work.enter(job, "check")
        hold.step(0, None, CHECKING)
    assert batch.file_id is not None
    with (
        _no_search_for_circles(),
        closing(open_file(file_id=batch.file_id)) as stream,
        _lanes(2) as [asking, settling],
    ):
        table = open_table(job, stream)
        checker = Checker(job, table.headings, table.codes, batch.checked_to)
        before: Future[None] | None = None
        done = batch.total
        with closing(checker.chunks(table.rows, judge_for(table.total))) as chunks:
            for chunk in chunks:
                asked = asking.submit(checker.ask, chunk)
                if before is not None:
                    before.result()
                _demand_going_on(hold)
                done += chunk.rows
                before = settling.submit(_settle, checker, chunk, asked, hold, done, table.total)
        if before is not None:
            before.result()
        _demand_going_on(hold)
    if table.notes:
        with transaction.atomic():
            work.add_counts(job, work.Counts(notes=table.notes))


def _settle(checker: Checker, chunk: Chunk, asked: Future[None], hold: _Hold, done: int, total: int | None) -> None:
    asked.result()
    with _chunk():
        checker.settle(chunk, now=hold.clock())
        hold.step(done, max(total or 0, done), CHECKING)


@contextmanager
def _chunk() -> Iterator[None]:
    """A transaction that does not wait for the disk: the next one that does takes it along, at the latest the batch's
    last. After a crash of the machine the last chunks may be missing, each whole, and are done again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        yield


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Rows hold none: looking for them again and again is a tenth of the work."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _demand_going_on(hold: _Hold) -> None:
    if hold.stopping.is_set():
        raise _Stopped


# --- between --------------------------------------------------------------------------------------------------------
@transaction.atomic
def _decide(job: Work, hold: _Hold) -> None:
    """Whether anything of it may be taken at all."""
    refusal = work.refusal_of(Batch.objects.get(pk=job.batch_id))
    if refusal:
        work.refuse(work=job, refusal=refusal, now=hold.clock())
        finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=job.actor, now=hold.clock())
    else:
        work.enter(job, "take")


@transaction.atomic
def _refuse(job: Work, hold: _Hold, refusal: str) -> None:
    work.refuse(work=job, refusal=refusal, now=hold.clock())
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=job.actor, now=hold.clock())


@transaction.atomic
def _go_on_taking(job: Work, hold: _Hold) -> None:
    """It was stopped after some rows were taken: then all were checked, and the file need not be there any more."""
    if Batch.objects.get(pk=job.batch_id).state != BatchState.TAKING:
        work.enter(job, "check")
        work.enter(job, "take")
    hold.step(0, None, TAKING)


@transaction.atomic
def _nothing_left(job: Work, hold: _Hold) -> None:
    """The job was handed out once more though its batch is over."""
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=job.actor, now=hold.clock())


# --- phase 2 --------------------------------------------------------------------------------------------------------
def _take(batch: Batch, job: Work, hold: _Hold) -> None:
    parts = taking.parts(job.batch_id)
    if batch.all_or_nothing:
        with _lanes(1) as [lane]:
            whole = lane.submit(_alone, TRIES, _take_whole, job, parts, hold)
            while not wait([whole], timeout=LISTEN).done:  # its own steps would be seen by nobody before the end
                _tell_progress(job, hold)
            whole.result()
            _tell_progress(job, hold)  # one that waited for the end has told what was so before it
    else:
        with _lanes(LANES) as lanes:
            turns = zip(cycle(lanes), parts, strict=False)
            taken = [lane.submit(_alone, TRIES, _take_part, job, *part, hold) for lane, part in turns]
            try:
                for one in taken:
                    one.result()
            finally:
                for one in taken:
                    one.cancel()
    _demand_going_on(hold)


def _take_part(job: Work, first: int, last: int, hold: _Hold) -> None:
    if hold.stopping.is_set():
        return
    with _chunk():
        singles = taking.enter_subjects(work=job, first=first, last=last, now=hold.clock())
    with _chunk():
        taking.take_part(work=job, first=first, last=last, singles=singles, now=hold.clock())
        _tell_progress(job, hold)


def _take_whole(job: Work, parts: Sequence[tuple[int, int]], hold: _Hold) -> None:
    """Subjects are entered first, part by part: none of them is a half-taken row, and the register stays free."""
    entered = []
    for first, last in parts:
        _demand_going_on(hold)
        entered.append(taking.enter_subjects(work=job, first=first, last=last, now=hold.clock()))
    back: list[Bad] = []
    with transaction.atomic():
        for (first, last), singles in zip(parts, entered, strict=True):
            _demand_going_on(hold)
            taking.take_part(work=job, first=first, last=last, singles=singles, now=hold.clock())
            back += singles.bad
        if back:
            raise taking.NotWhole(back)
        _tell_progress(job, hold)


@transaction.atomic
def _return_whole(batch: Batch, job: Work, hold: _Hold, rows: list[Bad]) -> None:
    """Rows went back while all were being taken: that was rolled back, and what is wrong is written down now."""
    counts = work.Counts()
    work.write_bad(job, rows, counts)
    work.add_counts(job, counts)
    _fetch_cells(batch, job)
    _refuse(job, hold, work.refusal_of(Batch.objects.get(pk=job.batch_id)))


@transaction.atomic
def _tell_progress(job: Work, hold: _Hold) -> None:
    batch = Batch.objects.get(pk=job.batch_id)
    hold.step(batch.taken + batch.changed + batch.same + batch.returned, batch.total, TAKING)


@transaction.atomic
def _finish(batch: Batch, job: Work, hold: _Hold) -> None:
    _fetch_cells(batch, job)
    work.finish(work=job, now=hold.clock())
    finish_job(job_id=hold.job_id, attempt=hold.attempt, actor=job.actor, now=hold.clock())


def _fetch_cells(batch: Batch, job: Work) -> None:
    """Rows that were returned while they were taken get their cells from the file."""
    lacking = work.without_cells(job)
    if not lacking or batch.file_id is None:
        return
    try:
        stream = open_file(file_id=batch.file_id)
    except FileGone:
        return work.add_counts(job, work.Counts(notes=[CELLS_GONE]))
    with closing(stream):
        table = open_table(job, stream)
        cells = {
            row.number: dict(zip(table.headings, row.texts, strict=True))
            for row in table.rows
            if row.number in lacking
        }
    work.refetch(job, cells)


# --- lanes ----------------------------------------------------------------------------------------------------------
@contextmanager
def _lanes(count: int) -> Iterator[list[ThreadPoolExecutor]]:
    """Threads with a connection of their own each; closed with the block, when what was begun is over."""
    lanes = [ThreadPoolExecutor(1, thread_name_prefix="intake") for _ in range(count)]
    try:
        yield lanes
    finally:
        for lane in lanes:
            lane.submit(_hang_up)
            lane.shutdown(wait=True)


def _alone(tries: int, task: Callable[..., None], *arguments: object) -> None:
    """Run a transaction in a lane; one that PostgreSQL chose to end a circle of waiting is run again."""
    for left in reversed(range(tries)):
        try:
            return task(*arguments)
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _hang_up() -> None:
    connection.close()  # the lane's own: which one that is, is asked in its thread

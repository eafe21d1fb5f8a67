"""A day's files for the platform above, made by a worker: asked for, made file by file, stopped.

One file, one transaction, with the record up to which it goes: killed anywhere, the next worker goes on with the next
file, and no record is in two. A run that was stopped is over; its files say that they are not all.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from audit.services import record
from collection import policies
from collection.events import HandoverAsked, HandoverRunEnded
from collection.models import HandoverRun
from collection.selectors.handovers import AsItStood, as_they_stood, ids_of_day, item_of_code
from collection.services import upward
from collection.services.extraction import NotYourIntake
from collection.services.upward import ItemNotHandedUp, ItemUnknown, NothingToHandUp, demand_day
from kernel.actor import Actor, Kind, Role, system
from kernel.errors import NotFound, RuleBroken
from office.services import JobOver, JobTaken, ask_cancel, cancel_job, claim, failure_of, finish_job, open_job, step
from toolkit.db import refusing

log = logging.getLogger(__name__)
TASK = "collection.tasks.run_handover"
ABOUT = "collection.handoverrun:"
STAGE = "生成上报文件"
STOPPED = "已停止，文件不全。"


class RunNotFound(NotFound):
    code = "collection.handover_run_not_found"
    message = "没有这一次生成，请返回列表查看。"


class RunOver(RuleBroken):
    code = "collection.handover_run_over"
    message = "这一次生成已经结束，无需停止。"


class _RunOpen(RuleBroken):
    """Somebody has just asked for the same."""

    code = "collection.handover_run_open"


@transaction.atomic
def ask_handover(*, item_code: str, day: date, actor: Actor, now: datetime) -> int:
    """Have a worker make the files of one day and item; the run's id. Asked again meanwhile: the one under way.

    Raises NotYourIntake, DayNotBegun, ItemUnknown, NothingToHandUp.
    """
    item_id, _, _ = demand_day(item_code=item_code, day=day, actor=actor, now=now)
    open_one = HandoverRun.objects.filter(item_id=item_id, day=day, finished_at=None)
    if known := open_one.values_list("pk", flat=True).first():
        return known
    try:
        with refusing("collection_handoverrun_one_open", _RunOpen):
            run = HandoverRun.objects.create(
                item_id=item_id,
                day=day,
                asked_by=actor.key,
                asked_name=actor.display[:100],
                department_id=actor.department_id,
                asked_at=now,
            )
    except _RunOpen:
        return open_one.values_list("pk", flat=True)[0]
    run.job_id = open_job(task=TASK, about=f"{ABOUT}{run.pk}", actor=actor, now=now)
    run.save(update_fields=["job_id"])
    record(HandoverAsked(run.pk, item_code, day.isoformat()), about=f"{ABOUT}{run.pk}", actor=actor, now=now)
    return run.pk


def run_handover(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Make the files of a run, from where it stopped. Called by collection.tasks.run_handover.

    Whatever is unexpected escapes: the lease lapses, and the sweep hands the job out again.
    """
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    run = HandoverRun.objects.select_related("item").get(job_id=job_id)
    try:
        _end(run, attempt, _work(run, attempt, clock), clock())
    except JobTaken:
        log.warning("job %s is another worker's", job_id)


def _work(run: HandoverRun, attempt: int, clock: Callable[[], datetime]) -> str:
    """Why it did not come to its end; "" where all files are there."""
    try:
        if run.finished_at is None and not _make(run, attempt, clock):
            return STOPPED
    except (ItemNotHandedUp, ItemUnknown) as refusal:
        return str(refusal)
    return "" if run.files else str(NothingToHandUp())


def _make(run: HandoverRun, attempt: int, clock: Callable[[], datetime]) -> bool:
    """False: somebody asked to stop. What was made is committed, file by file."""
    found = item_of_code(run.item.code)
    if found is None:
        raise ItemUnknown
    ids = ids_of_day(run.item_id, run.day)
    rest = [one for one in ids if one > run.last_id]
    if not _step(run, attempt, len(ids), clock()):
        return False
    stood = as_they_stood(rest, run.day)
    while part := list(islice(stood, upward.PART)):
        if not _make_one(run, found[1], part, len(ids), attempt, clock()):
            return next(stood, None) is None  # asked to stop after the last file: it is whole
    return True


@transaction.atomic
def _make_one(run: HandoverRun, name: str, part: list[AsItStood], total: int, attempt: int, now: datetime) -> bool:
    made = upward.make_part(
        item_id=run.item_id,
        item_code=run.item.code,
        name=name,
        day=run.day,
        part=part,
        run_id=run.pk,
        actor=asker_of(run),
        now=now,
    )
    run.files, run.last_id = run.files + (made is not None), part[-1].record.pk
    run.dealt_with += len(part)
    run.save(update_fields=["files", "last_id", "dealt_with"])
    return _step(run, attempt, total, now)


def _step(run: HandoverRun, attempt: int, total: int, now: datetime) -> bool:
    assert run.job_id is not None
    return step(job_id=run.job_id, attempt=attempt, done=run.dealt_with, total=total, stage=STAGE, now=now)


@transaction.atomic
def _end(run: HandoverRun, attempt: int, trouble: str, now: datetime) -> None:
    assert run.job_id is not None
    end = cancel_job if trouble == STOPPED else finish_job
    end(job_id=run.job_id, attempt=attempt, actor=asker_of(run), now=now)  # first: whoever lost it writes nothing
    if run.finished_at is None:
        _write_end(run, trouble, asker_of(run), now)


def _write_end(run: HandoverRun, trouble: str, actor: Actor, now: datetime) -> None:
    run.finished_at, run.trouble = now, trouble
    run.save(update_fields=["finished_at", "trouble"])
    fact = HandoverRunEnded(run.pk, run.item.code, run.day.isoformat(), run.files, run.dealt_with, not trouble)
    record(fact, about=f"{ABOUT}{run.pk}", actor=actor, now=now)


def asker_of(run: HandoverRun) -> Actor:
    """Whoever asked, with the right that he had then: the run attests it."""
    kind, _, name = run.asked_by.partition(":")
    return Actor(
        kind=Kind(kind),
        name=name,
        display=run.asked_name,
        department_id=run.department_id,
        departments=frozenset({run.department_id}) if run.department_id else frozenset(),
        roles=frozenset({Role.CREDIT_OFFICE}) if kind == Kind.USER else frozenset(),
    )


@transaction.atomic
def stop_handover(*, run_id: int, actor: Actor, now: datetime) -> None:
    """Ask a run to stop after the file that it is at. Raises NotYourIntake, RunNotFound, RunOver."""
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    run = HandoverRun.objects.select_related("item").filter(pk=run_id).first()
    if run is None:
        raise RunNotFound
    if run.finished_at is not None or run.job_id is None:
        raise RunOver
    try:
        nobody_at_it = ask_cancel(job_id=run.job_id, actor=actor, now=now)
    except JobOver as over:
        raise RunOver from over
    if nobody_at_it:
        _write_end(run, STOPPED, actor, now)


@transaction.atomic
def fail_handover(*, run_id: int, job_id: int, now: datetime) -> None:
    """Its job was given up. Again: nothing."""
    failure = failure_of(job_id=job_id)
    run = HandoverRun.objects.select_for_update(of=("self",)).select_related("item").filter(pk=run_id).first()
    if failure is not None and run is not None and run.job_id == job_id and run.finished_at is None:
        _write_end(run, failure, system("collection"), now)

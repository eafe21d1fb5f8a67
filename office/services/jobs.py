"""Long work that a person waits for: opened, claimed by one worker at a time, taken up again when that worker dies.

A claim hands out a number, the job's attempt. Whoever steps or ends a job names it: a worker that was given up (its
lease lapsed, for a machine may stand still and wake again) finds another number and writes nothing. So call `step`
inside the transaction of the work that it counts: the job's row stays locked, and either both are there or neither.
The lock leaves the key alone: of a row that points to the job and is updated twice in a transaction, PostgreSQL asks
whether the job is there, and holds that to the end, which may be far.
"""

import logging
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from kombu.exceptions import OperationalError

from audit.services import record
from kernel.actor import Actor, system
from kernel.errors import NotFound, RuleBroken
from office import events
from office.models import Job

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)  # without a step for so long, the worker counts as dead
ATTEMPTS = 20
SWEPT_AT_ONCE = 500
INTERRUPTED = f"处理多次中断（已尝试{ATTEMPTS}次），系统已停止重试。请联系系统管理员查明原因，再点“继续处理”。"


class JobUnknown(NotFound):
    code = "office.job_unknown"
    message = "没有这项后台任务。"


class JobOver(RuleBroken):
    code = "office.job_over"
    message = "处理已经结束，无需取消。"


class JobNotStopped(RuleBroken):
    code = "office.job_not_stopped"
    message = "处理没有停止，或已经完成，无需继续。"


class JobTaken(RuleBroken):
    """The lease had lapsed, and the job is another worker's or over: what this one has begun is rolled back."""

    code = "office.job_taken"
    message = "该任务已由其他进程接手或已经结束。"


@transaction.atomic
def open_job(*, task: str, about: str, actor: Actor, now: datetime) -> int:
    """Enter work for the Celery task of that name, which is called with `job_id` after the commit; the job's id.

    `about` is what it works on: "collection.batch:5". Without a broker the row waits, and the sweep sends it.
    """
    job = Job.objects.create(
        task=task,
        about=about,
        attempts_allowed=ATTEMPTS,
        lease_until=now + LEASE,
        created_by=actor.key,
        created_at=now,
    )
    record(events.JobOpened(job.pk, task, about), about=f"office.job:{job.pk}", actor=actor, now=now)
    transaction.on_commit(lambda: _send(job.pk, task, now), robust=True)
    return job.pk


@transaction.atomic
def claim(*, job_id: int, now: datetime) -> int:
    """Take a queued job: the number of this attempt, or 0 where it is another worker's or over. Of two, one gets it.

    A job that was asked to stop is handed out as well: its first `step` says so.
    """
    job = (
        Job.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=job_id, state=Job.State.QUEUED).first()
    )
    if job is None or job.attempts >= job.attempts_allowed:
        return 0
    job.state, job.attempts, job.lease_until = Job.State.RUNNING, job.attempts + 1, now + LEASE
    job.save(update_fields=["state", "attempts", "lease_until"])
    return job.attempts


@transaction.atomic
def step(*, job_id: int, attempt: int, done: int, total: int | None, stage: str, now: datetime) -> bool:
    """Say how far it is and renew the lease. False: asked to stop; the caller ends what it is at, then `cancel_job`.

    Inside a transaction it locks the job's row to its end. Raises JobTaken.
    """
    job = _held(job_id, attempt)
    job.done, job.total, job.stage, job.lease_until = done, total, stage, now + LEASE
    job.save(update_fields=["done", "total", "stage", "lease_until"])
    return not job.cancel_asked


@transaction.atomic
def finish_job(*, job_id: int, attempt: int, actor: Actor, now: datetime) -> None:
    """It is done. Raises JobTaken."""
    _end(_held(job_id, attempt), Job.State.DONE, "", actor, now)


@transaction.atomic
def fail_job(*, job_id: int, attempt: int, failure: str, actor: Actor, now: datetime) -> None:
    """It cannot be done; `failure` tells in Chinese why, and how to mend it. Raises JobTaken."""
    _end(_held(job_id, attempt), Job.State.FAILED, failure, actor, now)


@transaction.atomic
def cancel_job(*, job_id: int, attempt: int, actor: Actor, now: datetime) -> None:
    """It was asked to stop and has stopped. What is done stays; it may be resumed. Raises JobTaken."""
    _end(_held(job_id, attempt), Job.State.CANCELLED, "", actor, now)


@transaction.atomic
def ask_cancel(*, job_id: int, actor: Actor, now: datetime) -> bool:
    """Ask it to stop. True: nobody was at it, it is cancelled already, and the caller marks what it works on.

    False: its worker hears of it at the next step. Waits while a worker's step holds the row. Raises JobUnknown,
    JobOver.
    """
    job = _locked(job_id)
    if job.state not in {Job.State.QUEUED, Job.State.RUNNING}:
        raise JobOver
    if job.state == Job.State.QUEUED:
        _end(job, Job.State.CANCELLED, "", actor, now)
        return True
    if not job.cancel_asked:
        job.cancel_asked = True
        job.save(update_fields=["cancel_asked"])
        record(events.JobStopAsked(job_id, job.about), about=f"office.job:{job_id}", actor=actor, now=now)
    return False


@transaction.atomic
def resume_job(*, job_id: int, actor: Actor, now: datetime) -> None:
    """Go on with what was cancelled or has failed; or take back the wish to stop, where nobody has followed it yet.

    Raises JobUnknown, JobNotStopped.
    """
    job = _locked(job_id)
    before = job.state
    if before == Job.State.RUNNING and job.cancel_asked:
        job.cancel_asked = False
    elif before in {Job.State.CANCELLED, Job.State.FAILED}:
        job.state, job.cancel_asked, job.failure, job.finished_at = Job.State.QUEUED, False, "", None
        job.attempts_allowed, job.lease_until = job.attempts + ATTEMPTS, now + LEASE
        transaction.on_commit(lambda: _send(job.pk, job.task, now), robust=True)
    else:
        raise JobNotStopped
    job.save()
    record(events.JobResumed(job_id, job.about, before), about=f"office.job:{job_id}", actor=actor, now=now)


@transaction.atomic
def failure_of(*, job_id: int) -> str | None:
    """Why a job has failed; None: it has not, or somebody has resumed it since. In the caller's transaction its row
    stays locked, so that it is not resumed meanwhile. Raises JobUnknown.
    """
    job = _locked(job_id)
    return job.failure if job.state == Job.State.FAILED else None


def sweep_jobs(*, now: datetime) -> int:
    """Take jobs from workers that died, give up those that were tried too often, send what waits. How many were sent.

    One job, one transaction: a row that a worker or another sweep holds is left alone.
    """
    found = list(_lapsed(now).order_by("lease_until", "pk").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    return sum(_sweep(job_id, now) for job_id in found)


def _lapsed(now: datetime) -> QuerySet[Job]:
    """Those too whose lease lies further ahead than any can: a presenter has moved the demo's clock back since."""
    over = Q(lease_until__lte=now) | Q(lease_until__gt=now + 2 * LEASE)
    return Job.objects.filter(over, state__in=[Job.State.QUEUED, Job.State.RUNNING])


def _sweep(job_id: int, now: datetime) -> bool:
    with transaction.atomic():
        job = _lapsed(now).filter(pk=job_id).select_for_update(no_key=True, skip_locked=True).first()
        if job is None:
            return False
        if job.attempts >= job.attempts_allowed:
            _end(job, Job.State.FAILED, INTERRUPTED, system("sweep_jobs"), now)
            return False
        job.state, job.lease_until = Job.State.QUEUED, now + LEASE
        job.save(update_fields=["state", "lease_until"])
    return _send(job.pk, job.task, now)


def _send(job_id: int, task: str, now: datetime) -> bool:
    """Wake a worker. Without a broker the next sweep tries again: this never fails the caller."""
    try:
        current_app.send_task(task, kwargs={"job_id": job_id}, retry=False, ignore_result=True)
    except (OSError, OperationalError):  # kombu's: the broker is away
        log.warning("job %s waits for the sweep: no broker", job_id)
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(lease_until=now)
        return False
    return True


def _locked(job_id: int) -> Job:
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise JobUnknown
    return job


def _held(job_id: int, attempt: int) -> Job:
    mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, attempts=attempt)
    job = mine.select_for_update(no_key=True).first()
    if job is None:
        raise JobTaken
    return job


def _end(job: Job, state: Job.State, failure: str, actor: Actor, now: datetime) -> None:
    job.state, job.failure, job.finished_at, job.lease_until, job.cancel_asked = state, failure, now, None, False
    job.save(update_fields=["state", "failure", "finished_at", "lease_until", "cancel_asked"])
    fact = events.JobEnded(job.pk, job.about, state.value, job.attempts)
    record(fact, about=f"office.job:{job.pk}", actor=actor, now=now)

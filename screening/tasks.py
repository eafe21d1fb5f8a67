"""What the workers run."""

from celery import shared_task

from kernel.actor import system
from screening.services import batches, finished
from screening.services.keeping import drop_old_keys, drop_old_receipts
from screening.services.rehearsing import RUN
from screening.services.rehearsing import run_rehearsal as rehearse
from screening.services.replaying import mark_revisions as mark
from screening.services.responses import Scope, reconcile
from screening.services.rosters import notifying, running, scheduling, starting, uploading
from screening.services.verifying import forget_tries
from toolkit import clock


@shared_task(ignore_result=True)
def mark_revisions(**_newer: object) -> int:
    """Every minute: what has moved since, so that a time can be translated to what was known then."""
    return mark(clock=clock.now)


@shared_task(ignore_result=True)
def drop_old(**_newer: object) -> int:
    """Nightly: keys of requests that nobody repeats any more, counts of tries to verify, months of receipts past
    their time (by the machine's own clock: a presenter who moves the day destroys nothing).
    """
    drop_old_receipts(now=clock.wall())
    return drop_old_keys(now=clock.now()) + forget_tries(wall=clock.wall())


@shared_task(ignore_result=True)
def reconcile_responses(**_newer: object) -> int:
    """Nightly: terms that began or ended today, conditions that count months, and whatever a handler has missed."""
    done = reconcile(scope=Scope(), actor=system("responses"), now=clock.now())
    return done.raised + done.ended


@shared_task(name=RUN, ignore_result=True)
def run_rehearsal(*, job_id: int, **_newer: object) -> None:
    rehearse(job_id=job_id, clock=clock.now)


@shared_task(name=starting.RUN, ignore_result=True)
def run_roster(*, job_id: int, **_newer: object) -> None:
    running.run_roster(job_id=job_id, clock=clock.now)


@shared_task(name=uploading.TAKE, ignore_result=True)
def take_roster_file(*, job_id: int, **_newer: object) -> None:
    uploading.take_file(job_id=job_id, clock=clock.now)


@shared_task(ignore_result=True)
def start_changed_rosters(**_newer: object) -> int:
    """Every minute: rosters whose lists, records or measures have changed since they were run."""
    return starting.start_changed(now=clock.now())


@shared_task(ignore_result=True)
def start_due_rosters(**_newer: object) -> int:
    """Every minute: rosters whose moment has come by their timetable."""
    return scheduling.start_due(now=clock.now())


@shared_task(ignore_result=True)
def tell_rosters(**_newer: object) -> int:
    """Every minute: what runs have found, to the recipients of their rosters."""
    return notifying.tell_runs(now=clock.now())


@shared_task(name=finished.RUN, ignore_result=True)
def run_finished_file(*, job_id: int, **_newer: object) -> None:
    """A file of finished matters: all its good rows, or none."""
    finished.run_finished_file(job_id=job_id, clock=clock.now)


@shared_task(name=batches.RUN, ignore_result=True)
def run_check_batch(*, job_id: int, **_newer: object) -> None:
    batches.run_batch(job_id=job_id, clock=clock.now)

"""What the workers run."""

from datetime import timedelta

from celery import shared_task

from feedback.services import case_files, chasing, sending, supervising
from feedback.services.intake import prune_calls
from feedback.services.tallying import fold_tallies
from kernel.actor import system
from toolkit import clock

CALLS_KEPT = timedelta(days=7)


@shared_task(name=case_files.RUN, ignore_result=True)
def run_case_file(*, job_id: int, **_newer: object) -> None:
    case_files.run_case_file(job_id=job_id, clock=clock.now)


@shared_task(ignore_result=True)
def fold(**_newer: object) -> int:
    """Every five minutes: what was counted since is folded. No number on any page changes by it."""
    return fold_tallies(actor=system("feedback"), now=clock.now())


@shared_task(ignore_result=True)
def prune(**_newer: object) -> int:
    """Nightly: answers of calls that nobody repeats any more."""
    return prune_calls(before=clock.today() - CALLS_KEPT)


@shared_task(ignore_result=True)
def chase(**_newer: object) -> int:
    """In the morning: who owes a report soon, or owed it yesterday."""
    return chasing.chase(today=clock.today(), actor=system("feedback"), now=clock.now())


@shared_task(ignore_result=True)
def escalate(**_newer: object) -> int:
    """In the morning: who is late for so long that the credit office takes it up."""
    return supervising.escalate(today=clock.today(), actor=system("feedback"), now=clock.now())


@shared_task(ignore_result=True)
def send_upward(**_newer: object) -> int:
    """Every minute: files for the platform above that are due."""
    return sending.send_waiting(clock=clock.now)


@shared_task(ignore_result=True)
def compare_upward(**_newer: object) -> int:
    """Nightly: has the platform above what it receipted?"""
    return sending.compare_all(clock=clock.now)

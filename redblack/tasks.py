"""What the workers run."""

from celery import shared_task

from kernel.actor import system
from redblack.services import expiry
from redblack.services.received import work_version as work_off
from toolkit import clock

BITES = 200  # transactions of one night


@shared_task(ignore_result=True)
def expire(**_newer: object) -> int:
    """Nightly: entries whose term is over leave their list on the record, too. Bite by bite."""
    done = 0
    for _ in range(BITES):
        count = expiry.expire(today=clock.today(), actor=system("expire"), now=clock.now())
        done += count
        if not count:
            break
    return done


@shared_task(name="redblack.tasks.work_version", ignore_result=True)
def work_version(*, job_id: int, **_newer: object) -> None:
    """A version of a received list: read, compared, applied or held."""
    work_off(job_id=job_id, clock=clock.now)

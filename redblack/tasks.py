"""What the workers run."""

from celery import shared_task

from kernel.actor import system
from redblack.services import expiry
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

import time

from celery import shared_task

from kernel.actor import system
from portal.services import lookups
from toolkit import clock, health


@shared_task
def heartbeat() -> None:
    """Sent by beat, run by a worker: /readyz says when the sign of life is late."""
    health.beat(now=time.time())


@shared_task(ignore_result=True)
def gather_lookups(**_newer: object) -> None:
    """Every minute, by the machine's own clock: who was checked, for the pages of those who were."""
    while lookups.gather_lookups(actor=system("portal"), now=clock.wall()):
        pass


@shared_task(ignore_result=True)
def drop_old_lookups(**_newer: object) -> int:
    """Nightly, by the machine's own clock: lines whose receipt has passed its time."""
    return lookups.drop_old(now=clock.wall())

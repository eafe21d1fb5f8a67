"""What the workers run."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings

from kernel.actor import system
from repair.services import nightly, results, upward
from toolkit import clock

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def send_messages(**_newer: object) -> int:
    """Every minute: what is to go up. One that is not taken holds up no other application's."""
    sent = 0
    while ids := upward.waiting(now=clock.now()) if settings.REPAIR_UPSTREAM_URL else []:
        taken = sum(upward.send(message_id=one, actor=system("repair"), now=clock.now()) for one in ids)
        sent += taken
        if taken < len(ids):
            break
    return sent


@shared_task(ignore_result=True)
def end_publicity(**_newer: object) -> int:
    """Nightly: 期满停止公示."""
    return nightly.end_publicity(today=clock.today(), actor=system("repair"), now=clock.now())


@shared_task(ignore_result=True)
def reconcile(**_newer: object) -> int:
    """In the morning and at noon: results of yesterday and today, compared with above. How many were fetched."""
    if not settings.REPAIR_UPSTREAM_URL:
        return results.try_again(actor=system("repair"), now=clock.now())
    fetched = 0
    for back in (1, 0):
        day = clock.today() - timedelta(days=back)
        try:
            fetched += results.reconcile(day=day, actor=system("repair"), now=clock.now()).fetched
        except upward.UpstreamAway as error:
            log.warning("the single window is away: %s", error)
    return fetched

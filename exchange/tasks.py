"""What the workers run."""

import logging

from celery import shared_task
from django.db import DatabaseError

from exchange.services import chasing, numbering
from kernel.actor import system
from toolkit import clock

log = logging.getLogger(__name__)


@shared_task(name=numbering.TASK, ignore_result=True)
def number_changes(**_newer: object) -> int:
    """Whenever a list has changed, and every minute: each subscription that is behind gets its rows. One that fails
    holds up no other.
    """
    actor, rows = system("exchange"), 0
    for one in numbering.behind(as_of=clock.today()):
        try:
            rows += numbering.number_changes(subscription_id=one, actor=actor, now=clock.now())
        except DatabaseError:
            log.exception("subscription %s could not be numbered", one)
    return rows


@shared_task(ignore_result=True)
def chase(**_newer: object) -> int:
    """In the morning: recalls that are past their day."""
    return chasing.chase(today=clock.today(), actor=system("exchange"), now=clock.now())

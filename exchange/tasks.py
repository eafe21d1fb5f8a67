"""What the workers run."""

import logging

from celery import shared_task
from django.db import DatabaseError

from exchange.selectors.channels import listening, waiting_for_delivery
from exchange.services import chasing, delivering, lifting, numbering, reconciling
from kernel.actor import system
from kernel.errors import Refusal
from toolkit import clock

log = logging.getLogger(__name__)


@shared_task(name=numbering.TASK, ignore_result=True)
def number_changes(**_newer: object) -> int:
    """Whenever a list has changed, and every minute: each subscription that is behind gets its rows. One that fails
    holds up no other.
    """
    numbering.answer_call()
    actor, rows = system("exchange"), 0
    for one in numbering.behind(as_of=clock.today()):
        try:
            new = numbering.number_changes(subscription_id=one, actor=actor, now=clock.now())
            rows += new
            if new:
                delivering.call_workers(subscription_id=one)
        except DatabaseError:
            log.exception("subscription %s could not be numbered", one)
    return rows


@shared_task(ignore_result=True)
def chase(**_newer: object) -> int:
    """In the morning: recalls, and what departments must undo, that are past their day."""
    actor, today = system("exchange"), clock.today()
    late = chasing.chase(today=today, actor=actor, now=clock.now())
    return late + lifting.chase_liftings(today=today, actor=actor, now=clock.now())


@shared_task(name=delivering.TASK, ignore_result=True)
def deliver(subscription_id: int, **_newer: object) -> int:
    """Send a receiver what is due. Two tasks for one receiver: the second finds its batch in hand."""
    return delivering.deliver(subscription_id=subscription_id, clock=clock.now, actor=system("exchange"))


@shared_task(ignore_result=True)
def sweep_deliveries(**_newer: object) -> int:
    """Every minute: what is due by its timetable or for another try, and whatever a lost message left."""
    due = waiting_for_delivery(now=clock.now())
    for one in due:
        delivering.call_workers(subscription_id=one)
    return len(due)


@shared_task(ignore_result=True)
def read_acknowledgements(**_newer: object) -> int:
    """Every minute: receivers of files say in a file what they have applied."""
    return _reconciled(files_only=True)


@shared_task(ignore_result=True)
def reconcile(**_newer: object) -> int:
    """At night: what every receiver holds is compared with what it was told."""
    return _reconciled(files_only=False)


def _reconciled(*, files_only: bool) -> int:
    actor, said = system("exchange"), 0
    for one in listening(files_only=files_only):
        try:
            said += reconciling.reconcile(subscription_id=one, actor=actor, now=clock.now()) is not None
        except (DatabaseError, Refusal):
            log.exception("receiver %s could not be reconciled", one)
    return said

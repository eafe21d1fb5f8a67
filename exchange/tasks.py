"""What the workers run."""

from celery import shared_task

from exchange.services import chasing, numbering
from kernel.actor import system
from toolkit import clock


@shared_task(name=numbering.TASK, ignore_result=True)
def number_changes(**_newer: object) -> int:
    """Whenever a list has changed, and every minute: each subscription that is behind gets its rows."""
    actor = system("exchange")
    return sum(
        numbering.number_changes(subscription_id=one, actor=actor, now=clock.now()) for one in numbering.behind()
    )


@shared_task(ignore_result=True)
def chase(**_newer: object) -> int:
    """In the morning: recalls that are past their day."""
    return chasing.chase(today=clock.today(), actor=system("exchange"), now=clock.now())

"""What the workers run."""

from celery import shared_task

from kernel.actor import system
from objections.services import escalate
from toolkit import clock


@shared_task(ignore_result=True)
def chase(**_newer: object) -> int:
    """In the morning: deadlines that have passed."""
    return escalate(today=clock.today(), actor=system("objections"), now=clock.now())

"""Celery entry points."""

from celery import shared_task

from accounts.services import seen
from toolkit import clock


@shared_task
def prune(**_newer: object) -> int:
    """Every ten minutes: nonces and form keys that can no longer be met are dropped."""
    return seen.prune(now=clock.wall())

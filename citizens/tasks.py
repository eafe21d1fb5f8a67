"""What is done with visitors by itself."""

from celery import shared_task

from citizens import services
from toolkit import clock


@shared_task
def forget(**_newer: object) -> int:
    """Hourly: codes, tallies and sessions whose time is over."""
    return services.forget(wall=clock.wall())

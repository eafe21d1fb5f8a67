import time

from celery import shared_task

from toolkit import health


@shared_task
def heartbeat() -> None:
    """Sent by beat, run by a worker: /readyz says when the sign of life is late."""
    health.beat(now=time.time())

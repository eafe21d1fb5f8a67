"""Celery entry points. A task takes ids, makes one service call, and may run twice."""

from celery import shared_task

from audit import selectors, services
from toolkit import clock


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def deliver(*, delivery_id: int, **_newer: object) -> bool:
    return services.deliver(delivery_id=delivery_id, now=clock.now())


@shared_task
def sweep(**_newer: object) -> int:
    """Every minute: what waits is queued again. A lost message costs a minute, not a fact."""
    waiting = selectors.waiting_delivery_ids(limit=1000)
    for delivery_id in waiting:
        deliver.apply_async(kwargs={"delivery_id": delivery_id})
    return len(waiting)


@shared_task
def seal(**_newer: object) -> int:
    """Every minute: new facts are hung on the chain."""
    return services.seal(now=clock.now()).count

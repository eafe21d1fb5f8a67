"""What the office does by itself."""

from celery import shared_task

from office import selectors, services
from toolkit import clock

AT_ONCE = 200


@shared_task
def make_partitions(**_newer: object) -> int:
    return services.make_partitions(today=clock.today())


@shared_task
def send_messages(**_newer: object) -> int:
    """Every minute: whatever waits is tried. A lost message costs a minute."""
    waiting = selectors.waiting_messages(clock.now(), AT_ONCE)
    return sum(services.deliver_message(message_id=message_id, now=clock.now()) for message_id in waiting)

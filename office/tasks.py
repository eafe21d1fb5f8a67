"""What the office does by itself."""

from celery import shared_task

from kernel.actor import system
from office import services
from toolkit import clock


@shared_task
def make_partitions(**_newer: object) -> int:
    return services.make_partitions(today=clock.today())


@shared_task
def send_messages(**_newer: object) -> int:
    """Every minute: whatever waits is tried. A lost message costs a minute."""
    return services.send_waiting(clock=clock.now)


@shared_task
def sweep_jobs(**_newer: object) -> int:
    """Every minute: jobs of workers that died, and jobs whose message was lost, go to a worker. It costs minutes."""
    return services.sweep_jobs(now=clock.now())


@shared_task
def destroy_files(**_newer: object) -> int:
    """Nightly: files whose time is over, and what crashes left on disk."""
    services.remove_strays(now=clock.wall())
    return services.destroy_files(today=clock.today(), actor=system("destroy_files"), now=clock.now())

"""What the workers run."""

from celery import shared_task

from collection.services.intake import run_import as work_off
from toolkit import clock


@shared_task(name="collection.tasks.run_import", ignore_result=True)
def run_import(job_id: int) -> None:
    work_off(job_id=job_id, clock=clock.now)

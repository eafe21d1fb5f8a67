"""What the workers run."""

from collections.abc import Callable
from functools import partial
from typing import Any

from celery import current_app, shared_task
from django.conf import settings
from django.urls import reverse

from catalog.selectors import kept_for_a_time
from collection.services import changes, duties, expiring, extracting, handing, telling
from collection.services.extraction import RUN
from collection.services.intake import run_import as work_off
from kernel.actor import system
from toolkit import clock

BITES = 50  # transactions of one night


@shared_task(name="collection.tasks.run_import", ignore_result=True)
def run_import(*, job_id: int, **_newer: object) -> None:
    work_off(job_id=job_id, clock=clock.now)


@shared_task(name=handing.TASK, ignore_result=True)
def run_handover(*, job_id: int, **_newer: object) -> None:
    handing.run_handover(job_id=job_id, clock=clock.now)


@shared_task(ignore_result=True)
def make_tasks(**_newer: object) -> int:
    """Nightly: the periods that ended yesterday."""
    return duties.make_tasks(today=clock.today(), actor=system("make_tasks"), now=clock.now())


@shared_task(ignore_result=True)
def remind(**_newer: object) -> int:
    """In the morning: who owes something soon, or owed it yesterday."""
    return duties.remind(today=clock.today(), actor=system("remind"), now=clock.now())


@shared_task(ignore_result=True)
def tell_senders(**_newer: object) -> int:
    """Every minute: whose large file is over. A lost message costs a minute."""
    return telling.tell_senders(page=_page_of, actor=system("tell_senders"), now=clock.now())


def _page_of(batch_id: int) -> str:
    return f"{settings.SITE_ADDRESS}{reverse('collection:batch', args=[batch_id])}" if settings.SITE_ADDRESS else ""


@shared_task(ignore_result=True)
def start_extractions(**_newer: object) -> int:
    """Every minute: each one that is due gets a worker of its own."""
    due = extracting.due_extractions(now=clock.now())
    for extraction_id in due:
        current_app.send_task(RUN, kwargs={"extraction_id": extraction_id}, ignore_result=True)
    return len(due)


@shared_task(name=RUN, ignore_result=True)
def run_extraction(extraction_id: int, **_newer: object) -> None:
    """Sent twice or run twice: the second finds that it is not due."""
    extracting.run_extraction(extraction_id=extraction_id, clock=clock.now, actor=system("extraction"))


@shared_task(ignore_result=True)
def put_aside(**_newer: object) -> int:
    """Nightly: archive by age, then destroy what has been kept long enough, records and what returned rows said. Bite
    by bite, at most BITES of each.
    """
    who: dict[str, Any] = {"today": clock.today(), "actor": system("put_aside")}
    done = _bites(partial(changes.archive_due, **who)) + _bites(partial(expiring.expire_rows, **who))
    for item, version in kept_for_a_time():
        one = {"item_id": item, "item_version_id": version} | who
        done += _bites(partial(changes.destroy_due, **one))
    return done


def _bites(bite: Callable[..., int]) -> int:
    """One transaction after the other until nothing is left."""
    done = 0
    for _ in range(BITES):
        count = bite(now=clock.now())
        done += count
        if not count:
            break
    return done

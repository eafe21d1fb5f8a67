"""Changes of lists become numbered rows of each subscription that they concern."""

import logging
from contextlib import suppress
from datetime import date, datetime

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from audit.services import record
from exchange.events import RowsNumbered
from exchange.models import Subscription
from exchange.rules.states import TOLD
from exchange.services.numbering_sql import BEHIND, NUMBER
from kernel.actor import Actor
from kernel.workdays import due_on
from office.selectors import calendar
from toolkit.clock import day_of

log = logging.getLogger(__name__)
TASK = "exchange.tasks.number_changes"
CALLED, CALLED_SECONDS = "exchange:numbering-called", 30  # a lost message keeps nobody from calling for longer


def behind(*, as_of: date) -> list[int]:
    """The subscriptions whose ledger does not yet say what the lists say on that day."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"as_of": as_of})
        return [row[0] for row in cursor.fetchall()]


def call_workers() -> None:
    """After the commit, a worker numbers what has changed. Without a broker the minute's sweep does it.

    One message is enough for any number of changes: while it waits for its turn no other is sent.
    """
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    try:
        if cache.add(CALLED, 1, timeout=CALLED_SECONDS):
            current_app.send_task(TASK, retry=False, ignore_result=True)
    except (OSError, RedisError, OperationalError):
        log.warning("numbering waits for the sweep: no broker")


def answer_call() -> None:
    """Before it is looked what is behind: whatever commits from now on calls again."""
    with suppress(OSError, RedisError):
        cache.delete(CALLED)


@transaction.atomic
def number_changes(*, subscription_id: int, actor: Actor, now: datetime) -> int:
    """Write the rows of a subscription for everything that has changed since its last; how many.

    Called twice, or by two at once, each change has one row: the subscription is locked, and its position in each
    source moves with the rows. A paused one is told only what it must take back; the rest follows when it goes on.
    """
    row = Subscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is None or row.state not in TOLD:
        return 0
    today = day_of(now)
    due = due_on(today, settings.RECALL_WORKING_DAYS, calendar())
    with connection.cursor() as cursor:
        cursor.execute(
            NUMBER,
            {"subscription": row.pk, "now": now, "as_of": today, "due_on": due.on, "provisional": due.provisional},
        )
        rows, last, recalled = cursor.fetchone()
    if rows:
        fact = RowsNumbered(row.pk, rows, last, recalled)
        record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    return int(rows)

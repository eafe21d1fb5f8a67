"""Rows of a ledger go to receivers that do not pull: batch by batch, in order, until the receiver has taken each.

At least once by us, once in effect there: a batch is written down before it is sent and holds the same rows at
every try; the receiver's own number says what it has applied (services/channels). One worker has a batch in hand: its
row is locked while it is sent, and free again the moment that worker dies.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import DatabaseError, transaction
from kombu.exceptions import OperationalError

from audit.services import record
from exchange.events import DeliveryFailed, GapFound, RowsDelivered
from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import TROUBLES, Trouble
from exchange.rules.states import TOLD
from exchange.rules.timetable import TELL_AFTER, is_time, next_try
from exchange.selectors import changes_after, standing_at
from exchange.selectors.channels import APPROVED, everything, on_its_way, takes_back, timetable_of
from exchange.services.channels import open_channel
from exchange.services.channels.base import Batch, CannotDeliver, Gap, Receipt, Snapshot
from exchange.services.channels.setting import target_of
from exchange.services.confirming import note_receipt
from exchange.services.telling import tell_of_failure
from kernel.actor import Actor

log = logging.getLogger(__name__)
TASK = "exchange.tasks.deliver"
BATCH = 5_000  # rows
MOST_BATCHES = 100  # of one run: the next task goes on, so that others get their turn
Clock = Callable[[], datetime]


def call_workers(*, subscription_id: int) -> None:
    """After the commit, a worker sends what is due. Without a broker the minute's sweep does it."""

    def send() -> None:
        try:
            current_app.send_task(TASK, kwargs={"subscription_id": subscription_id}, retry=False, ignore_result=True)
        except (OSError, OperationalError):
            log.warning("deliveries of %s wait for the sweep: no broker", subscription_id)

    transaction.on_commit(send, robust=True)


def deliver(*, subscription_id: int, clock: Clock, actor: Actor) -> int:
    """Send what is due, one batch after the other, until nothing is or one fails; how many rows were taken.

    Sent twice or run by two at once: the second finds nothing to do.
    """
    taken = 0
    for _ in range(MOST_BATCHES):
        batch = _next_batch(subscription_id, clock())
        if batch is None:
            return taken
        rows = _sent(batch, clock, actor)
        if rows is None:
            return taken
        taken += rows
    call_workers(subscription_id=subscription_id)
    return taken


@transaction.atomic
def _next_batch(subscription_id: int, now: datetime) -> int | None:
    """The batch to be sent now, written down; None: nothing is due, or another worker is looking."""
    rows = Channel.objects.filter(subscription_id=subscription_id, state=APPROVED, subscription__state__in=TOLD)
    channel = rows.select_related("subscription").select_for_update(of=("self",), skip_locked=True).first()
    if channel is None:
        return None
    waiting = on_its_way(subscription_id)
    if waiting is not None:
        return waiting.pk if waiting.retry_at is not None and waiting.retry_at <= now else None
    last_seq = channel.subscription.last_seq
    if channel.wants_full:
        span = (Delivery.Kind.SNAPSHOT, 0, last_seq, channel.subscription.standing)
    else:
        if channel.sent_seq >= channel.round_to and not _begin_round(channel, last_seq, now):
            return None
        last = min(channel.sent_seq + BATCH, channel.round_to)
        span = (Delivery.Kind.CHANGES, channel.sent_seq + 1, last, last - channel.sent_seq)
    kind, first, last, count = span
    made = Delivery.objects.create(
        subscription_id=subscription_id,
        kind=kind,
        first_seq=first,
        last_seq=last,
        rows=count,
        made_at=now,
        retry_at=now,
    )
    return made.pk


def _begin_round(channel: Channel, last_seq: int, now: datetime) -> bool:
    """Whether what has come meanwhile is to be sent now. What must be taken back waits for no timetable."""
    if last_seq <= channel.sent_seq:
        return False
    if not is_time(timetable_of(channel), last_run=channel.round_at, now=now) and not takes_back(channel):
        return False
    channel.round_to, channel.round_at = last_seq, now
    channel.save(update_fields=["round_to", "round_at"])
    return True


def _sent(delivery_id: int, clock: Clock, actor: Actor) -> int | None:
    """Try one batch; the rows that were taken, 0 where it is to be tried again at once, None where it has to wait."""
    with transaction.atomic():
        due = Delivery.objects.filter(pk=delivery_id, done_at=None, dead_at=None, retry_at__lte=clock())
        batch = due.select_for_update(skip_locked=True).first()
        if batch is None:
            return None
        channel = Channel.objects.select_related("subscription__client").get(subscription_id=batch.subscription_id)
        batch.attempts += 1
        batch.first_tried_at = batch.first_tried_at or clock()
        try:
            with _in_plain_words(batch):
                receipt = _handed_over(channel, batch, clock())
        except Gap as gap:
            return _back_to(channel, batch, gap, clock(), actor)
        except CannotDeliver as refusal:
            _failed(channel, batch, refusal, clock(), actor)
            return None
        _taken(channel, batch, receipt, clock(), actor)
        return batch.rows


@contextmanager
def _in_plain_words(batch: Delivery) -> Iterator[None]:
    """A defect in one way, or in what one receiver answers, holds up that receiver alone, and is seen."""
    try:
        yield
    except (CannotDeliver, DatabaseError):
        raise
    except Exception as error:
        log.exception("batch %s could not be sent", batch.pk)
        raise CannotDeliver(Trouble.OTHER) from error


def _handed_over(channel: Channel, batch: Delivery, now: datetime) -> Receipt:
    way, own = open_channel(target_of(channel=channel)), batch.subscription_id
    if batch.kind == Delivery.Kind.SNAPSHOT:
        with everything(own, page=BATCH) as whole:
            batch.last_seq, batch.rows = whole.seq, whole.count
            receipt = way.replace(Snapshot(own, whole.seq, whole.count, whole.pages, batch.made_at))
    else:
        limit = batch.last_seq - batch.first_seq + 1
        rows = changes_after(channel.subscription, after=batch.first_seq - 1, limit=limit)
        more = batch.last_seq < channel.round_to
        receipt = way.deliver(Batch(own, batch.first_seq, batch.last_seq, rows, batch.made_at, more))
    if receipt.seq > Subscription.objects.values_list("last_seq", flat=True).get(pk=own):
        raise CannotDeliver(Trouble.AHEAD)
    return receipt


def _taken(channel: Channel, batch: Delivery, receipt: Receipt, now: datetime, actor: Actor) -> None:
    batch.tried_at = batch.done_at = now
    batch.retry_at, batch.trouble, batch.last_error, batch.count = None, "", "", receipt.count
    batch.save()
    said: dict[str, Any] = {"sent_seq": max(batch.last_seq, receipt.seq)}
    is_full = batch.kind == Delivery.Kind.SNAPSHOT
    if is_full:
        said |= {"wants_full": False, "full_seq": batch.last_seq, "full_at": now, "round_to": batch.last_seq}
    Channel.objects.filter(pk=channel.pk).update(**said)
    about = f"exchange.subscription:{batch.subscription_id}"
    count = -1 if receipt.count is None else receipt.count
    fact = RowsDelivered(
        batch.subscription_id, batch.kind, batch.first_seq, batch.last_seq, batch.rows, batch.attempts, count
    )
    record(fact, about=about, actor=actor, now=now)
    if receipt.count is not None:
        agreed = believe(channel=channel, receipt=receipt, actor=actor, now=now)
        if not agreed and not is_full:
            ask_for_everything(channel=channel, receipt=receipt, actor=actor, now=now)


def believe(*, channel: Channel, receipt: Receipt, actor: Actor, now: datetime) -> bool:
    """Note what the receiver says it holds, as if it had confirmed it itself; whether that is what it was told."""
    assert receipt.count is not None
    row = Subscription.objects.select_for_update().get(pk=channel.subscription_id)
    note_receipt(row=row, seq=receipt.seq, count=receipt.count, actor=actor, now=now)
    return receipt.count == standing_at(row, receipt.seq)


def ask_for_everything(*, channel: Channel, receipt: Receipt, actor: Actor, now: datetime) -> None:
    """Its count is not what it was told: rows were lost there, or somebody has written there. All is sent anew."""
    Channel.objects.filter(pk=channel.pk).update(wants_full=True)
    fact = GapFound(channel.subscription_id, receipt.seq, channel.sent_seq)
    record(fact, about=f"exchange.subscription:{channel.subscription_id}", actor=actor, now=now)


def _back_to(channel: Channel, batch: Delivery, gap: Gap, now: datetime, actor: Actor) -> int | None:
    """The receiver has fewer rows than it had confirmed: the batch begins where it stands."""
    first = gap.seq + 1
    if first >= batch.first_seq or batch.attempts > TELL_AFTER:  # it says so again and again
        _failed(channel, batch, gap, now, actor)
        return None
    fact = GapFound(batch.subscription_id, gap.seq, channel.sent_seq)
    record(fact, about=f"exchange.subscription:{batch.subscription_id}", actor=actor, now=now)
    batch.first_seq, batch.last_seq = first, min(gap.seq + BATCH, batch.last_seq)
    batch.rows, batch.tried_at, batch.retry_at = batch.last_seq - gap.seq, now, now
    batch.trouble, batch.last_error = Trouble.GAP, TROUBLES[Trouble.GAP]
    batch.save()
    Channel.objects.filter(pk=channel.pk).update(sent_seq=gap.seq)
    return 0


def _failed(channel: Channel, batch: Delivery, refusal: CannotDeliver, now: datetime, actor: Actor) -> None:
    batch.tried_at, batch.trouble, batch.last_error = now, refusal.trouble, str(refusal)
    assert batch.first_tried_at is not None
    batch.retry_at = next_try(attempts=batch.attempts, first_tried=batch.first_tried_at, now=now)
    if batch.retry_at is None:
        batch.dead_at = now
    batch.save()
    given_up = batch.dead_at is not None
    about = f"exchange.subscription:{batch.subscription_id}"
    fact = DeliveryFailed(batch.subscription_id, batch.pk, refusal.trouble, batch.attempts, given_up)
    record(fact, about=about, actor=actor, now=now)
    if batch.attempts == TELL_AFTER or given_up:
        tell_of_failure(subscription=channel.subscription, batch=batch, actor=actor, now=now)

"""Reading channels and their batches: for the sender, and for the pages."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from accounts.selectors import scope
from exchange import policies
from exchange.models import Channel, Delivery, Recall, Subscription
from exchange.rules.channels import Kind as ChannelKind
from exchange.rules.states import TOLD
from exchange.rules.timetable import Pace, Timetable
from exchange.selectors import Change
from kernel.actor import Actor, Kind
from kernel.errors import NotFound

APPROVED = Channel.State.APPROVED
BY_FILE = (ChannelKind.FOLDER.value, ChannelKind.SFTP.value)
ON_ITS_WAY = Q(done_at=None)


class NoChannel(NotFound):
    code = "exchange.no_channel"
    message = "该订阅没有设置推送方式，由接收系统按序号取数。"


class DeliveryNotFound(NotFound):
    code = "exchange.delivery_not_found"
    message = "没有这个推送批次，或您没有查看的权限。"


def channel_of(subscription: Subscription, *, for_update: bool = False) -> Channel | None:
    """The way that is set up, approved or not; None: the receiver pulls."""
    rows = Channel.objects.filter(subscription=subscription)
    return (rows.select_for_update() if for_update else rows).first()


def timetable_of(channel: Channel) -> Timetable:
    return Timetable(Pace(channel.pace), channel.daily_at)


def on_its_way(subscription_id: int) -> Delivery | None:
    """The batch that the receiver has not taken yet, waiting or given up."""
    return Delivery.objects.filter(ON_ITS_WAY, subscription_id=subscription_id).first()


def takes_back(channel: Channel) -> bool:
    """Whether something that the receiver must give back has not been sent."""
    waiting = Recall.objects.filter(subscription_id=channel.subscription_id, confirmed_at=None)
    return waiting.filter(seq__gt=channel.sent_seq).exists()


def waiting_for_delivery(*, now: datetime) -> list[int]:
    """The subscriptions that a sender has to look at: a batch may be tried, or there is something new."""
    running = Channel.objects.filter(state=APPROVED, subscription__state__in=TOLD)
    behind = Q(wants_full=True) | Q(subscription__last_seq__gt=F("sent_seq"))
    open_now = Delivery.objects.filter(ON_ITS_WAY)
    tried_now = open_now.filter(retry_at__lte=now).values("subscription_id")
    fresh = running.filter(behind).exclude(subscription_id__in=open_now.values("subscription_id"))
    again = running.filter(subscription_id__in=tried_now)
    found = fresh.values_list("subscription_id", flat=True).union(again.values_list("subscription_id", flat=True))
    return sorted(found)


def listening(*, files_only: bool) -> list[int]:
    """Channels whose receiver may have something to say: all, or those whose files wait for an acknowledgement."""
    rows = Channel.objects.filter(state=APPROVED, subscription__state__in=TOLD, sent_seq__gt=0)
    if files_only:
        rows = rows.filter(kind__in=BY_FILE).exclude(
            subscription__confirmed_seq__gte=F("sent_seq"),
            subscription__confirmed_count=F("subscription__expected_count"),
        )
    return list(rows.order_by("subscription_id").values_list("subscription_id", flat=True))


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything a receiver is to hold, as of row `seq`. `pages` is read once, while the block lasts."""

    seq: int
    count: int
    pages: Iterator[Sequence[Change]]


WHOLE = """
SELECT o.last_seq, o.standing, h.seq, h.entry_id, r.list_code, r.made_at, r.content::text
FROM exchange_subscription o
LEFT JOIN (exchange_holding h
  JOIN exchange_ledgerrow r ON r.subscription_id = h.subscription_id AND r.seq = h.seq AND r.made_at = h.told_at)
  ON h.subscription_id = o.id AND h.present
WHERE o.id = %s ORDER BY h.entry_id
"""


@contextmanager
def everything(subscription_id: int, *, page: int) -> Iterator[Whole]:
    """One statement, one snapshot, fetched page by page; inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(WHOLE, [subscription_id])
        first = cursor.fetchmany(page)
        seq, count = first[0][0], first[0][1]

        def pages() -> Iterator[Sequence[Change]]:
            rows = first
            while rows:
                changes = [
                    Change(number, "upsert", entry, code, at, json.loads(content))
                    for _, _, number, entry, code, at, content in rows
                    if entry is not None
                ]
                if changes:
                    yield changes
                rows = cursor.fetchmany(page)

        yield Whole(int(seq), int(count), pages())


# --- pages ---------------------------------------------------------------------------------------------------------
def delivery_page(subscription: Subscription, *, before: int | None, limit: int) -> list[Delivery]:
    """Newest first."""
    rows = Delivery.objects.filter(subscription=subscription)
    return list((rows if before is None else rows.filter(pk__lt=before)).order_by("-id")[:limit])


def dead_letters(actor: Actor) -> QuerySet[Delivery]:
    """Batches that were given up, of the subscriptions that the actor sees."""
    rows = Delivery.objects.select_related("subscription__department", "subscription__channel")
    rows = rows.filter(ON_ITS_WAY, dead_at__isnull=False)
    departments = scope(actor)
    return rows if departments is None else rows.filter(subscription__department_id__in=departments)


def dead_letter_page(actor: Actor, *, after: tuple[datetime, int] | None, limit: int) -> list[Delivery]:
    """The newest first."""
    rows = dead_letters(actor)
    if after is not None:
        moment, last = after
        rows = rows.filter(dead_at__lte=moment).filter(Q(dead_at__lt=moment) | Q(pk__lt=last))
    return list(rows.order_by("-dead_at", "-id")[:limit])


def stuck(actor: Actor, *, limit: int) -> list[Delivery]:
    """Batches that wait for a person, for who may look after them."""
    if actor.kind is not Kind.USER or not policies.may_see(actor):
        return []
    return dead_letter_page(actor, after=None, limit=limit)


def failing(actor: Actor) -> QuerySet[Delivery]:
    """Batches that were tried and not taken, given up or not."""
    rows = Delivery.objects.filter(ON_ITS_WAY, attempts__gt=0)
    departments = scope(actor)
    return rows if departments is None else rows.filter(subscription__department_id__in=departments)


def channels_to_approve(actor: Actor, *, limit: int) -> list[Channel]:
    """Ways that another person set up for subscriptions that run already, for who may approve them."""
    if not policies.may_open(actor):
        return []
    rows = Channel.objects.select_related("subscription__department").filter(state=Channel.State.PROPOSED)
    rows = rows.filter(subscription__state__in=["active", "paused"], tested_well=True).exclude(proposed_by=actor.key)
    return list(rows.order_by("proposed_at", "id")[:limit])

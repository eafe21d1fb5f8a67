"""What a person may have sent, and what receivers say they hold when nobody sends them anything."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.services import record
from exchange import policies, selectors
from exchange.events import DeliveryAsked, GapFound
from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import TROUBLES, Trouble
from exchange.rules.formats import Cover
from exchange.rules.states import TOLD
from exchange.selectors.channels import APPROVED, NoChannel, channel_of, on_its_way
from exchange.services.channels import open_channel
from exchange.services.channels.base import CannotDeliver, Receipt
from exchange.services.channels.base import Channel as Way
from exchange.services.channels.files import FileChannel
from exchange.services.channels.setting import target_of
from exchange.services.delivering import ask_for_everything, believe, call_workers
from kernel.actor import Actor
from kernel.errors import NotPermitted, RuleBroken

FILES_WAIT = timedelta(hours=1)  # a receiver that takes files away has said so by then


class CannotAsk(NotPermitted):
    code = "exchange.cannot_ask_delivery"
    message = "重发、立即推送和对账由订阅部门的报送人员或信用办办理。"


class NothingToResend(RuleBroken):
    code = "exchange.nothing_to_resend"
    message = "没有等待重发的批次，可能已经送达或者正在推送。请刷新页面查看。"


@transaction.atomic
def resend(*, subscription_id: int, actor: Actor, now: datetime) -> None:
    """Try the batch that failed now, and from now on again by itself. Raises SubscriptionNotFound, CannotAsk,
    NoChannel, NothingToResend.
    """
    row, _ = _running(subscription_id, actor)
    waiting = Delivery.objects.filter(subscription=row, done_at=None, attempts__gt=0)
    batch = waiting.select_for_update(skip_locked=True).first()
    if batch is None:
        raise NothingToResend
    batch.dead_at, batch.retry_at, batch.first_tried_at, batch.attempts = None, now, None, 0
    batch.resent_by = actor.key
    batch.save(update_fields=["dead_at", "retry_at", "first_tried_at", "attempts", "resent_by"])
    _asked(row, "resend", actor, now)


@transaction.atomic
def send_now(*, subscription_id: int, actor: Actor, now: datetime) -> None:
    """Send what waits for the timetable. Raises SubscriptionNotFound, CannotAsk, NoChannel."""
    row, channel = _running(subscription_id, actor)
    Channel.objects.filter(pk=channel.pk).update(round_to=row.last_seq, round_at=now)
    _asked(row, "now", actor, now)


@transaction.atomic
def send_everything(*, subscription_id: int, actor: Actor, now: datetime) -> None:
    """Have the receiver hold exactly what it is to hold, whatever it holds. It is sent before anything else; a batch
    that could not be delivered is part of it. Raises SubscriptionNotFound, CannotAsk, NoChannel.
    """
    row, channel = _running(subscription_id, actor)
    waiting = Delivery.objects.filter(subscription=row, done_at=None)
    free = list(waiting.order_by("id").select_for_update(skip_locked=True).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=free).delete()
    Channel.objects.filter(pk=channel.pk).update(wants_full=True)
    _asked(row, "full", actor, now)


def reconcile(*, subscription_id: int, actor: Actor, now: datetime) -> Receipt | None:
    """Ask the receiver what it has applied and holds, and note it; None: it said nothing. A gap or another count than
    was told is filled by what is sent next. Raises SubscriptionNotFound, CannotAsk, NoChannel; what went wrong on the
    other side is kept with the channel.
    """
    row, channel = _running(subscription_id, actor)
    receipt, wrong, lost = None, "", False
    try:
        way = open_channel(target_of(channel=channel))
        receipt = way.state()
        lost = receipt is not None and _is_lost(channel, way, receipt, now)
    except CannotDeliver as refusal:
        wrong = str(refusal)
    with transaction.atomic():
        channel = Channel.objects.select_for_update(of=("self",)).select_related("subscription").get(pk=channel.pk)
        last = Subscription.objects.select_for_update().get(pk=row.pk).last_seq
        if receipt is not None and receipt.seq > last:
            receipt, wrong = None, TROUBLES[Trouble.AHEAD]
        Channel.objects.filter(pk=channel.pk).update(asked_at=now, asked_said=wrong)
        if receipt is None or receipt.count is None:
            return None
        idle = on_its_way(row.pk) is None
        agreed = believe(channel=channel, receipt=receipt, actor=actor, now=now)
        if idle and lost and receipt.seq < channel.sent_seq:
            Channel.objects.filter(pk=channel.pk).update(sent_seq=receipt.seq, round_to=channel.sent_seq)
            fact = GapFound(row.pk, receipt.seq, channel.sent_seq)
            record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
        elif idle and not agreed and not _just_filled(channel, receipt):
            ask_for_everything(channel=channel, receipt=receipt, actor=actor, now=now)
        call_workers(subscription_id=row.pk)
    return receipt


def _is_lost(channel: Channel, way: Way, receipt: Receipt, now: datetime) -> bool:
    """Whether what follows the receipt was taken here and is not there. Files wait until the receiver comes for them:
    those of an hour ago that are neither there nor acknowledged are lost.
    """
    if receipt.seq >= channel.sent_seq:
        return False
    if not isinstance(way, FileChannel):
        return True
    sent = Delivery.objects.filter(subscription_id=channel.subscription_id, last_seq__gt=receipt.seq)
    sent = sent.filter(first_seq__lte=receipt.seq + 1, done_at__isnull=False)
    last = sent.order_by("-id").first()
    if last is None or last.done_at is None or now - last.done_at < FILES_WAIT:
        return False
    return not way.lies_there(Cover(last.subscription_id, last.kind, last.first_seq, last.last_seq, last.made_at))


def _just_filled(channel: Channel, receipt: Receipt) -> bool:
    """Everything was sent anew and it differs all the same, or it waits to be sent: then a person has to look."""
    return channel.wants_full or (channel.full_at is not None and channel.full_seq >= receipt.seq)


def _running(subscription_id: int, actor: Actor) -> tuple[Subscription, Channel]:
    row = selectors.get_visible(actor, subscription_id)
    if not policies.may_ask_deliveries(actor, department_id=row.department_id):
        raise CannotAsk
    channel = channel_of(row)
    if channel is None or channel.state != APPROVED or row.state not in TOLD:
        raise NoChannel("推送方式还没有核准，或者已停用。")
    channel.subscription = row
    return row, channel


def _asked(row: Subscription, what: str, actor: Actor, now: datetime) -> None:
    record(DeliveryAsked(row.pk, what), about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    call_workers(subscription_id=row.pk)

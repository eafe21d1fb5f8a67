"""Setting up the way to a receiver: what it is told, trying it, approving it, turning it off."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from audit.services import record
from exchange import policies, selectors
from exchange.events import ChannelApproved, ChannelOff, ChannelSaved, ChannelTried
from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import KINDS, SHORTEST_SECRET, Kind, Settings, kept, may_approve, problems
from exchange.rules.states import SubscriptionState
from exchange.rules.timetable import Pace, Timetable
from exchange.selectors.channels import NoChannel, channel_of
from exchange.services.channels import open_channel
from exchange.services.channels.base import CannotDeliver, Target
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from toolkit import crypto
from toolkit.clock import wall


class CannotSetUp(NotPermitted):
    code = "exchange.cannot_set_up_channel"
    message = "推送方式由订阅部门的报送人员或信用办设置。"


class CannotApprove(NotPermitted):
    code = "exchange.cannot_approve_channel"
    message = "推送方式由信用办核准。"


class ChannelWrong(Malformed):
    code = "exchange.channel_wrong"
    message = "推送方式的设置不完整。"


class ChannelRefused(RuleBroken):
    code = "exchange.channel_refused"
    message = "不能核准。"


class SubscriptionOver(RuleBroken):
    code = "exchange.subscription_over"
    message = "订阅已停止或者不予开通，不能再设置推送方式。"


class Busy(RuleBroken):
    code = "exchange.channel_busy"
    message = "正在按原来的设置推送，请一分钟后再试。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the form says. `secret`: a password, a private key or a signing key; empty keeps the one there is."""

    kind: Kind
    said: Mapping[str, str]
    secret: str = ""
    pace: Pace = Pace.AT_ONCE
    daily_at: time | None = None


def secret_place(subscription_id: int) -> str:
    return f"exchange.channel:{subscription_id}:secret"


@transaction.atomic
def save_channel(*, subscription_id: int, setup: Setup, actor: Actor, now: datetime) -> None:
    """Set up, or change, how a subscription's rows reach its receiver. Whatever was approved before is so no more:
    nothing goes out until it has been tried and another person has approved it.

    Another place starts from the first row. Raises SubscriptionNotFound, CannotSetUp, SubscriptionOver, ChannelWrong,
    Busy.
    """
    row = selectors.get_visible(actor, subscription_id)
    _demand_may_set_up(row, actor)
    said, secret = kept(setup.kind, setup.said), setup.secret.strip()
    channel = channel_of(row, for_update=True) or Channel(subscription=row)
    goes_on = channel.kind == setup.kind and channel.settings == said
    keeps = bool(channel.secret_ct) and is_for_the_same(channel, setup.kind, said)
    wrong = problems(Settings(setup.kind, said), has_secret=bool(secret) or keeps, allowed=settings.EXCHANGE_HOSTS)
    if setup.kind is Kind.WEBHOOK and secret and len(secret) < SHORTEST_SECRET:
        wrong.append(f"签名密钥不少于 {SHORTEST_SECRET} 位，由双方约定，与其他系统不同。")
    if setup.pace is Pace.DAILY and setup.daily_at is None:
        wrong.append("请填写每天推送的时间。")
    if wrong:
        raise ChannelWrong("".join(wrong))
    channel.kind, channel.settings, channel.pace = setup.kind.value, said, setup.pace.value
    channel.daily_at = setup.daily_at if setup.pace is Pace.DAILY else None
    channel.state, channel.proposed_by, channel.proposed_at = Channel.State.PROPOSED, actor.key, now
    channel.approved_by, channel.approved_at = "", None
    channel.tested_at, channel.tested_well, channel.tested_said = None, False, ""
    if secret:
        channel.secret_ct = crypto.encrypt(secret, aad=secret_place(row.pk))
    elif not keeps:
        channel.secret_ct = ""
    if not goes_on and channel.pk:  # another place has nothing of what this one was given
        _forget_the_batch(row)
        channel.sent_seq = channel.round_to = 0
        channel.round_at, channel.wants_full = None, False
    channel.save()
    if setup.kind is Kind.FOLDER:
        (settings.EXCHANGE_FOLDER / said["path"]).mkdir(parents=True, exist_ok=True)
    timetable = Timetable(setup.pace, channel.daily_at)
    fact = ChannelSaved(row.pk, KINDS[setup.kind], place_shown(channel), str(timetable), bool(secret))
    record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)


def is_for_the_same(channel: Channel, kind: Kind, said: Mapping[str, str]) -> bool:
    """Whether the secret that is kept was meant for this place: it is sent to no host that is put in later."""
    if kind is Kind.FOLDER or channel.kind != kind:
        return False
    where = ("engine", "host", "port", "database", "username", "url")
    return all(channel.settings.get(name) == said.get(name) for name in where)


def place_shown(channel: Channel) -> str:
    """Where it leads, for people: no secret, no user."""
    said = channel.settings
    match channel.kind:
        case Kind.TABLE:
            return f"{said['host']}:{said['port']}/{said['database']} {said['relation']}"
        case Kind.FOLDER:
            return str(said["path"])
        case Kind.SFTP:
            return f"{said['host']}:{said['port']} {said['path']}"
        case _:
            return str(said["url"]).partition("?")[0]


def target_of(*, channel: Channel) -> Target:
    """Where to deliver, with the secret opened; signed by the machine's own clock, which no presenter moves."""
    own = channel.subscription_id
    secret = crypto.decrypt(channel.secret_ct, aad=secret_place(own)) if channel.secret_ct else ""
    said = Settings(Kind(channel.kind), channel.settings)
    return Target(own, said, secret, wall(), channel.subscription.client.code)


def try_channel(*, subscription_id: int, actor: Actor, now: datetime) -> Channel:
    """Reach the receiver without sending any row, and note what was found. Raises SubscriptionNotFound, CannotSetUp,
    NoChannel; whatever is wrong with the other side is in the answer.
    """
    row = selectors.get_visible(actor, subscription_id)
    if not (policies.may_pause(actor, department_id=row.department_id) or policies.may_open(actor)):
        raise CannotSetUp
    channel = channel_of(row)
    if channel is None:
        raise NoChannel
    asked = _digest(channel)
    try:
        said, trouble = open_channel(target_of(channel=channel)).try_it(), ""
    except CannotDeliver as refusal:
        said, trouble = str(refusal), refusal.trouble.value
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        if _digest(channel) == asked:  # or somebody has changed it meanwhile
            channel.tested_at, channel.tested_said = now, said
            if channel.state != Channel.State.APPROVED:  # what runs stays approved: its failures show in its batches
                channel.tested_well = not trouble
            channel.save(update_fields=["tested_at", "tested_well", "tested_said"])
        record(ChannelTried(row.pk, trouble), about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    return channel


def _digest(channel: Channel) -> str:
    return json.dumps([channel.kind, channel.settings, channel.secret_ct], sort_keys=True)


@transaction.atomic
def approve_channel(*, subscription_id: int, actor: Actor, now: datetime) -> None:
    """Let rows go out by it. Raises SubscriptionNotFound, CannotApprove, NoChannel, ChannelRefused (its reasons)."""
    if not policies.may_open(actor):
        raise CannotApprove
    row = selectors.get_visible(actor, subscription_id)
    if row.state in {SubscriptionState.ENDED, SubscriptionState.REFUSED, SubscriptionState.PROPOSED}:
        raise ChannelRefused(
            "推送方式随订阅的开通一并核准。" if row.state == "proposed" else SubscriptionOver.message
        )
    channel = channel_of(row, for_update=True)
    if channel is None or channel.state != Channel.State.PROPOSED:
        raise NoChannel("没有待核准的推送方式。")
    approve(channel=channel, actor=actor, now=now)


def approve(*, channel: Channel, actor: Actor, now: datetime) -> None:
    """The same for a locked row, by whoever may open the subscription. Raises ChannelRefused."""
    verdict = may_approve(proposed_by=channel.proposed_by, by=actor.key, tested=channel.tested_well)
    if not verdict:
        raise ChannelRefused("".join(one.message for one in verdict.against), reasons=verdict.against)
    channel.state, channel.approved_by, channel.approved_at = Channel.State.APPROVED, actor.key, now
    channel.save(update_fields=["state", "approved_by", "approved_at"])
    fact = ChannelApproved(channel.subscription_id, KINDS[Kind(channel.kind)])
    record(fact, about=f"exchange.subscription:{channel.subscription_id}", actor=actor, now=now)


@transaction.atomic
def turn_off(*, subscription_id: int, actor: Actor, now: datetime) -> None:
    """Send nothing more by it: the receiver pulls. Raises SubscriptionNotFound, CannotSetUp, NoChannel,
    Busy.
    """
    row = selectors.get_visible(actor, subscription_id)
    if not policies.may_pause(actor, department_id=row.department_id):
        raise CannotSetUp
    channel = channel_of(row, for_update=True)
    if channel is None or channel.state == Channel.State.OFF:
        raise NoChannel
    _forget_the_batch(row)
    channel.state = Channel.State.OFF
    channel.save(update_fields=["state"])
    record(ChannelOff(row.pk), about=f"exchange.subscription:{row.pk}", actor=actor, now=now)


def _forget_the_batch(row: Subscription) -> None:
    """What is on its way goes elsewhere, or nowhere. Raises Busy while a worker has it in hand."""
    waiting = Delivery.objects.filter(subscription=row, done_at=None)
    free = list(waiting.order_by("id").select_for_update(skip_locked=True).values_list("pk", flat=True))
    if waiting.exclude(pk__in=free).exists():
        raise Busy
    waiting.delete()


def _demand_may_set_up(row: Subscription, actor: Actor) -> None:
    if not policies.may_pause(actor, department_id=row.department_id):
        raise CannotSetUp
    if row.state in {SubscriptionState.ENDED, SubscriptionState.REFUSED}:
        raise SubscriptionOver

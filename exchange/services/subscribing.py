"""A department asks to be told of lists; another person, of the credit office, opens it; it pauses, resumes, ends."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import department_ids_of_client
from audit.services import record
from collection.selectors import source_ids
from exchange import policies, selectors
from exchange.events import SubscriptionChanged, SubscriptionProposed
from exchange.models import Channel, Position, Subscription
from exchange.rules.scopes import Wish, may_be_opened, may_open
from exchange.rules.states import LIFE, SubscriptionState
from exchange.selectors.channels import channel_of
from exchange.services.channels.setting import approve
from exchange.services.numbering import call_workers
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.selectors import division_codes
from redblack.selectors import current_list_codes
from toolkit.db import refusing

NOTHING_TOLD = -1
STEPS = {"approve": "开通", "refuse": "不予开通", "pause": "暂停", "resume": "恢复", "end": "停止"}


class CannotPropose(NotPermitted):
    code = "exchange.cannot_propose"
    message = "推送订阅由本部门报送人员或信用办提出。"


class CannotOpen(NotPermitted):
    code = "exchange.cannot_open"
    message = "推送订阅由信用办开通和停止。"


class CannotPause(NotPermitted):
    code = "exchange.cannot_pause"
    message = "推送订阅由订阅部门或信用办暂停和恢复。"


class OpenedByAnother(NotPermitted):
    code = "exchange.opened_by_another"
    message = "提出人不能开通自己提出的订阅。请由信用办另一名人员办理。"


class SubscriptionRefused(RuleBroken):
    code = "exchange.subscription_refused"
    message = "不能这样订阅。"


class NameTaken(RuleBroken):
    code = "exchange.name_taken"
    message = "本部门已有同名的推送订阅，请换一个名称。"


class NameWrong(Malformed):
    code = "exchange.name_wrong"
    message = "请填写订阅名称和用途，且不得写入公民身份号码。"


class NotTheirSystem(RuleBroken):
    code = "exchange.not_their_system"
    message = "所选接入系统不属于该部门，或没有“按订阅取名单变更”的权限。请联系安全管理员。"


@transaction.atomic
def propose(*, department_id: int, client_id: int, name: str, wish: Wish, actor: Actor, now: datetime) -> int:
    """Propose that a department's system be told of lists; the subscription's id. Nothing is sent until it is opened.

    Raises CannotPropose, NameWrong, NotTheirSystem, SubscriptionRefused (each reason with its article), NameTaken.
    """
    if not policies.may_propose(actor, department_id=department_id):
        raise CannotPropose
    name, purpose = name.strip(), wish.purpose.strip()
    if not name or holds_citizen_id(f"{name} {purpose}"):
        raise NameWrong
    if department_id not in department_ids_of_client(client_id, with_scope=policies.PULL_SCOPE):
        raise NotTheirSystem
    verdict = may_be_opened(wish, current=current_list_codes(), areas=division_codes())
    if not verdict:
        raise SubscriptionRefused("".join(r.message for r in verdict.against), reasons=verdict.against)
    with refusing("exchange_subscription_name_once", NameTaken):
        row = Subscription.objects.create(
            department_id=department_id,
            client_id=client_id,
            name=name,
            lists=sorted(wish.lists),
            kinds=sorted(wish.kinds),
            area=wish.area,
            purpose=purpose,
            state=LIFE.initial,
            proposed_by=actor.key,
            proposed_at=now,
        )
    fact = SubscriptionProposed(row.pk, department_id, row.lists, row.kinds, row.area)
    record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    return row.pk


@transaction.atomic
def step(*, subscription_id: int, name: str, actor: Actor, now: datetime) -> None:
    """Take a subscription one step on: approve, refuse, pause, resume or end (rules/states.py).

    From the approval on, everything that stands is told; after the end, everything that was told is taken back.
    The way to its receiver is approved with it. Raises SubscriptionNotFound, CannotOpen, OpenedByAnother,
    ChannelRefused, CannotPause, TransitionRefused, and NameTaken where a paused one is resumed beside a new one of
    its name.
    """
    row = selectors.get_visible(actor, subscription_id, for_update=True)
    if name in {"pause", "resume"}:
        if not policies.may_pause(actor, department_id=row.department_id):
            raise CannotPause
    elif not policies.may_open(actor):
        raise CannotOpen
    row.state = LIFE.after(name, SubscriptionState(row.state))
    if name == "approve":
        verdict = may_open(proposed_by=row.proposed_by, by=actor.key)
        if not verdict:
            raise OpenedByAnother(reasons=verdict.against)
        row.opened_by, row.opened_at = actor.key, now
        known = source_ids()
        Position.objects.bulk_create(
            Position(subscription=row, source_id=known[code], revision=NOTHING_TOLD) for code in row.lists
        )
        channel = channel_of(row, for_update=True)
        if channel is not None and channel.state == Channel.State.PROPOSED:
            approve(channel=channel, actor=actor, now=now)
    if name == "resume":
        Position.objects.filter(subscription=row).update(as_of=None)  # what was not told meanwhile
    row.save(update_fields=["state", "opened_by", "opened_at"])
    fact = SubscriptionChanged(row.pk, STEPS[name], SubscriptionState(row.state).label)
    record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    call_workers()

"""Tasks of the exchange: subscriptions, ways, what does not arrive, recalls and liftings."""

from datetime import date

from django.urls import reverse

import exchange.selectors
import exchange.selectors.channels
import exchange.selectors.liftings
from kernel.actor import Actor
from portal.rules.waiting import QUEUE, Task


def tasks(actor: Actor, today: date) -> list[Task]:
    """Subscriptions to open, ways to approve; what does not arrive; receivers that hold another number of entries, or
    have recalls to confirm.
    """
    ways = exchange.selectors.channels.channels_to_approve(actor, limit=QUEUE)
    stuck = exchange.selectors.channels.stuck(actor, limit=QUEUE)
    waiting = exchange.selectors.waiting_subscriptions(actor, limit=QUEUE)
    return (
        [
            Task(what="开通推送订阅", about=one.name, href=reverse("exchange:subscription", args=[one.pk]))
            for one in waiting
        ]
        + [
            Task(
                what="核准推送方式",
                about=one.subscription.name,
                href=reverse("exchange:channel", args=[one.subscription_id]),
            )
            for one in ways
        ]
        + [
            Task(
                what="推送失败待重发",
                about=f"{one.subscription.name} · {one.last_error}",
                href=reverse("exchange:deliveries", args=[one.subscription_id]),
            )
            for one in stuck
        ]
        + [
            Task(
                what="核对推送数量" if one.differs else "确认联动解除",
                about=f"{one.subscription.name} · {one.words}",
                href=reverse("exchange:subscription", args=[one.subscription.pk]),
                due_on=one.due_on,
                overdue=one.due_on is not None and one.due_on < today,
            )
            for one in exchange.selectors.to_look_after(actor, limit=QUEUE)
        ]
        + _to_lift(actor, today)
    )


def _to_lift(actor: Actor, today: date) -> list[Task]:
    """What departments that acted on an entry must undo, in one line each: it may be thousands after a large exit."""
    lines = {
        "确认解除措施": exchange.selectors.liftings.own_liftings(actor, today=today),
        "督办解除确认逾期": exchange.selectors.liftings.others_late_liftings(actor, today=today),
    }
    return [
        Task(
            what=what,
            about=f"{queue.count} 项"
            + (f"，其中逾期 {queue.late} 项" if queue.late.value and queue.late != queue.count else ""),
            href=reverse("exchange:liftings"),
            due_on=queue.first_due,
            overdue=queue.first_due < today,
        )
        for what, queue in lines.items()
        if queue is not None
    ]

"""Who is told of lists in the demo city: three departments, by a table, by files, by a web service.

Their subscriptions and ledgers belong to the story; the ways to their systems are set up when those run.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from accounts.selectors import actor_of_user, clients, users
from exchange.rules.channels import Kind
from exchange.rules.scopes import KINDS, Wish
from exchange.selectors import subscription_page
from exchange.services import delivering, subscribing
from exchange.services.channels.setting import Setup, approve_channel, save_channel, try_channel
from exchange.services.numbering import behind, number_changes
from kernel.actor import Actor, system
from kernel.errors import RuleBroken
from portal.services.files import demo
from portal.services.telling import Telling
from toolkit.clock import day_of

Clock = Callable[[], datetime]
NUMBERER = system("exchange")
OFFICE = "xyb02"  # opens what departments propose
SUBSCRIBED, NUMBERED = "T-30 09:00", "T-2w 18:00"  # before 鼎峰 leaves L1: the receivers still hold it


class NotReached(RuleBroken):
    code = "portal.receiver_not_reached"
    message = "演示的接收系统没有运行，请重新执行 make demo。"


def plan_exchange(telling: Telling) -> None:
    """Three subscriptions, opened before the story begins, and their ledgers up to two days before it."""

    def subscribe(now: datetime) -> None:
        known = {client.code: client for client in clients()}
        for one in demo("receivers"):
            client = known[one["code"]]
            wish = Wish(frozenset(one["lists"]), frozenset(KINDS), "", one["purpose"])
            made = subscribing.propose(
                department_id=client.department_id,
                client_id=client.pk,
                name=one["subscription"],
                wish=wish,
                actor=telling.actors[one["person"]],
                now=now,
            )
            subscribing.step(subscription_id=made, name="approve", actor=telling.actors[OFFICE], now=now)

    telling.plan(telling.story.moment(SUBSCRIBED), subscribe)
    telling.plan(telling.story.moment(NUMBERED), _number)


def _number(now: datetime) -> None:
    for one in behind(as_of=day_of(now)):
        number_changes(subscription_id=one, actor=NUMBERER, now=now)


def connect_receivers(*, places: Mapping[str, Mapping[str, str]], clock: Clock) -> list[str]:
    """Set up the way to each receiver, try it, approve it, and send what the ledger holds; who was reached.

    `places`: by code, what is different on every machine (a port, an address). Raises NotReached.
    """
    office, now = _person(OFFICE), clock()
    rows = {row.client.code: row for row in subscription_page(office, state="active", after=None, limit=100)}
    for one in demo("receivers"):
        row, person = rows[one["code"]], _person(one["person"])
        setup = Setup(
            kind=Kind(one["kind"]), said=one["settings"] | places.get(one["code"], {}), secret=one["secret"]
        )
        save_channel(subscription_id=row.pk, setup=setup, actor=person, now=now)
        if not try_channel(subscription_id=row.pk, actor=person, now=now).tested_well:
            raise NotReached(f"{one['name']}的接收系统没有连上。{NotReached.message}")
        approve_channel(subscription_id=row.pk, actor=office, now=now)
        delivering.deliver(subscription_id=row.pk, clock=clock, actor=NUMBERER)
    return sorted(rows)


def _person(username: str) -> Actor:
    [user] = [one for one in users(text=username) if one.username == username]
    return actor_of_user(user)

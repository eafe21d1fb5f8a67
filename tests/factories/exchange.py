"""Subscriptions, proposed and opened through the services."""

from datetime import datetime
from itertools import count
from typing import Any

from accounts.models import ClientSystem, Department
from exchange.models import Lifting, Subscription
from exchange.rules.channels import Kind
from exchange.rules.scopes import KINDS, Wish
from exchange.rules.timetable import Pace
from exchange.services import subscribing
from exchange.services.channels import setting
from exchange.services.channels.setting import Setup
from kernel.actor import Role
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO

PULL = ("exchange:pull",)
_numbers = count(1)


def system(department: Department | None = None) -> ClientSystem:
    """A department's system that may pull."""
    return accounts.client_system(scopes=PULL, department=department or accounts.department())


def proposed(*lists: str, client: ClientSystem | None = None, now: datetime = LONG_AGO, **wish: Any) -> Subscription:
    client = client or system()
    said = {"lists": frozenset(lists), "kinds": frozenset(KINDS), "area": "", "purpose": "招标投标资格审查"}
    made = subscribing.propose(
        department_id=client.department_id,
        client_id=client.pk,
        name=f"订阅{next(_numbers)}",
        wish=Wish(**said | wish),
        actor=accounts.actor(Role.UPLOADER, department=client.department),
        now=now,
    )
    return Subscription.objects.get(pk=made)


def opened(*lists: str, client: ClientSystem | None = None, now: datetime = LONG_AGO, **wish: Any) -> Subscription:
    """An open one. Its ledger is not written yet."""
    row = proposed(*lists, client=client, now=now, **wish)
    office = accounts.actor(Role.CREDIT_OFFICE)
    subscribing.step(subscription_id=row.pk, name="approve", actor=office, now=now)
    row.refresh_from_db()
    return row


def channel(
    row: Subscription,
    kind: Kind,
    said: dict[str, str],
    secret: str = "",
    *,
    pace: Pace = Pace.AT_ONCE,
    now: datetime = LONG_AGO,
    **setup: Any,
) -> None:
    """A way to the receiver of an open subscription, set up, tried and approved through the services."""  # fmt: skip
    uploader = accounts.actor(Role.UPLOADER, department=row.department)
    made = Setup(kind=kind, said=said, secret=secret, pace=pace, **setup)
    setting.save_channel(subscription_id=row.pk, setup=made, actor=uploader, now=now)
    tried = setting.try_channel(subscription_id=row.pk, actor=uploader, now=now)
    assert tried.tested_well, tried.tested_said
    office = accounts.actor(Role.CREDIT_OFFICE)
    setting.approve_channel(subscription_id=row.pk, actor=office, now=now)


def lifting(department: Department) -> int:
    """A case of that department that waits to be undone. Its id."""
    number = next(_numbers)
    return Lifting.objects.create(
        entry_id=number, list_code="L1", department=department, kind="shown", case_id=number, case_number="AL-1",
        opened_at=LONG_AGO, due_on=LONG_AGO.date(),
    ).pk  # fmt: skip

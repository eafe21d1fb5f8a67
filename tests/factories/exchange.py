"""Subscriptions, proposed and opened through the services."""

from datetime import datetime
from itertools import count
from typing import Any

from accounts.models import ClientSystem, Department
from exchange.models import Subscription
from exchange.rules.scopes import KINDS, Wish
from exchange.services import subscribing
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

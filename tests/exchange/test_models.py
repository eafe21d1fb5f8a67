from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from exchange.models import Channel, Delivery, Holding, Lifting, Position, Recall, Subscription
from tests.conftest import NOW
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import exchange

pytestmark = pytest.mark.django_db


def subscription(times: int = 1, **fields: Any) -> Subscription:
    client = exchange.system()
    for _ in range(times):
        given = {
            "department": client.department, "client": client, "name": "甲", "lists": ["L1"],
            "kinds": ["legal_person"], "purpose": "x", "state": "proposed", "proposed_by": "user:a",
            "proposed_at": NOW,
        }  # fmt: skip
        made = Subscription.objects.create(**given | fields)
    return made


def row(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_ledgerrow (subscription_id, seq, change, entry_id, list_code, revision, standing,"
            " content, made_at) VALUES (1, 1, %s, 1, 'L1', 1, 1, '{}', %s)",
            [change, NOW],
        )


def twice(model: Any, **fields: Any) -> None:
    of = subscription()
    for _ in range(2):
        model.objects.create(subscription=of, **fields)


def recall(why: str = "left", times: int = 1) -> None:
    of = subscription()
    for _ in range(times):
        Recall.objects.create(
            subscription=of, seq=1, entry_id=1, list_code="L1", why=why, opened_at=NOW, due_on=date(2026, 11, 24)
        )


def channel(**fields: Any) -> None:
    given = {"kind": "folder", "settings": {}, "pace": "at_once", "state": "proposed", "proposed_by": "user:a"}
    Channel.objects.create(subscription=subscription(), proposed_at=NOW, **given | fields)


def batch(times: int = 1, **fields: Any) -> None:
    of = subscription()
    for _ in range(times):
        given = {"kind": "changes", "first_seq": 1, "last_seq": 2, "rows": 2, "made_at": NOW, "retry_at": NOW}
        Delivery.objects.create(subscription=of, **given | fields)


def lifting(times: int = 1, **fields: Any) -> None:
    given = {
        "entry_id": 1, "list_code": "L1", "department": exchange.system().department, "kind": "shown", "case_id": 1,
        "case_number": "AL-1", "opened_at": NOW, "due_on": date(2026, 11, 24),
    }  # fmt: skip
    for _ in range(times):
        Lifting.objects.create(**given | fields)


APPROVED = {"state": "approved", "approved_by": "user:b", "tested_well": True}
BREACHES = {
    "exchange_channel_kind_known": lambda: channel(kind="x"),
    "exchange_channel_state_known": lambda: channel(state="x"),
    "exchange_channel_daily_has_a_time": lambda: channel(pace="daily"),
    "exchange_channel_approved_by_another": lambda: channel(**APPROVED | {"approved_by": "user:a"}),
    "exchange_channel_approved_after_a_test": lambda: channel(**APPROVED | {"tested_well": False}),
    "exchange_delivery_one_on_its_way": lambda: batch(2),
    "exchange_delivery_kind_known": lambda: batch(kind="x"),
    "exchange_delivery_in_order": lambda: batch(first_seq=3),
    "exchange_delivery_waits_or_is_over": lambda: batch(done_at=NOW),
    "exchange_lifting_once_per_case": lambda: lifting(2),
    "exchange_lifting_kind_known": lambda: lifting(kind="x"),
    "exchange_lifting_why_known": lambda: lifting(why="x"),
    "exchange_lifting_withdrawn_is_closed": lambda: lifting(withdrawn_at=NOW),
    "exchange_lifting_confirmed_by_somebody": lambda: lifting(confirmed_at=NOW, lifted=True),
    "exchange_subscription_name_once": lambda: subscription(2),
    "exchange_subscription_state_known": lambda: subscription(state="x", opened_by="user:b"),
    "exchange_subscription_asks_something": lambda: subscription(lists=[]),
    "exchange_subscription_no_persons": lambda: subscription(kinds=["legal_person", "natural_person"]),
    "exchange_subscription_opened_by_another": lambda: subscription(state="active", opened_by="user:a"),
    "exchange_subscription_confirms_what_was_told": lambda: subscription(confirmed_seq=1),
    "exchange_subscription_counts": lambda: subscription(standing=-1),
    "exchange_position_once": lambda: twice(Position, source_id=1, revision=1),
    "exchange_holding_once": lambda: twice(
        Holding, entry_id=1, source_id=1, seq=1, present=True, told_at=NOW, digest=UUID(int=1)
    ),
    "exchange_ledgerrow_change_known": lambda: row("x"),
    "exchange_recall_once_per_row": lambda: recall(times=2),
    "exchange_recall_why_known": lambda: recall("x"),
}


@cases(BREACHES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_no_constraint_is_left_out() -> None:
    assert_each_is_broken("exchange", BREACHES)

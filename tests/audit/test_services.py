import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pytest
from django.db import connection, connections, transaction

from audit import selectors, services, tasks
from audit.models import Delivery, Event
from kernel.actor import Kind, Role
from tests.factories import accounts as make

HEARD: list[dict[str, Any]] = []


@dataclass(frozen=True, slots=True)
class Happened:
    NAME: ClassVar[str] = "test.thing.happened"
    number: int
    words: str = "好"


def hear(payload: dict[str, Any], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_nonce (client_id, nonce, seen_at) VALUES (0, 'heard', %s)", [now])
    HEARD.append(payload)


def fail(payload: dict[str, Any], *, now: datetime) -> None:
    hear(payload, now=now)
    raise OSError("the text of this error quotes a person's name")


@pytest.fixture
def subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    HEARD.clear()
    monkeypatch.setattr(
        "credit_platform.subscriptions.SUBSCRIPTIONS", {Happened.NAME: ("tests.audit.test_services.hear",)}
    )


def heard_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_nonce WHERE nonce = 'heard'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_fact_is_written_with_who_when_and_about_what(now: datetime) -> None:
    actor = make.actor(Role.CLERK)
    key = services.record(Happened(3), about="test.thing:3", actor=actor, now=now)
    event = Event.objects.get(pk=key)
    assert (event.name, event.happened_at, event.actor) == (Happened.NAME, now, actor.key)
    assert (event.about, event.department_id) == ("test.thing:3", actor.department_id)
    assert event.payload == {"number": 3, "words": "好"}
    assert not Delivery.objects.filter(event_id=key).exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_a_fact(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)


@pytest.mark.django_db
def test_a_handler_gets_a_delivery_in_the_same_transaction(subscribed: None, now: datetime) -> None:
    key = services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)
    delivery = Delivery.objects.get(event_id=key)
    assert (delivery.handler, delivery.delivered_at, delivery.attempts) == (
        "tests.audit.test_services.hear",
        None,
        0,
    )


@pytest.mark.django_db
def test_a_second_run_does_nothing(subscribed: None, now: datetime) -> None:
    key = services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)
    delivery = Delivery.objects.get(event_id=key)
    assert services.deliver(delivery_id=delivery.pk, now=now) is True
    assert services.deliver(delivery_id=delivery.pk, now=now) is False
    assert HEARD == [{"number": 1, "words": "好"}]


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_nothing_but_a_count(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "credit_platform.subscriptions.SUBSCRIPTIONS", {Happened.NAME: ("tests.audit.test_services.fail",)}
    )
    key = services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)
    delivery = Delivery.objects.get(event_id=key)
    with pytest.raises(OSError, match="quotes"):
        services.deliver(delivery_id=delivery.pk, now=now)
    delivery.refresh_from_db()
    assert delivery.delivered_at is None and delivery.attempts == 1
    assert delivery.last_error == "OSError"
    assert heard_rows() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_have_one_effect(subscribed: None, now: datetime) -> None:
    with transaction.atomic():
        keys = [services.record(Happened(n), about=f"x:{n}", actor=make.PLATFORM, now=now) for n in range(10)]
    waiting = list(Delivery.objects.filter(event_id__in=keys).order_by("id").values_list("id", flat=True))
    with connection.cursor() as cursor:  # the handler's row is the same each time here
        cursor.execute("ALTER TABLE accounts_nonce DROP CONSTRAINT accounts_nonce_once")
    done: list[bool] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        done.extend(services.deliver(delivery_id=key, now=now) for key in waiting)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) == 10
    assert heard_rows() == 10


@pytest.mark.django_db
def test_sweep_queues_what_waits_and_leaves_what_was_given_up(
    subscribed: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [services.record(Happened(n), about="x:1", actor=make.PLATFORM, now=now) for n in range(2)]
    waiting, dead = Delivery.objects.filter(event_id__in=keys).order_by("id")
    dead.attempts = selectors.GIVE_UP_AFTER
    dead.save(update_fields=["attempts"])
    queued: list[int] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **call: queued.append(call["kwargs"]["delivery_id"]))
    tasks.sweep()
    assert waiting.pk in queued and dead.pk not in queued
    assert dead in selectors.given_up()


@pytest.mark.django_db
def test_an_operator_gives_a_dead_delivery_another_chance(subscribed: None, now: datetime) -> None:
    key = services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)
    Delivery.objects.filter(event_id=key).update(attempts=selectors.GIVE_UP_AFTER)
    dead = Delivery.objects.get(event_id=key)
    with pytest.raises(services.LogIsClosed):
        services.retry_delivery(delivery_id=dead.pk, actor=make.actor(Role.AUDIT_ADMIN), now=now)
    services.retry_delivery(delivery_id=dead.pk, actor=make.actor(Role.SYSTEM_ADMIN), now=now)
    dead.refresh_from_db()
    assert dead.attempts == 0
    with pytest.raises(services.DeliveryNotFound):
        services.retry_delivery(delivery_id=dead.pk, actor=make.actor(Role.SYSTEM_ADMIN), now=now)


@pytest.mark.django_db
def test_reading_the_log_is_a_fact_and_only_for_the_audit_administrator(now: datetime) -> None:
    filters = selectors.Filters(since=now.replace(day=1), until=now.replace(day=28), about="x:9")
    services.record(Happened(9), about="x:9", actor=make.PLATFORM, now=now)
    reader = make.actor(Role.AUDIT_ADMIN)
    rows = services.view_log(filters=filters, before=None, actor=reader, now=now)
    assert [row.payload["number"] for row in rows] == [9]
    seen = Event.objects.get(name="audit.log.viewed", actor=reader.key)
    assert seen.payload["filters"]["about"] == "x:9" and seen.payload["shown"] == 1
    for role in set(Role) - {Role.AUDIT_ADMIN}:
        with pytest.raises(services.LogIsClosed):
            services.view_log(filters=filters, before=None, actor=make.actor(role), now=now)


@pytest.mark.django_db
def test_pages_meet_without_a_gap_or_a_repeat(now: datetime) -> None:
    keys = [services.record(Happened(n), about="x:7", actor=make.PLATFORM, now=now) for n in range(7)]
    filters = selectors.Filters(since=now.replace(day=1), until=now.replace(day=28), about="x:7")
    found: list[int] = []
    before = None
    while rows := selectors.page_of_log(filters, before=before, size=2)[:2]:
        found += [row.pk for row in rows]
        before = (rows[-1].happened_at, rows[-1].pk)
    assert found == sorted(keys, reverse=True)


def test_the_platform_itself_has_a_name() -> None:
    assert make.PLATFORM.kind is Kind.SYSTEM

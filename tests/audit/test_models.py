"""The past cannot be changed: not a row, not a partition, not the chain."""

from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import services
from audit.models import Delivery, Event
from tests.audit.test_services import Happened
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
PARTITION = "audit_event_202611"
LATER = "audit_event_203101"


@pytest.fixture
def event(now: datetime) -> int:
    return services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'user:somebody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        f"UPDATE {PARTITION} SET payload = '{{}}'",
        f"DELETE FROM {PARTITION}",
        f"TRUNCATE {PARTITION}",
        "TRUNCATE audit_event_default",
    ],
)
def test_facts_are_append_only(event: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get(pk=event).payload["number"] == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_seal SET number = 7", "DELETE FROM audit_seal", "TRUNCATE audit_seal"]
)
def test_seals_are_append_only(statement: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_seal (number, event_id, happened_at, row_hash, chain_hash, sealed_at)"
            " VALUES (1, 1, %s, 'a', 'b', %s)",
            [now, now],
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_partitions_made_later_are_guarded_too(now: datetime) -> None:
    with connection.cursor() as cursor:
        for made in (1, 0):
            cursor.execute("SELECT toolkit_make_month_partitions('audit_event', '2031-01-01', '2031-01-31')")
            assert cursor.fetchone() == (made,)
    services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=datetime(2031, 1, 5, tzinfo=now.tzinfo))
    for statement in (f"TRUNCATE {LATER}", f"DELETE FROM {LATER}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_moment_beyond_every_partition_is_still_recorded(now: datetime) -> None:
    key = services.record(Happened(1), about="x:1", actor=make.PLATFORM, now=datetime(2040, 1, 1, tzinfo=now.tzinfo))
    assert Event.objects.filter(pk=key).exists()


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [({"actor": ""}, "audit_event_actor_named"), ({"name": ""}, "audit_event_name_given")],
)
def test_the_database_refuses(broken: dict[str, str], constraint: str, now: datetime) -> None:
    fields = {"name": "a.b.c", "actor": "system:x", "about": "x:1", "happened_at": now}
    with pytest.raises(IntegrityError, match=constraint):
        Event.objects.create(**fields | broken)


def test_one_delivery_per_handler(event: int, now: datetime) -> None:
    Delivery.objects.create(event_id=event, happened_at=now, handler="a.b")
    with pytest.raises(IntegrityError, match="audit_delivery_once_per_handler"):
        Delivery.objects.create(event_id=event, happened_at=now, handler="a.b")

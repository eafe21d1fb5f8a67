"""Receipts past their time are dropped by the month, and what they said stays provable."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from screening.models import Receipt
from screening.services.keeping import drop_old_receipts
from tests.factories import screening as make
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def months() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree('screening_receipt') WHERE isleaf")
        return {name for (name,) in cursor.fetchall()}


def test_months_past_their_time_go_and_leave_their_digest(city: City, settings: Any) -> None:
    settings.RECEIPT_YEARS = 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT toolkit_make_month_partitions('screening_receipt', '2016-10-01', '2016-11-30')")
    days = [datetime(2016, 10, 2, 3, tzinfo=UTC), datetime(2016, 10, 30, 3, tzinfo=UTC)]
    old = [make.ask(city.matter, city.uscc, now=day).number for day in days]
    kept = make.ask(city.matter, city.uscc, now=datetime(2016, 11, 19, 3, tzinfo=UTC)).number  # its month is not over
    ids = list(Receipt.objects.filter(number__in=old).order_by("id").values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a month with something pending is not dropped
    assert drop_old_receipts(now=NOW) == 1
    assert list(Receipt.objects.values_list("number", flat=True)) == [kept]
    assert "screening_receipt_201610" not in months() and "screening_receipt_201611" in months()
    [fact] = Event.objects.filter(name="screening.receipts.dropped").values_list("payload", flat=True)
    assert (fact["month"], fact["rows"], fact["first"], fact["last"]) == ("2016-10", 2, *ids)
    assert len(fact["digest"]) == 64
    facts = [f"screening.receipt:{number}" for number in old]
    assert Event.objects.filter(about__in=facts).count() == 2, "the checks' own facts stay"
    assert drop_old_receipts(now=NOW) == 0


def test_a_setting_cannot_have_young_receipts_dropped(city: City, settings: Any) -> None:
    settings.RECEIPT_YEARS = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT toolkit_make_month_partitions('screening_receipt', '2023-10-01', '2023-10-31')")
    make.ask(city.matter, city.uscc, now=datetime(2023, 10, 2, 3, tzinfo=UTC))
    assert drop_old_receipts(now=NOW) == 0 and Receipt.objects.count() == 1

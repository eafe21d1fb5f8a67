"""What comes late or is changed meanwhile: no row is lost, none taken under other settings, no number is a place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from collection.models import Batch, Extraction, Record
from collection.rules import extraction as rules
from collection.rules.extraction import Place
from collection.services import extracting, foreign
from collection.services.extraction import Setup, save_extraction, try_connection
from kernel.actor import Actor
from tests.collection.extraction.running import CODES, COLUMNS, Clock, numbers, penalty, run
from tests.collection.extraction.servers import Server
from tests.conftest import NOW
from tests.factories import accounts

pytestmark = pytest.mark.django_db


def test_a_row_that_was_committed_late_is_not_lost(
    server: Server, set_up: Callable[..., int], clock: Clock, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A transaction took its number early and committed late: the row comes with a smaller one."""
    monkeypatch.setattr(extracting, "CHUNK", 2)
    settings.EXTRACTION_OVERLAP_NUMBERS = 50
    server.table("penalty", COLUMNS, [penalty(n) for n in (10, 20, 30, 40, 60, 70, 80)])
    extraction = set_up(server)
    assert run(extraction, clock).rows == 7
    server.add("penalty", [penalty(n) for n in (29, 31, 41, 79, 81)])  # 29 is too far back
    assert run(extraction, clock).rows == 4
    assert len(numbers()) == 11
    assert Place.read(Extraction.objects.get(pk=extraction).last_value).value == "81"
    assert str(run(extraction, clock)) == "没有新增或更新的数据。"
    batches = Batch.objects.filter(extraction_id=extraction)
    assert sum(batch.same for batch in batches.order_by("id")) == 0


def test_late_moments_come_within_the_overlap(
    server: Server, set_up: Callable[..., int], clock: Clock, settings: Any
) -> None:
    settings.EXTRACTION_OVERLAP = timedelta(minutes=10)
    columns = {"at": "timestamp", **dict.fromkeys(CODES, "text")}
    base = NOW.replace(tzinfo=None)
    rows = {minute: [base + timedelta(minutes=minute), *penalty(minute)[1:]] for minute in (1, 20, 30, 25, 15)}
    server.table("penalty", columns, [rows[minute] for minute in (1, 20, 30)])
    extraction = set_up(server, order_column="at")
    assert run(extraction, clock).rows == 3
    server.add("penalty", [rows[25], rows[15]])
    assert run(extraction, clock).rows == 1
    assert str(run(extraction, clock)) == "没有新增或更新的数据。"


def test_more_rows_in_the_overlap_than_are_remembered_come_again_and_change_nothing(
    postgresql: Server, set_up: Callable[..., int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracting, "CHUNK", 3)
    monkeypatch.setattr(rules, "REMEMBERED", 2)
    postgresql.table("penalty", COLUMNS, [penalty(n) for n in range(1, 12)])
    extraction = set_up(postgresql)
    assert run(extraction, clock).rows == 11
    postgresql.add("penalty", [penalty(12)])
    run(extraction, clock)
    assert len(numbers()) == 12
    assert Place.read(Extraction.objects.get(pk=extraction).last_value).value == "12"
    assert Record.objects.filter(version__gt=1).count() == 0


def test_another_department_reads_from_the_beginning(
    postgresql: Server, set_up: Callable[..., int], clock: Clock, office: Actor
) -> None:
    postgresql.table("penalty", COLUMNS, [penalty(1)])
    extraction = set_up(postgresql)
    run(extraction, clock)
    assert Extraction.objects.get(pk=extraction).last_value
    changed_department(extraction, office)
    assert Extraction.objects.get(pk=extraction).last_value == ""


def test_what_was_changed_while_it_was_read_is_not_taken(
    postgresql: Server, set_up: Callable[..., int], clock: Clock, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first run, too, when there is no place yet that could tell."""
    postgresql.table("penalty", COLUMNS, [penalty(1)])
    extraction = set_up(postgresql)
    read = foreign.read_on

    def slow(**said: Any) -> Any:
        page = read(**said)
        changed_department(extraction, office)
        return page

    monkeypatch.setattr(foreign, "read_on", slow)
    assert run(extraction, clock).rows == 0
    assert not Record.objects.exists()
    assert Extraction.objects.get(pk=extraction).last_value == ""


def changed_department(extraction: int, office: Actor) -> None:
    row = Extraction.objects.select_related("item").get(pk=extraction)
    setup = Setup(
        name=row.name, department_id=accounts.department().pk, item_code=row.item.code, kind=row.kind, host=row.host,
        port=row.port, database=row.database, username=row.username, relation=row.relation,
        order_column=row.order_column, every_minutes=row.every_minutes,
    )  # fmt: skip
    save_extraction(extraction_id=extraction, setup=setup, password="", actor=office, now=NOW)


@pytest.mark.parametrize(("kind", "number"), [("varchar(20)", "110101199003070134"), ("bigint", 110101199003070134)])
def test_nor_where_the_column_is_called_otherwise(
    server: Server, set_up: Callable[..., int], clock: Clock, office: Actor, kind: str, number: Any
) -> None:
    server.table("penalty", {**COLUMNS, "sfzh": kind}, [[*penalty(1), number]])
    extraction = set_up(server, order_column="sfzh")
    assert "排序列不可用" in run(extraction, clock).failure
    assert Extraction.objects.get(pk=extraction).last_value == ""
    assert "排序列不可用" in try_connection(extraction_id=extraction, actor=office, now=NOW).trouble

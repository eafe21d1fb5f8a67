"""Runs against real servers: incremental, exactly once, patient with what is broken."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Department
from collection.models import Batch, Extraction, Record
from collection.rules.extraction import Place
from collection.services import extracting, foreign
from collection.services.extracting import due_extractions, run_extraction
from collection.services.extraction import Setup, save_extraction, try_connection
from kernel.actor import Actor
from kernel.errors import Refusal
from office.models import Message
from tests.collection.definitions import GOOD
from tests.collection.extraction.running import CODES, COLUMNS, Clock, numbers, penalty, run
from tests.collection.extraction.servers import PASSWORD, Server
from tests.conftest import NOW
from tests.factories import accounts
from tests.facts import facts_about

pytestmark = pytest.mark.django_db


def test_it_reads_on_from_where_it_stopped(server: Server, set_up: Callable[..., int], clock: Clock) -> None:
    server.table("penalty", COLUMNS, [penalty(n) for n in (1, 2, 3)])
    extraction = set_up(server)
    first = run(extraction, clock)
    assert (first.rows, first.returned, first.failure) == (3, 0, "")
    assert str(run(extraction, clock)) == "没有新增或更新的数据。"
    server.add("penalty", [penalty(4), penalty(5, CF_JDRQ="去年")])
    third = run(extraction, clock)
    assert (third.rows, third.returned) == (2, 1)
    assert len(numbers()) == 4
    batches = Batch.objects.filter(extraction_id=extraction).order_by("id")
    assert [(b.channel, b.total, b.taken, b.returned) for b in batches] == [
        ("extraction", 3, 3, 0), ("extraction", 2, 1, 1),
    ]  # fmt: skip
    row = Extraction.objects.get(pk=extraction)
    assert Place.read(row.last_value).value == "5"
    assert row.last_outcome == "读取 2 行，其中退回 1 行。"


def test_ties_at_the_edge_of_a_chunk_lose_nothing(
    server: Server, set_up: Callable[..., int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracting, "CHUNK", 2)
    rows = [penalty(n) for n in range(1, 10)]
    for row, order in zip(rows, [1, 2, 2, 2, 2, 2, 3, 3, 4], strict=True):
        row[0] = order
    server.table("penalty", COLUMNS, rows)
    extraction = set_up(server)
    assert run(extraction, clock).rows == 9
    assert len(numbers()) == 9
    late = penalty(10)
    late[0] = 4  # a row that gets the last value later
    server.add("penalty", [late])
    assert run(extraction, clock).rows == 1
    assert len(numbers()) == 10


def test_a_row_that_moved_up_is_a_change(server: Server, set_up: Callable[..., int], clock: Clock) -> None:
    server.table("penalty", COLUMNS, [penalty(1), penalty(2)])
    extraction = set_up(server)
    run(extraction, clock)
    changed = penalty(1, CF_SY="另一事实")
    changed[0] = 3
    server.add("penalty", [changed])
    run(extraction, clock)
    assert Batch.objects.latest("id").changed == 1
    assert len(numbers()) == 2


@pytest.mark.parametrize("broken", ["before the rows", "after the rows"])
def test_a_crash_in_between_repeats_harmlessly(
    server: Server, set_up: Callable[..., int], clock: Clock, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    server.table("penalty", COLUMNS, [penalty(n) for n in (1, 2, 3)])
    extraction = set_up(server)
    receive = extracting.receive_rows

    def crash(**said: Any) -> Any:
        if broken == "after the rows":
            receive(**said)
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(extracting, "receive_rows", crash)
    with pytest.raises(RuntimeError):
        run_extraction(extraction_id=extraction, clock=clock, actor=accounts.PLATFORM)
    row = Extraction.objects.get(pk=extraction)
    assert (row.last_value, row.failures, Record.objects.count()) == ("", 1, 0)
    assert "平台内部出错" in row.last_outcome
    monkeypatch.setattr(extracting, "receive_rows", receive)
    clock.later(hours=3)
    assert run(extraction, clock).rows == 3
    assert (len(numbers()), Batch.objects.count()) == (3, 1)


def test_read_again_from_the_beginning_changes_nothing(
    server: Server, set_up: Callable[..., int], clock: Clock
) -> None:
    server.table("penalty", COLUMNS, [penalty(n) for n in (1, 2, 3)])
    extraction = set_up(server)
    run(extraction, clock)
    Extraction.objects.filter(pk=extraction).update(last_value="")
    run(extraction, clock)
    assert len(numbers()) == 3
    assert sum(Batch.objects.order_by("id").values_list("taken", flat=True)) == 3


def test_one_that_was_overtaken_gives_up(
    postgresql: Server, set_up: Callable[..., int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.table("penalty", COLUMNS, [penalty(1)])
    extraction = set_up(postgresql)
    read = foreign.read_on

    def slow(**said: Any) -> Any:
        page = read(**said)
        Extraction.objects.filter(pk=extraction).update(last_value='{"kind": "int", "value": "9", "seen": []}')
        return page

    monkeypatch.setattr(foreign, "read_on", slow)
    assert run(extraction, clock).rows == 0
    assert not Record.objects.exists()


def test_it_is_not_run_before_its_time_or_by_two(
    postgresql: Server, set_up: Callable[..., int], clock: Clock
) -> None:
    postgresql.table("penalty", COLUMNS, [])
    extraction = set_up(postgresql)
    assert due_extractions(now=clock()) == [extraction]
    assert run_extraction(extraction_id=extraction, clock=clock, actor=accounts.PLATFORM) is not None
    assert due_extractions(now=clock()) == []
    assert run_extraction(extraction_id=extraction, clock=clock, actor=accounts.PLATFORM) is None
    clock.later(minutes=30)
    assert due_extractions(now=clock()) == [extraction]
    Extraction.objects.update(active=False)
    assert due_extractions(now=clock()) == []


def test_failures_are_counted_slowed_down_and_told(
    server: Server, set_up: Callable[..., int], clock: Clock, department: Department
) -> None:
    server.table("penalty", COLUMNS, [penalty(1)])
    extraction = set_up(server, password="wrong")
    for failures in (1, 2, 3, 4):
        assert "登录被拒绝" in run_extraction(extraction_id=extraction, clock=clock, actor=accounts.PLATFORM).failure
        assert Extraction.objects.get(pk=extraction).failures == failures
        clock.later(minutes=30 * 2**failures - 1)
        assert due_extractions(now=clock()) == []
        clock.later(minutes=1)
        assert due_extractions(now=clock()) == [extraction]
    [message] = Message.objects.all()
    assert message.to == department.email and "连续 3 次失败" in message.subject and "登录被拒绝" in message.body
    assert "wrong" not in message.body
    names = [name for name, _ in facts_about(f"collection.extraction:{extraction}")]
    assert names == ["collection.extraction.saved", *["collection.extraction.failed"] * 4]


def test_it_recovers(server: Server, set_up: Callable[..., int], clock: Clock, office: Actor) -> None:
    server.table("penalty", COLUMNS, [penalty(1)])
    extraction = set_up(server, password="wrong")
    run(extraction, clock)
    row = Extraction.objects.get(pk=extraction)
    setup = Setup(
        name=row.name, department_id=row.department_id, item_code=row.item.code, kind=row.kind, host=row.host,
        port=row.port, database=row.database, username=row.username, relation=row.relation,
        order_column=row.order_column, every_minutes=30,
    )  # fmt: skip
    save_extraction(extraction_id=extraction, setup=setup, password=PASSWORD, actor=office, now=clock())
    clock.later(hours=2)
    assert run(extraction, clock).rows == 1
    assert Extraction.objects.get(pk=extraction).failures == 0


def test_a_view_with_other_columns(server: Server, set_up: Callable[..., int], clock: Clock, office: Actor) -> None:
    server.table("penalty", {"id": "bigint", "天气": "varchar(10)"}, [(1, "晴")])
    extraction = set_up(server)
    assert "视图的列与目录条目对不上" in run(extraction, clock).failure
    assert "对不上" in try_connection(extraction_id=extraction, actor=office, now=NOW).trouble


def test_the_last_value_is_never_a_persons_number(
    postgresql: Server, set_up: Callable[..., int], clock: Clock
) -> None:
    columns = {**COLUMNS, "CF_XDR_ZJHM": "varchar(18)"}
    postgresql.table("penalty", columns, [[*penalty(1), "110101199003070134"]])
    extraction = set_up(postgresql, order_column="CF_XDR_ZJHM")
    assert "排序列不可用" in run(extraction, clock).failure
    assert Extraction.objects.get(pk=extraction).last_value == ""


def test_the_trial_tells_what_fits_and_shows_no_person(
    server: Server, set_up: Callable[..., int], office: Actor
) -> None:
    columns = {**COLUMNS, "CF_XDR_ZJHM": "varchar(18)", "多余": "varchar(9)"}
    person = penalty(2, CF_XDR_MC="欧阳建国", CF_XDR_SHXYM="")
    server.table("penalty", columns, [[*penalty(1), "", "x"], [*person, "110101199003070134", "y"]])
    extraction = set_up(server)
    trial = try_connection(extraction_id=extraction, actor=office, now=NOW)
    assert (trial.trouble, len(trial.sample), len(trial.matched)) == ("", 2, len(CODES) + 1)
    assert set(trial.unread) >= {"多余"}
    shown = str(trial.sample)
    assert "110101199003070134" not in shown and "欧阳建国" not in shown and GOOD["CF_XDR_MC"] in shown
    assert ("collection.extraction.tried", office.key) in facts_about(f"collection.extraction:{extraction}")


def test_the_password_is_sealed(postgresql: Server, set_up: Callable[..., int]) -> None:
    row = Extraction.objects.get(pk=set_up(postgresql))
    assert PASSWORD not in row.secret_ct and row.secret_ct.startswith("v1.")


@pytest.mark.parametrize(
    "changed",
    [
        {"host": "10.0.0.5"},
        {"host": "169.254.169.254"},
        {"relation": "a;b"},
        {"order_column": "x.y"},
        {"port": None},
        {"database": ""},
        {"every_minutes": 0},
        {"kind": "oracle"},
        {"name": " "},
        {"department_id": 0},
    ],
)
def test_what_cannot_be_set_up(postgresql: Server, set_up: Callable[..., int], changed: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refusal:
        set_up(postgresql, **changed)
    assert getattr(refusal.value, "code", "").startswith("collection.")
    assert not Extraction.objects.exists()

"""Real servers: what is read, and how each obstacle is named."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from collection.rules.extraction import Place, Trouble, moved_on
from collection.services import foreign
from collection.services.foreign import Address, CannotRead, peek, read_on
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, Server
from tools import places

COLUMNS = {
    "id": "bigint",
    "单位名称": "varchar(100)",
    "金额": "numeric(12,2)",
    "decided": "date",
    "at": "timestamp NULL",
}
ROWS = [
    (n, f"江澜第{n}公司", Decimal("1200.50"), date(2026, 11, n), datetime.fromisoformat(f"2026-11-0{n}T08:30"))
    for n in range(1, 8)
]


def address(server: Server, **changed: Any) -> Address:
    said = {
        "kind": server.kind,
        "host": "127.0.0.1",
        "port": server.port,
        "database": DATABASE,
        "username": READER,
        "password": PASSWORD,
        "relation": "penalty_v",
        "order_column": "id",
    }
    return Address(**said | changed)


@pytest.fixture
def filled(server: Server) -> Server:
    server.table("penalty", COLUMNS, ROWS)
    return server


def test_the_columns_and_the_first_rows(filled: Server) -> None:
    page, gaps = peek(address=address(filled), limit=3)
    assert page.columns == tuple(COLUMNS)
    assert page.rows[0] == ("1", "江澜第1公司", "1200.5", "2026-11-01", "2026-11-01 08:30:00")
    assert (len(page.rows), page.order, gaps) == (3, (1, 2, 3), False)


def test_rows_without_an_order_are_told_and_left_out(filled: Server) -> None:
    filled.add("penalty", [(None, "没有编号", None, None, None)])
    page, gaps = peek(address=address(filled), limit=20)
    assert gaps and len(page.rows) == 7


def test_reading_goes_on_from_the_place_itself(filled: Server) -> None:
    first = read_on(address=address(filled), place=Place(), limit=3)
    place = moved_on(Place(), [(value, "x") for value in first.order])
    then = read_on(address=address(filled), place=place, limit=10)
    assert then.order == (3, 4, 5, 6, 7)


def test_by_a_moment(filled: Server) -> None:
    of = address(filled, order_column="at")
    first = read_on(address=of, place=Place(), limit=3)
    place = moved_on(Place(), [(value, "x") for value in first.order])
    assert [cells[0] for cells in read_on(address=of, place=place, limit=10).rows] == ["3", "4", "5", "6", "7"]


def test_an_empty_view_has_columns(server: Server) -> None:
    server.table("penalty", COLUMNS, [])
    page, _ = peek(address=address(server), limit=5)
    assert (page.columns, page.rows) == (tuple(COLUMNS), ())


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        ({"password": "wrong"}, Trouble.LOGIN),
        ({"password": ""}, Trouble.LOGIN),
        ({"username": "nobody"}, Trouble.LOGIN),
        ({"database": "nowhere"}, Trouble.DATABASE),
        ({"relation": "nothing_v"}, Trouble.VIEW),
        ({"relation": "penalty"}, Trouble.PRIVILEGE),
        ({"relation": 'x"; DROP TABLE penalty; --'}, Trouble.VIEW),
        ({"order_column": "nothing"}, Trouble.COLUMN),
        ({"order_column": "id; DELETE"}, Trouble.COLUMN),
        ({"host": "169.254.169.254"}, Trouble.FORBIDDEN),
        ({"host": "localhost"}, Trouble.FORBIDDEN),
    ],
)
def test_each_obstacle_has_its_name(filled: Server, changed: dict[str, Any], trouble: Trouble) -> None:
    with pytest.raises(CannotRead) as refusal:
        peek(address=address(filled, **changed), limit=5)
    if filled.kind == "mysql" and trouble is Trouble.VIEW and ";" not in str(changed):
        trouble = Trouble.PRIVILEGE  # it does not tell a reader what there is that he may not read
    assert refusal.value.trouble is trouble
    assert PASSWORD not in str(refusal.value) and "wrong" not in str(refusal.value)


def test_a_closed_port(filled: Server) -> None:
    with pytest.raises(CannotRead) as refusal:
        peek(address=address(filled, port=places.free_port()), limit=5)
    assert refusal.value.trouble is Trouble.HOST


def test_without_a_list_nothing_is_reached(filled: Server, settings: Any) -> None:
    settings.EXTRACTION_HOSTS = []
    with pytest.raises(CannotRead) as refusal:
        peek(address=address(filled), limit=5)
    assert refusal.value.trouble is Trouble.FORBIDDEN


def test_nothing_can_be_written(filled: Server) -> None:
    """Even where the department granted more than reading, the transaction is read-only."""
    everything = "ALL" if filled.kind == "postgresql" else "ALL PRIVILEGES"
    who = READER if filled.kind == "postgresql" else f"'{READER}'@'127.0.0.1'"
    filled.run(f"GRANT {everything} ON penalty TO {who}")
    with pytest.raises(CannotRead), foreign._connected(address(filled)) as fresh:
        cursor = fresh()
        if filled.kind == "postgresql":  # a cursor that fetches piece by piece takes queries alone
            cursor.execute("SELECT lo_create(0)")
            cursor.fetchone()
        else:
            cursor.execute("DELETE FROM penalty")
    assert len(peek(address=address(filled), limit=20)[0].rows) == 7


def test_too_much_text(filled: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MOST_CHARACTERS", 50)
    with pytest.raises(CannotRead) as refusal:
        peek(address=address(filled), limit=5)
    assert refusal.value.trouble is Trouble.TOO_LARGE


def test_an_address_shows_no_password(filled: Server) -> None:
    assert PASSWORD not in repr(address(filled))


def test_binary_columns_are_named(server: Server) -> None:
    kind = "bytea" if server.kind == "postgresql" else "varbinary(20)"
    server.table("blobs", {"id": "bigint", "照片": kind}, [(1, b"\xff\xd8\xff")])
    with pytest.raises(CannotRead, match="照片"):
        peek(address=address(server, relation="blobs_v"), limit=5)

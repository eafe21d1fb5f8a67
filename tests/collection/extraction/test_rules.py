from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.rules.extraction import (
    OrderUnusable,
    Place,
    address_allowed,
    due_at,
    folder_name,
    moved_on,
    place_of,
    relation_parts,
    text_of,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "host", "port", "allowed", "answer"),
    [
        ("postgresql", "10.1.2.3", 5432, [], False),
        ("postgresql", "10.1.2.3", 5432, ["10.1.2.3"], True),
        ("postgresql", "10.1.2.3", 5433, ["10.1.2.3"], False),
        ("postgresql", "10.1.2.3", 5433, ["10.1.2.3:5433"], True),
        ("mysql", "10.1.2.3", 5432, ["10.1.2.3"], False),
        ("mysql", "10.1.2.3", 3306, ["10.1.2.3"], True),
        ("mysql", "10.1.2.3", 99, ["10.1.2.3:*"], True),
        ("mysql", "DB.scjg.gov", 3306, ["db.scjg.gov"], True),
        ("mysql", "db.scjg.gov.evil.example", 3306, ["db.scjg.gov"], False),
        ("postgresql", "10.1.2.3,10.9.9.9", 5432, ["10.1.2.3,10.9.9.9"], False),
        ("postgresql", "/var/run/postgresql", 5432, ["/var/run/postgresql"], False),
        ("postgresql", "::1", 5432, ["[::1]:5432"], True),
        ("postgresql", "", 5432, [""], False),
        ("postgresql", "169.254.169.254", 80, ["10.0.0.1:*"], False),
    ],
)
def test_only_what_the_operator_names_is_reached(
    kind: str, host: str, port: int, allowed: list[str], answer: bool
) -> None:
    assert address_allowed(kind, host, port, allowed) is answer


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("v_penalty", ("v_penalty",)),
        ("pub.v_penalty", ("pub", "v_penalty")),
        ("处罚视图", ("处罚视图",)),
        ("a.b.c", None),
        ('v"; DROP TABLE x; --', None),
        ("v`x", None),
        ("", None),
        ("pub.", None),
        ("v;", None),
        ("a" * 64, None),
    ],
)
def test_names_that_can_be_quoted(text: str, parts: tuple[str, ...] | None) -> None:
    assert relation_parts(text) == parts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "是"),
        (0, "0"),
        (91339901, "91339901"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("100"), "100"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (date(2026, 11, 2), "2026-11-02"),
        (datetime.fromisoformat("2026-11-02"), "2026-11-02"),
        (datetime.fromisoformat("2026-11-02T08:30:01.000005"), "2026-11-02 08:30:01"),
        (datetime(2026, 11, 1, 16, tzinfo=UTC), "2026-11-02"),
        (datetime(2026, 11, 2, tzinfo=timezone(timedelta(hours=8))), "2026-11-02"),
        ("  江澜 ", "  江澜 "),
        (b"\x01", "1"),
        ("处罚".encode(), "处罚"),
        (b"\xff\xfe", None),
        (b"a\x00b", None),
    ],
)
def test_values_become_the_text_that_a_person_would_type(value: object, text: str | None) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [None, True, 1.5, b"x", timedelta(1)])
def test_what_cannot_be_an_order(value: object) -> None:
    with pytest.raises(OrderUnusable):
        place_of(value)


@given(
    st.one_of(
        st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.dates(), st.datetimes(), st.text()
    )
)
def test_a_place_is_kept_exactly(value: object) -> None:
    place = moved_on(Place(), [(value, "d1")])
    again = Place.read(place.written())
    assert again == place
    assert again.parameter == value


def test_rows_that_share_the_last_value_are_known_again() -> None:
    place = moved_on(Place(), [(1, "a"), (2, "b"), (2, "c")])
    assert (place.value, place.seen) == ("2", {"b", "c"})
    assert moved_on(place, [(2, "d")]).seen == {"b", "c", "d"}
    assert moved_on(place, [(3, "e")]).seen == {"e"}


def test_a_failure_is_waited_for_twice_as_long() -> None:
    def wait(failures: int) -> timedelta:
        return due_at(NOW, every_minutes=30, failures=failures, first=NOW) - NOW

    assert [wait(n) for n in (0, 1, 2)] == [timedelta(minutes=m) for m in (30, 60, 120)]
    assert wait(50) == timedelta(days=1)
    assert due_at(NOW, every_minutes=3 * 1440, failures=9, first=NOW) - NOW == timedelta(days=3)
    assert due_at(None, every_minutes=30, failures=0, first=NOW) == NOW


@pytest.mark.parametrize("code", ["..", "a/b", "../x", "", ".hidden", "x" * 65, "处罚"])
def test_no_code_leads_out_of_the_folder(code: str) -> None:
    assert folder_name(code) is None


def test_ordinary_codes_are_folders() -> None:
    assert folder_name("penalty-2025.legal_person") == "penalty-2025.legal_person"

from datetime import UTC, date, datetime

import pytest

from toolkit.keyset import after_day, after_moment, cursor_of


def test_what_a_link_says_is_read_back() -> None:
    moment = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert after_moment(cursor_of(moment, 7)) == (moment, 7)
    assert after_day(cursor_of(date(2026, 11, 20), 7)) == (date(2026, 11, 20), 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20T02:00:00~7",  # no zone
        "2026-11-20T02:00:00+00:00",
        "2026-11-20T02:00:00+00:00~x",
        "0001-01-01T00:00:00+08:00~7",
        "9999-12-31T00:00:00+00:00~7",
    ],
)
def test_anything_else_starts_the_list_anew(text: str) -> None:
    assert after_moment(text) is None


def test_a_moment_in_a_zone_that_postgresql_refuses_is_read_in_utc() -> None:
    assert after_moment("2026-11-20T23:00:00+23:00~7") == (datetime(2026, 11, 20, tzinfo=UTC), 7)
    [moment, _] = after_moment("2026-11-20T23:00:00+23:00~7") or (None, 0)
    assert moment is not None and moment.tzinfo is UTC

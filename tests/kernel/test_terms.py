from datetime import date

import pytest

from kernel.terms import same_day_later


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 20), 3, date(2027, 2, 20)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 1, 15), -12, date(2026, 1, 15)),
    ],
)
def test_the_same_day_so_many_months_later(day: date, months: int, expected: date) -> None:
    assert same_day_later(day, months) == expected

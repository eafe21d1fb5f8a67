from datetime import date

import pytest

from screening.rules.numbers import parts_of


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("JL-20261120-000037", (date(2026, 11, 20), 37)),
        ("JL-20261120-12345678", (date(2026, 11, 20), 12345678)),
        ("JL-20240229-000001", (date(2024, 2, 29), 1)),
        ("JL-20230229-000001", None),
        ("JL-20261320-000001", None),
        ("JL-20261120-00037", None),
        ("JL-20261120-000037x", None),
        ("JL-20261120-000037\n", None),
        ("JL-20261120-" + "9" * 19, None),  # more than a bigint holds
        ("JL20261120000037", None),
        ("", None),
        ("JL-99991231-000001", None),  # the next day is in no calendar
        ("JL-00010101-000001", None),
        ("JL-２０２６1120-000037", None),
    ],
)
def test_day_and_id_are_in_the_number(number: str, parts: tuple[date, int] | None) -> None:
    assert parts_of(number) == parts
